import type { Verdict } from '@sonde/core';

/** Bytes of a statement that are looked at. */
const GLANCE = 64;

/** What statements begin with, in the dialects of PostgreSQL and MySQL. */
const VERBS = new Set(
  `abort alter analyze begin binlog call change check close cluster comment commit copy create deallocate declare delete
  desc describe discard do drop end execute explain fetch flush grant handler help import insert install kill listen load
  lock merge move notify optimize prepare purge reassign refresh reindex release rename repair replace reset revoke rollback
  savepoint select set show shutdown start stop table truncate uninstall unlisten unlock update use vacuum values with xa`.split(
    /\s+/,
  ),
);

/**
 * Whether bytes are the beginning of a statement: text, that begins with a word of SQL, a comment or a parenthesis. A
 * whole text may begin with any word.
 *
 * @param whole - the text ends at `end`, and isn't cut there
 * @returns `more` if what there is doesn't tell
 */
export function looksLikeSql(bytes: Uint8Array, start: number, end: number, whole: boolean): Verdict {
  if (!isText(bytes, start, end)) return 'no';
  let from = start;
  while (from < end && isSpace(bytes[from]!)) from++;
  const word = firstWord(bytes, from, end);
  if (from + word.length >= end) return whole ? (word.length === 1 ? 'no' : 'yes') : 'more';
  if (VERBS.has(word)) return 'yes';
  const first = bytes[from]!;
  const following = bytes[from + 1]!;
  const comment = (first === 0x2f && following === 0x2a) || (first === 0x2d && following === 0x2d) || first === 0x23;
  if (comment || first === 0x28 || first === 0x3b) return 'yes';
  if (word.length < 2) return 'no';
  return whole ? 'yes' : 'more';
}

/** No control characters but white space in the part that is looked at. */
export function isText(bytes: Uint8Array, from: number, to: number): boolean {
  const end = Math.min(to, from + GLANCE);
  for (let at = from; at < end; at++) {
    const byte = bytes[at]!;
    if (byte < 0x20 ? !isSpace(byte) : byte === 0x7f) return false;
  }
  return true;
}

/** The letters at `from`, in lower case, twelve at most: no verb is longer. */
function firstWord(bytes: Uint8Array, from: number, end: number): string {
  let word = '';
  for (let at = from; at < end && word.length < 12; at++) {
    const letter = bytes[at]! | 0x20;
    if (letter < 0x61 || letter > 0x7a || bytes[at]! > 0x7f) break;
    word += String.fromCharCode(letter);
  }
  return word;
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}
