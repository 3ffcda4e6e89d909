import { LruMap, type Redactor } from '@sonde/core';

/** A statement that was prepared. */
export interface Prepared {
  /** Its id in hexadecimal. */
  readonly hex: string;
  /** Masked text. */
  readonly statement: string;
  readonly keyspace: string | undefined;
  readonly table: string | undefined;
}

/** Statements that are kept; what is executed stays longest. */
const CAPACITY = 4096;
/** Longer texts are kept up to here. */
const LONGEST = 2048;

/**
 * Statements by their id (one character for each byte), of all connections: a driver prepares a statement on one
 * connection and executes it on all, and the id is a checksum of keyspace and text, the same on every node.
 */
export class PreparedStatements {
  readonly #byId = new LruMap<string, Prepared>(CAPACITY);

  get(id: string): Prepared | undefined {
    return this.#byId.get(id);
  }

  /** Remembers a statement under its id. */
  set(id: string, { statement, ...rest }: Prepared): void {
    const text = statement.length > LONGEST ? `${statement.slice(0, LONGEST)}…` : statement;
    this.#byId.set(id, { ...rest, statement: text });
  }
}

const byRedactor = new WeakMap<Redactor, PreparedStatements>();

/** The statements of all connections whose texts are masked in the same way. */
export function preparedStatements(redact: Redactor): PreparedStatements {
  let statements = byRedactor.get(redact);
  if (statements === undefined) {
    statements = new PreparedStatements();
    byRedactor.set(redact, statements);
  }
  return statements;
}
