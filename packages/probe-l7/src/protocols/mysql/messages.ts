import type { Message } from '@sonde/core';

/** A command of the client, or its login. */
export class MysqlRequest implements Message {
  readonly kind: 'request' | 'oneway';
  /** Name of the command without `COM_` (`QUERY`, `STMT_EXECUTE`, `INIT_DB`), or `login`. */
  readonly operation: string;
  /** SQL text, masked; the database, table or user; null where the command has none, or it isn't known. */
  resource: string | null = null;
  /** The prepared statement. */
  statementId?: number;
  /** Database in use when the command was sent, null where nobody saw it chosen. */
  database: string | null = null;
  traceparent?: string;
  truncated?: boolean;

  readonly #command: number;
  readonly #mariadb: boolean;
  #sequence = 0;

  constructor(kind: 'request' | 'oneway', command: number, operation: string, mariadb: boolean) {
    this.kind = kind;
    this.operation = operation;
    this.#command = command;
    this.#mariadb = mariadb;
  }

  /** Code of the command. */
  get command(): number {
    return this.#command;
  }

  /** The server said in its greeting that it is MariaDB. */
  get mariadb(): boolean {
    return this.#mariadb;
  }

  /** Sequence number of the command's last packet: the answer goes on from there. */
  get sequence(): number {
    return this.#sequence;
  }

  set sequence(sequence: number) {
    this.#sequence = sequence;
  }
}

/**
 * What a command was answered with. `STREAM` is a binary log that goes on until the connection ends, `TEXT` a line of
 * text (`STATISTICS`).
 */
export type MysqlResult = 'OK' | 'ERR' | 'RESULTSET' | 'PREPARE_OK' | 'STREAM' | 'TEXT';

/** The answer to a command. */
export class MysqlResponse implements Message {
  readonly kind = 'response';
  /** Kind of the first result; `ERR` if any failed. */
  result: MysqlResult = 'OK';
  /** Rows that were returned, all results together. */
  rows?: number;
  /** Rows that were inserted, changed or deleted, all results together. */
  affectedRows?: number;
  warnings?: number;
  /** Results, if there are several: statements in one text, or what a procedure returned. */
  results?: number;
  /** Id that the server gave to a prepared statement. */
  statementId?: number;
  /** Error number (1146). */
  errorCode?: number;
  /** SQLSTATE, five characters. */
  sqlState?: string;
  /** The server's message, with quoted values masked. */
  message?: string;
  truncated?: boolean;
}

/** Keeps byte counts in step and makes no exchange. */
interface Control extends Message {
  kind: 'control';
}

/** Every message of the protocol. */
export type MysqlMessage = MysqlRequest | MysqlResponse | Control;

/** The one control message: it says nothing, so that one object serves all connections. */
export const CONTROL: Control = Object.freeze({ kind: 'control' });
