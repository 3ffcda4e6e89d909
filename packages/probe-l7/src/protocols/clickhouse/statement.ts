import type { Redactor } from '@sonde/core';
import { sqlOperation } from '@sonde/core';
import { Memo } from '../../memo.js';

/** A statement that may be shown, and its first word. */
export interface Statement {
  text: string;
  /** Its verb in upper case: `SELECT`; `Query` where it is none that is known. */
  operation: string;
}

const memos = new WeakMap<Redactor, Memo<Statement>>();
/** What follows `FORMAT` and a name in an INSERT is data; so is what follows `VALUES`, which masking sees to. */
const INLINE_DATA = /^\s*INSERT\s[\s\S]*?\bFORMAT\s+\w+(?=\s)/i;
/** Statements that ClickHouse has and others don't. */
const OWN_VERBS = new Set(['ATTACH', 'DETACH', 'EXISTS', 'SYSTEM', 'WATCH', 'UNDROP', 'EXCHANGE', 'BACKUP', 'RESTORE']);

/** Makes statements fit to be shown, and remembers them. No dialect's rules are those of ClickHouse: all of them count. */
export function statements(redact: Redactor): Memo<Statement> {
  let memo = memos.get(redact);
  if (memo === undefined) {
    memo = new Memo((sql) => read(sql, redact));
    memos.set(redact, memo);
  }
  return memo;
}

function read(sql: string, redact: Redactor): Statement {
  const [before = sql] = redact.enabled ? (INLINE_DATA.exec(sql) ?? []) : [];
  const text = redact.sql(before);
  return { text, operation: sqlOperation(text) ?? ownVerb(text) };
}

function ownVerb(text: string): string {
  const word = /^\s*([a-z]+)\b/i.exec(text)?.[1]?.toUpperCase() ?? '';
  return OWN_VERBS.has(word) ? word : 'Query';
}
