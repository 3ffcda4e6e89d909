import type { Message } from '@sonde/core';

/**
 * What a client asked for.
 *
 * - `startup`: the connection's first message, to the first `ReadyForQuery`.
 * - `query`: the simple protocol, one or more statements.
 * - `execute`: the extended protocol, from `Parse` or `Bind` to `Execute`.
 * - `parse`: a statement prepared in a round trip of its own.
 * - `bind`: a portal made in a round trip of its own.
 * - `function`: a function call by object id.
 * - `cancel`: a request, on a connection of its own, to cancel another connection's query.
 */
export type PostgresOperation = 'startup' | 'query' | 'execute' | 'parse' | 'bind' | 'function' | 'cancel';

/** A request: one `Query`, or one `Execute` with the `Parse` and `Bind` before it. */
export class PostgresRequest implements Message {
  readonly kind: 'request' | 'oneway';
  operation: PostgresOperation;
  /** SQL text, masked; the user for `startup`; null where the statement was prepared before anybody looked. */
  resource: string | null;
  /** Name of the prepared statement, empty for the unnamed one; null outside of the extended protocol. */
  statement: string | null = null;
  /** Database of the connection, null where its start wasn't seen. */
  database: string | null = null;
  truncated?: boolean;

  readonly #batch: number;
  #awaitsParse = false;
  #awaitsBind = false;
  #ended = false;
  #acknowledged = false;

  constructor(kind: 'request' | 'oneway', operation: PostgresOperation, resource: string | null, batch: number) {
    this.kind = kind;
    this.operation = operation;
    this.resource = resource;
    this.#batch = batch;
  }

  /** Number of the batch (what ends with one `ReadyForQuery`) that the request belongs to. */
  get batch(): number {
    return this.#batch;
  }

  /** `ParseComplete` has to come before anything else answers the request. */
  get awaitsParse(): boolean {
    return this.#awaitsParse;
  }

  set awaitsParse(awaits: boolean) {
    this.#awaitsParse = awaits;
  }

  /** `BindComplete` has to come before rows or a tag answer the request. */
  get awaitsBind(): boolean {
    return this.#awaitsBind;
  }

  set awaitsBind(awaits: boolean) {
    this.#awaitsBind = awaits;
  }

  /** `ParseComplete` or `BindComplete` came: the answer has begun. */
  get acknowledged(): boolean {
    return this.#acknowledged;
  }

  acknowledge(): void {
    this.#acknowledged = true;
  }

  /** Nothing more joins the request. */
  get ended(): boolean {
    return this.#ended;
  }

  end(): void {
    this.#ended = true;
  }
}

/** The answer to a request. */
export class PostgresResponse implements Message {
  readonly kind = 'response';
  /** Command tag of the last statement (`SELECT 1`, `INSERT 0 2`), null if none completed. */
  tag: string | null = null;
  /** Rows that were returned, all statements together; absent for statements that return none. */
  rows?: number;
  /** Rows that the last statement inserted, changed or deleted, by its tag. */
  affectedRows?: number;
  /** Statements that completed, if the simple protocol carried several. */
  statements?: number;
  /** The portal has more rows than were asked for. */
  suspended?: boolean;
  /** SQLSTATE, five characters. */
  sqlState?: string;
  /** The same as `sqlState`, under the name that all databases share. */
  errorCode?: string;
  /** `ERROR`, `FATAL` or `PANIC`. */
  severity?: string;
  /** The server's message in its language, with quoted values masked. */
  message?: string;
  truncated?: boolean;

  addRows(count: number): void {
    this.rows = (this.rows ?? 0) + count;
  }
}

/** What the server tells of its own accord: a `NOTIFY` on a channel that the client listens to. */
export interface PostgresNotification extends Message {
  kind: 'oneway';
  operation: 'notification';
  /** The channel. The payload isn't kept. */
  resource: string | null;
}

/** Every message of the protocol. */
export type PostgresMessage = PostgresRequest | PostgresResponse | PostgresNotification | Control;

/** Keeps byte counts in step and makes no exchange. */
interface Control extends Message {
  kind: 'control';
}

/** The one control message: it says nothing, so that one object serves all connections. */
export const CONTROL: Control = Object.freeze({ kind: 'control' });
