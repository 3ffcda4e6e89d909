import type { Redactor } from '@sonde/core';
import { Memo } from '../../memo.js';
import { statementMasker } from '../../sql/statements.js';

/** CQL has literals that SQL has not: UUIDs and blobs without quotes. */
const BARE_LITERAL = /\b(?:[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|0x[\da-f]+)\b/gi;
const maskers = new WeakMap<Redactor, Memo<string>>();

/**
 * Makes CQL statements fit to be shown. Apart from its literals CQL is written as PostgreSQL's SQL is: identifiers in
 * double quotes, strings in single ones or between `$$`.
 */
export function cqlMasker(redact: Redactor): Memo<string> {
  let masker = maskers.get(redact);
  if (masker === undefined) {
    const sql = statementMasker(redact, 'postgresql', false);
    masker = new Memo((cql) => sql.get(redact.enabled ? cql.replace(BARE_LITERAL, "''") : cql));
    maskers.set(redact, masker);
  }
  return masker;
}
