import { redactMessage } from '@sonde/core';

/**
 * Errors that quote names only: unknown or existing databases (1007, 1008, 1049), tables (1050, 1051, 1146), columns
 * (1054, 1060, 1364), keys (1061, 1091), refused users (1044, 1045, 1142, 1143, 1698), procedures (1305), foreign keys
 * (1216, 1217, 1451, 1452).
 */
const NAMES = new Set([
  1007, 1008, 1044, 1045, 1049, 1050, 1051, 1054, 1060, 1061, 1091, 1142, 1143, 1146, 1216, 1217, 1305, 1364, 1451,
  1452, 1698,
]);
/** Errors that repeat the statement from where it was misunderstood. */
const SYNTAX = new Set([1064, 1149]);
/** Errors that always end in the name of a key or a column, behind the value. */
const NAMED_AT_END = new Set([1062, 1366, 1586]);
const NAME_AT_END = / for (?:key|column) ['`][\w.$`-]{1,192}['`](?: at row \d+)?$/;
/** A program's own error: `SIGNAL` without an error number. */
const SIGNAL = 1644;
/** Servers cut messages to so many bytes (`MYSQL_ERRMSG_SIZE`, less the zero). */
const LONGEST = 511;

/** Whether the message of an error packet is long enough to have been cut by the server. */
export function mayBeCut(bytes: number): boolean {
  return bytes >= LONGEST;
}

/**
 * Masks what an error message quotes of the data or of the statement; names of tables, columns and users stay. Of a
 * program's own message (`SIGNAL`, SQLSTATE class 45) nothing stays.
 *
 * @param cut the message's end is missing
 */
export function maskMessage(message: string, code: number, sqlState = '', cut = false): string {
  if (code === SIGNAL || sqlState.startsWith('45')) return '?';
  if (SYNTAX.has(code)) return redactMessage(message.replace(/\bnear\b.*/s, 'near ?'), { cut: true });
  const name = !cut && NAMED_AT_END.has(code) ? (NAME_AT_END.exec(message)?.[0] ?? '') : '';
  return redactMessage(message.slice(0, message.length - name.length), { cut, names: NAMES.has(code) }) + name;
}
