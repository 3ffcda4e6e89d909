import type { Message } from '@sonde/core';

/**
 * `PreLogin`, `Login7`, `SQLBatch`, `RPC`, `BulkLoad`, `Attention`, or what is asked of the transaction manager
 * (`TM_BEGIN_XACT`).
 */
export type TdsOperation = string;

/** A message of the client. */
export class TdsRequest implements Message {
  readonly kind: 'request' | 'oneway';
  readonly operation: TdsOperation;
  /** The statement, masked; the procedure, where no statement is known; the user of a login; null where there is none. */
  resource: string | null = null;
  /** Procedure of an RPC: `sp_executesql`, `dbo.orders_of`. */
  procedure?: string;
  /** Number that the server gave to a prepared statement. */
  handle?: number;
  /** Database in use, null where nobody saw it chosen. */
  database: string | null = null;
  /** Names that a login gives. */
  application?: string;
  /** Version of the protocol that a login asks for: `7.4`. */
  version?: string;
  /** The login came encrypted, so that nobody knows whose it is. */
  encrypted?: true;
  /** The client sent an attention before the answer was over. */
  cancelled?: true;
  truncated?: boolean;

  #statement = false;

  constructor(operation: TdsOperation, kind: 'request' | 'oneway' = 'request') {
    this.operation = operation;
    this.kind = kind;
  }

  /** `resource` is a statement. */
  get isStatement(): boolean {
    return this.#statement;
  }

  /** Sets the statement, masked. */
  set statement(text: string) {
    this.resource = text;
    this.#statement = true;
  }
}

/** The answer: all that the tokens of a message say. */
export class TdsResponse implements Message {
  readonly kind = 'response';
  /** `OK`, or `ERROR` if any statement failed; null where the answer's end is missing. */
  result: 'OK' | 'ERROR' | null = null;
  /** Rows that were returned, all results together. */
  rows?: number;
  /** Rows that were inserted, changed or deleted, all results together. */
  affectedRows?: number;
  /** Results with columns. */
  results?: number;
  /** What the procedure returned. */
  returnStatus?: number;
  /** Number that the server gave to a prepared statement. */
  handle?: number;
  /** Number of the first error (208), its severity, and the server's text with quoted values masked. */
  errorCode?: number;
  severity?: number;
  message?: string;
  /** The server acknowledged an attention. */
  cancelled?: true;
  /** Name and version of the server (login). */
  serverName?: string;
  serverVersion?: string;
  truncated?: boolean;
}

/** Keeps byte counts in step and makes no exchange. */
interface Control extends Message {
  kind: 'control';
}

/** Every message of the protocol. */
export type TdsMessage = TdsRequest | TdsResponse | Control;

/** The one control message: it says nothing, so that one object serves all connections. */
export const CONTROL: Control = Object.freeze({ kind: 'control' });
