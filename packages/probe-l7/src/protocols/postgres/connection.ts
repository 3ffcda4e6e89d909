/** Prepared statements, and portals, kept of one connection; the oldest make room. */
const MOST_NAMES = 1024;

/** What both directions of a connection know. */
export class PostgresConnection {
  /** Database that the startup message named, else the user; null where it wasn't seen. */
  database: string | null = null;
  /** The client asked for encryption: the server answers with one bare byte. */
  encryptionAsked = false;
  /** Batches that the client has ended: each will be answered by one `ReadyForQuery`. */
  batch = 0;
  /** Batches that the server has answered, which is the number of the one that it works on. */
  answered = 0;
  /** False from a loss, or a late join, to the next answer: a request may have been answered out of sight. */
  synchronised = true;
  /** Whether a backslash escapes within every string; undefined while the server didn't say. */
  backslash: boolean | undefined;
  /** The batch that an error ended early: the server skips what else it holds. */
  failed = -1;

  readonly #statements = new Names<string | null>();
  readonly #portals = new Names<Portal>();
  /** By far the most used portal: its object serves again and again. */
  readonly #unnamed: Portal = { statement: null, sql: null };

  /** True while the server skips what the client sends, up to the next `Sync`. */
  get skipping(): boolean {
    return this.failed === this.batch;
  }

  /** A statement was parsed under a name. */
  prepare(name: string, sql: string | null): void {
    this.#statements.set(name, sql);
  }

  /** SQL of a prepared statement, null if it was prepared before anybody looked. */
  sqlOf(statement: string): string | null {
    return this.#statements.get(statement) ?? null;
  }

  /** A portal was made of a statement. */
  bind(portal: string, statement: string | null, sql: string | null): void {
    if (portal === '') {
      this.#unnamed.statement = statement;
      this.#unnamed.sql = sql;
    } else this.#portals.set(portal, { statement, sql });
  }

  /** What is known of a portal, null if it was made before anybody looked. */
  portal(name: string): Readonly<Portal> | null {
    return name === '' ? this.#unnamed : (this.#portals.get(name) ?? null);
  }

  closeStatement(name: string): void {
    this.#statements.delete(name);
  }

  closePortal(name: string): void {
    this.#portals.delete(name);
  }

  /** `DISCARD ALL` or `DEALLOCATE ALL`. */
  forgetStatements(): void {
    this.#statements.clear();
  }

  /** Bytes of the client were lost: what has no name of its own may be another by now. */
  forgetUnnamed(): void {
    this.#statements.delete('');
    this.#unnamed.statement = this.#unnamed.sql = null;
    this.#portals.clear();
  }

  /** Bytes were lost: the host gives up what was outstanding, so nothing is. */
  lose(): void {
    this.answered = this.batch;
    this.failed = -1;
    this.encryptionAsked = false;
    this.synchronised = false;
  }
}

/** A statement with its parameters, ready to run. */
interface Portal {
  statement: string | null;
  sql: string | null;
}

/** A bounded map; the unnamed entry, by far the most used, is kept apart. */
class Names<T> {
  #unnamed: T | undefined;
  #named: Map<string, T> | null = null;

  get(name: string): T | undefined {
    return name === '' ? this.#unnamed : this.#named?.get(name);
  }

  set(name: string, value: T): void {
    if (name === '') {
      this.#unnamed = value;
      return;
    }
    this.#named ??= new Map();
    if (this.#named.size >= MOST_NAMES && !this.#named.has(name)) {
      this.#named.delete(this.#named.keys().next().value!);
    }
    this.#named.set(name, value);
  }

  delete(name: string): void {
    if (name === '') this.#unnamed = undefined;
    else this.#named?.delete(name);
  }

  clear(): void {
    this.#unnamed = undefined;
    this.#named = null;
  }
}
