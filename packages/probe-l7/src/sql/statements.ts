import { type Redactor, type SqlDialect, sqlOperation, sqlSummary } from '@sonde/core';
import { Memo } from '../memo.js';

/** What a statement does, by OpenTelemetry's conventions. */
export interface StatementSummary {
  /** `db.query.summary`: `SELECT orders`; null for text that is no SQL statement. */
  summary: string | null;
  /** `db.operation.name`: `SELECT`. */
  operation: string | null;
}

const maskers = new WeakMap<Redactor, Map<string, Memo<string>>>();
const summaries = new Memo<StatementSummary>((sql) => ({ summary: sqlSummary(sql), operation: sqlOperation(sql) }));

/**
 * Makes statements fit to be shown, and remembers them: an application says the same few hundred things all day. One
 * masker serves all connections that share a redactor.
 *
 * @param backslash whether a backslash escapes within every string, where the connection said so
 */
export function statementMasker(redact: Redactor, dialect: SqlDialect, backslash?: boolean): Memo<string> {
  const byDialect = maskers.get(redact) ?? new Map<string, Memo<string>>();
  maskers.set(redact, byDialect);
  const key = `${dialect} ${backslash}`;
  const masker = byDialect.get(key) ?? new Memo((sql) => redact.sql(sql, dialect, backslash));
  byDialect.set(key, masker);
  return masker;
}

/** Masks the statements of one connection, by what it says of its strings so far. */
export class ConnectionMasker {
  readonly #redact: Redactor;
  readonly #dialect: SqlDialect;
  #backslash: boolean | undefined;
  #masker: Memo<string>;

  constructor(redact: Redactor, dialect: SqlDialect) {
    this.#redact = redact;
    this.#dialect = dialect;
    this.#masker = statementMasker(redact, dialect);
  }

  /** @param backslash whether a backslash escapes within every string; undefined while nobody knows */
  mask(sql: string, backslash: boolean | undefined): string {
    if (backslash !== this.#backslash) {
      this.#backslash = backslash;
      this.#masker = statementMasker(this.#redact, this.#dialect, backslash);
    }
    return this.#masker.get(sql);
  }
}

/** Summary of a masked statement. */
export function summarise(sql: string): StatementSummary {
  return summaries.get(sql);
}
