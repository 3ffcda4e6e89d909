import { type Redactor, type SqlDialect, sqlOperation, sqlSummary } from '@sonde/core';
import { Memo } from './memo.js';

/** What a statement does, by OpenTelemetry's conventions. */
export interface StatementSummary {
  /** `db.query.summary`: `SELECT orders`; null for text that is no SQL statement. */
  summary: string | null;
  /** `db.operation.name`: `SELECT`. */
  operation: string | null;
}

const maskers = new WeakMap<Redactor, Map<SqlDialect, Memo<string>>>();
const summaries = new Memo<StatementSummary>((sql) => ({ summary: sqlSummary(sql), operation: sqlOperation(sql) }));

/**
 * Makes statements fit to be shown, and remembers them: an application says the same few hundred things all day. One
 * masker serves all connections that share a redactor.
 */
export function statementMasker(redact: Redactor, dialect: SqlDialect): Memo<string> {
  const byDialect = maskers.get(redact) ?? new Map<SqlDialect, Memo<string>>();
  maskers.set(redact, byDialect);
  const masker = byDialect.get(dialect) ?? new Memo((sql) => redact.sql(sql, dialect));
  byDialect.set(dialect, masker);
  return masker;
}

/** Summary of a masked statement. */
export function summarise(sql: string): StatementSummary {
  return summaries.get(sql);
}
