import type { Redactor } from '@sonde/core';

/** A statement that was prepared. */
export interface Prepared {
  /** Its id in hexadecimal. */
  readonly hex: string;
  /** Masked text. */
  readonly statement: string;
  readonly keyspace: string | undefined;
  readonly table: string | undefined;
}

/** Statements of one generation. */
const CAPACITY = 2048;
/** Longer texts are kept up to here. */
const LONGEST = 2048;

/**
 * Statements by their id, of all connections: a driver prepares a statement on one connection and executes it on all,
 * and the id is a checksum of keyspace and text, the same on every node. Bounded in two generations.
 */
export class PreparedStatements {
  #young = new Map<string, Prepared>();
  #old = new Map<string, Prepared>();

  /** @param id - one character for each byte */
  get(id: string): Prepared | undefined {
    const young = this.#young.get(id);
    if (young !== undefined) return young;
    const old = this.#old.get(id);
    if (old !== undefined) this.#add(id, old);
    return old;
  }

  /** Remembers a statement under its id. */
  set(id: string, { statement, ...rest }: Prepared): void {
    this.#add(id, { ...rest, statement: statement.length > LONGEST ? `${statement.slice(0, LONGEST)}…` : statement });
  }

  #add(id: string, prepared: Prepared): void {
    if (this.#young.size >= CAPACITY && !this.#young.has(id)) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(id, prepared);
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
