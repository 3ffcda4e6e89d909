import { LruMap } from '@sonde/core';

/** Prepared statements kept of one connection; the oldest make room. */
const MOST_STATEMENTS = 4096;

/** What both directions of a connection know. */
export class TdsConnection {
  /** Database in use, null where nobody saw it chosen. */
  database: string | null = null;
  /** Database that the login came to, null where nobody saw it: a session that is reset goes back to it. */
  home: string | null = null;
  /** TDS 7.2 and later: longer counts, and headers before statements. Null until a message tells. */
  modern: boolean | null = null;
  /** All is encrypted from the login on; null where nobody saw what both sides said of it. */
  encrypted: boolean | null = null;
  /** What the client said of encryption. */
  clientEncryption: number | null = null;
  /** A TLS handshake goes to and fro, and the login follows it. */
  handshaking = false;
  /** Counts the client's messages: an answer that goes on after another question was never read to its end. */
  requests = 0;

  #statements: LruMap<number, string> | null = null;

  /** A statement was prepared. */
  prepared(handle: number, sql: string): void {
    this.#statements ??= new LruMap(MOST_STATEMENTS);
    this.#statements.set(handle, sql);
  }

  /** Text of a prepared statement, masked; null if it was prepared before anybody looked. */
  statementOf(handle: number): string | null {
    return this.#statements?.peek(handle) ?? null;
  }

  /** A prepared statement was released. */
  unprepared(handle: number): void {
    this.#statements?.delete(handle);
  }

  /** The session begins anew, for the next one who has the connection from a pool. */
  reset(): void {
    this.database = this.home;
    this.#statements = null;
  }
}
