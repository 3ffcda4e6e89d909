import type { Message } from '@sonde/core';

/** A line of either side that asks or tells something. */
export interface NatsRequest extends Message {
  /** `request` for CONNECT, PING and a PUB that names an inbox for its answer; `oneway` for all else. */
  kind: 'request' | 'oneway';
  /** `PUB`, `SUB`, `MSG`; HPUB and HMSG are PUB and MSG with headers. */
  operation: string;
  /** Subject, or null where there is none. */
  resource: string | null;
  /** Subject that the answer shall go to. */
  replyTo?: string;
  /** Queue group of a SUB. */
  queue?: string;
  /** Bytes of the message, without headers. */
  payloadBytes?: number;
  /** Whether the message has headers. */
  headers?: boolean;
  /** Text of an error that the server sent. */
  error?: string;
}

/** What answers a request. `control` for what answers nothing that is shown: INFO, and +OK in verbose mode. */
export interface NatsResponse extends Message {
  kind: 'response' | 'control';
  /** `PONG`, `MSG`, `+OK`, `-ERR`. */
  type: string;
  /** Status of an empty message with headers: 503 where nobody listens. */
  code?: number;
  payloadBytes?: number;
  /** Text of an error. */
  error?: string;
}

/** Any message of a connection. */
export type NatsMessage = NatsRequest | NatsResponse;

/** PINGs of one side, and the other side's PONGs. */
export interface Pings {
  /** PINGs that were seen: the next one's id. */
  asked: number;
  /** Id of the oldest PING that waits. */
  answered: number;
  /** PINGs with a smaller id were on their way when something was lost. */
  unsure: number;
}

/** What both directions know of each other. */
export interface NatsConnection {
  readonly toServer: Pings;
  readonly toClient: Pings;
}
