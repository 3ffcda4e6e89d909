import { Command } from './commands.js';

/** Prepared statements kept of one connection; the oldest make room. */
const MOST_STATEMENTS = 4096;
/** In place of a statement's id: the one that was prepared last (MariaDB). */
export const LAST_PREPARED = 0xffff_ffff;

/**
 * Where a connection is.
 *
 * - `opening`: the client has not logged in.
 * - `authenticating`: packets of both sides go on from a login, or a change of user, until OK or ERR.
 * - `commands`: the client asks, the server answers.
 * - `file`: the server asked for a local file, and the client sends it.
 */
export type Phase = 'opening' | 'authenticating' | 'commands' | 'file';

/** What both directions of a connection know. */
export class MysqlConnection {
  phase: Phase = 'commands';
  /** False from a loss, or a late join, to the next answer: a command may have been answered out of sight. */
  synchronised = true;
  /** The server's greeting said MariaDB. */
  mariadb = false;
  /** Flags of both sides' first packets; null where they weren't seen. */
  serverCapabilities: number | null = null;
  clientCapabilities: number | null = null;
  /** Whether a backslash escapes within strings, as the last OK said; undefined before there was one. */
  backslash: boolean | undefined;
  /** Database in use, null where nobody saw it chosen. */
  database: string | null = null;
  /** Whether result sets come without EOF packets; null until a packet tells. */
  withoutEof: boolean | null = null;

  #statements: Map<number, string> | null = null;
  #last: string | null = null;

  /** A statement was prepared. */
  prepared(id: number, sql: string): void {
    this.#statements ??= new Map();
    if (this.#statements.size >= MOST_STATEMENTS) this.#statements.delete(this.#statements.keys().next().value!);
    this.#statements.set(id, sql);
  }

  /** SQL of a prepared statement, null if it was prepared before anybody looked. */
  sqlOf(id: number): string | null {
    return this.#statements?.get(id) ?? (id === LAST_PREPARED ? this.#last : null);
  }

  /** A statement is to be prepared: MariaDB's clients use it before they know its id. */
  preparing(sql: string | null): void {
    this.#last = sql;
  }

  /** A command was answered with OK. */
  succeeded(command: number, resource: string | null): void {
    if (command === Command.initDatabase) this.database = resource;
    else if (command === Command.resetConnection) this.forgetStatements();
    else if (command === Command.query && resource !== null && (resource.charCodeAt(0) | 0x20) === 0x75) {
      const used = /^use\s+(?:`([^`]+)`|([^\s;`]+))\s*;?\s*$/i.exec(resource);
      if (used !== null) this.database = used[1] ?? used[2] ?? null;
    }
  }

  closeStatement(id: number): void {
    this.#statements?.delete(id);
  }

  /** A change of user or a reset of the connection: the server forgets statements. */
  forgetStatements(): void {
    this.#statements = null;
    this.#last = null;
  }

  /** Whether both sides agreed on a capability; null where that isn't known. */
  agreed(capability: number): boolean | null {
    if (this.clientCapabilities === null) return null;
    const both = this.clientCapabilities & (this.serverCapabilities ?? -1);
    return (both & capability) !== 0;
  }
}
