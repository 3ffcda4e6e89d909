import type { Message } from '@sonde/core';

/** What is asked. `oneway` for multicast queries, which have any number of answers or none. */
export interface DnsRequest extends Message {
  kind: 'request' | 'oneway' | 'control';
  id: number;
  /** Type of the first question: `A`, `AAAA`, `TYPE1234`; null for a message without question. */
  operation: string | null;
  /** Name of the first question as sent, without the final dot; `.` for the root. */
  resource: string | null;
  qtype: number | null;
  /** Class of the first question, 1 for the Internet. */
  qclass: number | null;
  /** 0 query, 4 notify, 5 update. */
  opcode: number;
  /** Number of questions, where it isn't one. */
  questions?: number;
  /** Size of an answer that fits, by EDNS. */
  ednsSize?: number;
  /** How often the same question was sent again before its answer came. */
  retransmissions?: number;
}

/** An answer. `oneway` for multicast announcements, `interim` for all but the last message of a zone transfer. */
export interface DnsResponse extends Message {
  kind: 'response' | 'interim' | 'oneway' | 'control';
  id: number;
  operation: string | null;
  resource: string | null;
  opcode: number;
  /** Name of the response code: `NOERROR`, `NXDOMAIN`, `RCODE77`. */
  rcode: string;
  /** The response code, with EDNS' upper bits. */
  code: number;
  /** Records in the answer, authority and additional sections. */
  answers: number;
  authorities: number;
  additionals: number;
  /** Addresses of all sections in the order of the message, at most {@link MAX_LISTED}; left out where there are none. */
  addresses?: string[];
  /** Names that the answers point to (CNAME, NS, PTR, MX, SRV …), at most {@link MAX_LISTED}. */
  names?: string[];
  authoritative: boolean;
  /** The answer did not fit: the client asks again by TCP. */
  cut?: boolean;
  ednsSize?: number;
}

/** Any message. */
export type DnsMessage = DnsRequest | DnsResponse;

/** Most addresses and names that a message lists. */
export const MAX_LISTED = 64;
