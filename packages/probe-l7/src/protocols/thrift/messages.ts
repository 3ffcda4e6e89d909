import type { Message } from '@sonde/core';

/** Types of a message, as the protocols number them. */
export const MessageType = { call: 1, reply: 2, exception: 3, oneway: 4 } as const;

/** Their names, by number. */
export const TYPE_NAMES = ['', 'CALL', 'REPLY', 'EXCEPTION', 'ONEWAY'] as const;

/** How fields are written. `old binary` is the binary protocol before it had a version. */
export type Encoding = 'binary' | 'old binary' | 'compact';

/** What the message travels in: as it is (buffered), behind its length, or behind a THeader. */
export type Transport = 'unframed' | 'framed' | 'header';

/** A call. */
export interface ThriftRequest extends Message {
  /** `oneway` for what is never answered. */
  kind: 'request' | 'oneway';
  /** The sequence id, unless a call with the same one is still waiting. */
  id: number;
  type: 'CALL' | 'ONEWAY';
  /** Name of the message as sent: `add`, and `Calculator:add` where services share a connection. */
  operation: string;
  /** The service of a name that has one, else null. */
  resource: string | null;
  /** Sequence id as sent; many clients send 0 always. */
  sequenceId: number;
  encoding: Encoding;
  transport: Transport;
}

/** The answer to a call. */
export interface ThriftResponse extends Message {
  kind: 'response';
  id?: number;
  type: 'REPLY' | 'EXCEPTION';
  /** Name of the message as sent: servers leave out the service. */
  method: string;
  sequenceId: number;
  /** Id of the exception that the method declares and threw; left out for a result. */
  exceptionField?: number;
  /** TApplicationException: what went wrong, by number; null where it wasn't told or not captured. */
  exceptionType?: number | null;
  /** TApplicationException: its text, with quoted values masked. */
  message?: string;
}

/** What makes no exchange. */
export interface ThriftControl extends Message {
  kind: 'control';
}

/** Any message of a connection. */
export type ThriftMessage = ThriftRequest | ThriftResponse | ThriftControl;

/** The one control message: it says nothing, so that one object serves all connections. */
export const CONTROL: ThriftControl = Object.freeze({ kind: 'control' });

/** Types of TApplicationException by number (`TApplicationException.h`). */
const EXCEPTIONS = [
  ...['UNKNOWN', 'UNKNOWN_METHOD', 'INVALID_MESSAGE_TYPE', 'WRONG_METHOD_NAME', 'BAD_SEQUENCE_ID', 'MISSING_RESULT'],
  ...['INTERNAL_ERROR', 'PROTOCOL_ERROR', 'INVALID_TRANSFORM', 'INVALID_PROTOCOL', 'UNSUPPORTED_CLIENT_TYPE'],
];

/** Name of a TApplicationException's type; `EXCEPTION` where it isn't known, so that names stay few. */
export function exceptionName(type: number | null): string {
  return (type === null ? undefined : EXCEPTIONS[type]) ?? 'EXCEPTION';
}
