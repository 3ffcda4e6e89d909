import type { Message } from '@sonde/core';

/** A query, the opening of a connection, a sign of life, or a question about tables. */
export class ClickhouseRequest implements Message {
  readonly kind = 'request';
  /** `SELECT`, `INSERT`, … for a query (`Query` if it is none that is known); `Hello`, `Ping`, `TablesStatusRequest`. */
  readonly operation: string;
  /** The statement, masked; the user of a Hello; null where there is none. */
  resource: string | null = null;
  /** Id that the client gave to the query. */
  queryId?: string;
  /** Database of the connection, null where nobody saw it named. */
  database: string | null = null;
  /** Another server asks on behalf of a client. */
  secondary?: true;
  /** Blocks come compressed. */
  compressed?: true;
  /** Rows that the client sent to be inserted; missing where they were compressed. */
  rows?: number;
  /** The client asked to cancel the query. */
  cancelled?: true;
  /** Revision of the protocol (Hello). */
  revision?: number;
  /** What the client calls itself. */
  clientName?: string;
  traceparent?: string;
  truncated?: boolean;

  readonly #query: boolean;

  constructor(operation: string, query = false) {
    this.operation = operation;
    this.#query = query;
  }

  /** It is a query, so that `resource` is a statement. */
  get isQuery(): boolean {
    return this.#query;
  }
}

/** The packets that answer a request, up to the one that ends them. */
export class ClickhouseResponse implements Message {
  readonly kind = 'response';
  /** The packet that ended the answer; null while none has. */
  result: 'Hello' | 'EndOfStream' | 'Exception' | 'Pong' | 'TablesStatusResponse' | null = null;
  /** Rows of the result, without totals and extremes. */
  rows?: number;
  /** Rows and bytes that the server read, from its reports of progress. */
  readRows?: number;
  readBytes?: number;
  /** Rows and bytes that the server wrote. */
  writtenRows?: number;
  writtenBytes?: number;
  /** Code of the error (60). */
  errorCode?: number;
  /** Name of the error: `DB::Exception`. */
  errorName?: string;
  /** The server's message, with quoted values masked. */
  message?: string;
  /** Name, version and revision of the server (Hello). */
  serverName?: string;
  serverVersion?: string;
  revision?: number;
  truncated?: boolean;
}

/** Keeps byte counts in step and makes no exchange. */
interface Control extends Message {
  kind: 'control';
}

/** Every message of the protocol. */
export type ClickhouseMessage = ClickhouseRequest | ClickhouseResponse | Control;

/** The one control message: it says nothing, so that one object serves all connections. */
export const CONTROL: Control = Object.freeze({ kind: 'control' });
