import { findByte, type Input, latin1, type Redactor, redactMessage, utf8 } from '@sonde/core';
import type { PostgresResponse } from './messages.js';

/** Field types of `ErrorResponse` and `NoticeResponse`: PostgreSQL documentation, "Error and Notice Message Fields". */
const SEVERITY_LOCALISED = 0x53;
const SEVERITY = 0x56;
const CODE = 0x43;
const MESSAGE = 0x4d;

/**
 * Reads severity, SQLSTATE and message of an error. Detail, hint and the statement's text are not kept.
 *
 * @param at first field
 * @param end end of the message, or of what there is of it
 */
export function readError(input: Input, at: number, end: number, into: PostgresResponse, redact: Redactor): void {
  const { bytes } = input;
  let message: string | null = null;
  for (let position = at; position < end && bytes[position] !== 0; ) {
    const type = bytes[position];
    const valueEnd = findByte(bytes, 0, position + 1, end);
    if (valueEnd < 0) break;
    if (type === CODE) into.errorCode = into.sqlState = latin1(bytes, position + 1, valueEnd);
    else if (type === MESSAGE) message = utf8(bytes, position + 1, valueEnd);
    else if (type === SEVERITY) into.severity = latin1(bytes, position + 1, valueEnd);
    else if (type === SEVERITY_LOCALISED) into.severity ??= utf8(bytes, position + 1, valueEnd);
    position = valueEnd + 1;
  }
  if (message !== null) into.message = redact.enabled ? maskMessage(message, into.sqlState ?? '') : message;
}

/** Classes of errors whose texts PostgreSQL writes itself (documentation, appendix A). */
const OWN = /^(?:0[013489ABFLPZ]|2[0-8BDF]|3[4BDF]|4[024]|5[3-578]|72|F0|HV|XX)/;
/** Those among them that quote nothing but names of tables, users and the like. */
const NAMES = /^(?:23|28|3D|3F|42|53|55|57)/;
/** Syntax errors quote a token of the statement. */
const SYNTAX = new Set(['42601', '42602']);

/**
 * Masks what an error message quotes of the data. Names of tables, columns and the like stay. Messages of classes that
 * aren't PostgreSQL's own, of `RAISE` and of functions in other languages are a program's words: nothing of them stays.
 */
export function maskMessage(message: string, sqlState: string): string {
  if (!OWN.test(sqlState)) return '?';
  const names = NAMES.test(sqlState) && !SYNTAX.has(sqlState) && !/(?<![a-zà-ÿ])'/i.test(message);
  return redactMessage(message, { names });
}
