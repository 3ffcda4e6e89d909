import type { SqlDialect } from '../contracts/index.js';
import { SqlLexer, type SqlToken } from './sql-lexer.js';
import { readings, type SqlRules } from './sql-rules.js';

/** OpenTelemetry's longest `db.query.summary`. */
const MAX_SUMMARY = 255;
/** A statement says what it does at its beginning: further on is not looked. */
const MAX_TOKENS = 2000;

/** Statements that act on a table (or what stands in its place), and the words that it follows. Empty: directly. */
const TARGET_AFTER: Readonly<Record<string, readonly string[]>> = {
  SELECT: ['FROM'],
  DELETE: ['FROM'],
  INSERT: ['INTO'],
  REPLACE: ['INTO'],
  MERGE: ['INTO'],
  UPSERT: ['INTO'],
  UPDATE: [],
  COPY: [],
  TRUNCATE: [],
  CALL: [],
  TABLE: [],
};

/** Statements named by two words, `CREATE TABLE`, and the kinds whose names are few enough to be shown. */
const DEFINITIONS = new Set(['CREATE', 'ALTER', 'DROP']);
const NAMED_KINDS = new Set(
  'TABLE VIEW INDEX DATABASE SCHEMA SEQUENCE FUNCTION PROCEDURE TRIGGER TYPE EXTENSION'.split(' '),
);
const UNNAMED_KINDS = new Set(
  'USER ROLE LOGIN GROUP DOMAIN EVENT SERVER POLICY RULE PUBLICATION SUBSCRIPTION'.split(' '),
);

/** Statements whose first word says it all: what follows is a name, a value, or another statement. */
const PLAIN = new Set(
  `ABORT ANALYZE ATTACH BEGIN CHECK CHECKPOINT CHECKSUM CLOSE CLUSTER COMMENT COMMIT DEALLOCATE DECLARE DESC DESCRIBE DETACH
  DISCARD DO END EXEC EXECUTE EXPLAIN FETCH FLUSH GRANT HANDLER HELP IMPORT INSTALL KILL LISTEN LOAD LOCK MOVE NOTIFY OPTIMIZE
  PRAGMA PREPARE PURGE REASSIGN REFRESH REINDEX RELEASE RENAME REPAIR RESET RESIGNAL REVOKE ROLLBACK SAVEPOINT SECURITY SET
  SHOW SHUTDOWN SIGNAL START STOP UNINSTALL UNLISTEN UNLOCK USE VACUUM VALUES WITH XA`.split(/\s+/),
);

/** Words between a statement's verb and its table that are no name. */
const NOISE = new Set(
  `ALL CONCURRENTLY DELAYED EXISTS FORCE FROM GLOBAL HIGH_PRIORITY IF IGNORE INTO LATERAL LOCAL LOW_PRIORITY MATERIALIZED NOT
  ONLY OR OVERWRITE QUICK RECURSIVE REPLACE SQL_NO_CACHE TABLE TEMP TEMPORARY UNIQUE UNLOGGED VIRTUAL FULLTEXT SPATIAL FOREIGN DEFINER`.split(
    /\s+/,
  ),
);

/** Words that can't be a table's name where one is looked for: the statement has none. */
const STOP = new Set('SELECT SET VALUES WHERE ON USING GROUP ORDER LIMIT UNION TO AS WITH RETURNING DUAL'.split(' '));

/** A plain name in backticks or brackets, for dialects that do not quote so. */
const FOREIGN_NAME = /`[\w$ ]{1,64}`|\[[\w$ ]{1,64}\]/y;

/**
 * What a statement does, for `db.operation.name`: its verb in upper case, of a statement `WITH …` the main one. Null for
 * text that is no SQL statement, so that garbage makes no series.
 */
export function sqlOperation(text: string, dialect?: SqlDialect): string | null {
  return agreed(readings(text, dialect).map((rules) => new StatementHead(text, rules).operation()));
}

/**
 * A span name of low cardinality by the rules of OpenTelemetry's `db.query.summary`: the operation and its first target,
 * `SELECT users`, `CREATE TABLE users`, `COMMIT`. Literals never enter it: where dialects disagree on what is one, and
 * none is given, the target is left out. Null for text that is no SQL statement.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/db/database-spans/#generating-a-summary-of-the-query
 */
export function sqlSummary(text: string, dialect?: SqlDialect): string | null {
  const summary = agreed(readings(text, dialect).map((rules) => new StatementHead(text, rules).summary()));
  return summary?.slice(0, MAX_SUMMARY) ?? sqlOperation(text, dialect);
}

function agreed(answers: readonly (string | null)[]): string | null {
  const [first = null] = answers;
  return answers.every((answer) => answer === first) ? first : null;
}

/** Reads the beginning of a statement by one dialect's rules. */
class StatementHead {
  readonly #lexer: SqlLexer;
  #token: SqlToken = 'space';
  #word = '';
  #left = MAX_TOKENS;

  constructor(text: string, rules: SqlRules) {
    this.#lexer = new SqlLexer(text, rules);
  }

  operation(): string | null {
    this.#next();
    while (this.#is('(')) this.#next();
    if (this.#word === 'WITH') this.#skipCommonTables();
    const verb = this.#word;
    return verb in TARGET_AFTER || DEFINITIONS.has(verb) || PLAIN.has(verb) ? verb : null;
  }

  summary(): string | null {
    const operation = this.operation();
    if (operation === null) return null;
    if (DEFINITIONS.has(operation)) return this.#definition(operation);
    const after = TARGET_AFTER[operation];
    if (!after) return operation;
    if (after.length > 0 && !this.#seek(operation, after)) return operation;
    const target = this.#target();
    return target === null ? operation : `${operation} ${target}`;
  }

  /** `CREATE OR REPLACE TEMPORARY VIEW IF NOT EXISTS v`: the kind and, where names are few, the name. */
  #definition(operation: string): string {
    for (let words = 0; words < 12; words++) {
      this.#next();
      if (this.#token === 'end') return operation;
      if (UNNAMED_KINDS.has(this.#word)) return `${operation} ${this.#word}`;
      if (!NAMED_KINDS.has(this.#word)) continue;
      const kind = this.#word;
      const target = this.#target();
      return target === null ? `${operation} ${kind}` : `${operation} ${kind} ${target}`;
    }
    return operation;
  }

  /** Goes on to FROM or INTO, in subqueries too, but not to that of `extract(year FROM …)` or `IS DISTINCT FROM`. */
  #seek(operation: string, words: readonly string[]): boolean {
    const subqueries = [true];
    let before = '';
    for (;;) {
      before = this.#is('(') ? '(' : this.#word;
      this.#next();
      if (this.#token === 'end' || this.#is(';')) return false;
      if (this.#is('(')) subqueries.push(false);
      else if (this.#is(')') && subqueries.length > 1) subqueries.pop();
      else if (before === '(') subqueries[subqueries.length - 1] = this.#word === 'SELECT' || this.#word === 'WITH';
      if (words.includes(this.#word) && subqueries.at(-1) && before !== 'DISTINCT') return true;
      // `INSERT t VALUES`, `DELETE t FROM`, `REPLACE t`: MySQL and SQL Server let INTO go.
      const direct = operation !== 'SELECT' && operation !== 'DELETE' && this.#isName() && !NOISE.has(this.#word);
      if (direct) {
        this.#lexer.end = this.#lexer.start;
        return true;
      }
    }
  }

  /** The name that comes next, `schema.table` included, without its quotes. */
  #target(): string | null {
    do this.#next();
    while (this.#is('(') || NOISE.has(this.#word));
    if (this.#word === 'SELECT' && this.#seek('SELECT', ['FROM'])) return this.#target();
    if (!this.#isName() || STOP.has(this.#word)) return null;
    let name = this.#name();
    for (let parts = 1; parts < 4; parts++) {
      const { end } = this.#lexer;
      this.#next();
      if (!this.#is('.')) {
        this.#lexer.end = end;
        break;
      }
      this.#next();
      if (!this.#isName()) break;
      name += `.${this.#name()}`;
    }
    return name;
  }

  /** Leaves the verb of the main statement as the current word. */
  #skipCommonTables(): void {
    let depth = 0;
    do {
      this.#next();
      if (this.#is('(')) depth++;
      else if (this.#is(')')) depth--;
      else if (depth === 0 && this.#word in TARGET_AFTER) return;
    } while (this.#token !== 'end');
    this.#word = 'WITH';
  }

  #next(): void {
    do this.#token = this.#left-- > 0 ? this.#lexer.next() : 'end';
    while (this.#token === 'space' || this.#token === 'comment');
    const { text, start, end } = this.#lexer;
    this.#word = this.#token === 'word' && end - start < 32 ? text.slice(start, end).toUpperCase() : '';
  }

  #is(symbol: string): boolean {
    return this.#token === 'symbol' && this.#lexer.text.startsWith(symbol, this.#lexer.start);
  }

  #isName(): boolean {
    if (this.#token === 'word' || this.#token === 'identifier') return true;
    const { text, start } = this.#lexer;
    // Where a name has to stand, quotes of other dialects are quotes: MySQL in its ANSI mode reads "…" as a name, too.
    if (this.#token === 'string') return text.charAt(start) === '"';
    FOREIGN_NAME.lastIndex = start;
    if (this.#token !== 'symbol' || !FOREIGN_NAME.test(text)) return false;
    this.#token = 'identifier';
    this.#lexer.end = FOREIGN_NAME.lastIndex;
    return true;
  }

  #name(): string {
    const { text, start, end } = this.#lexer;
    if (this.#token === 'word') return text.slice(start, Math.min(end, start + 64));
    const closed = end - start > 1 && '"`]'.includes(text.charAt(end - 1));
    return text.slice(start + 1, Math.min(closed ? end - 1 : end, start + 65));
  }
}
