import { findByte, type Input, latin1, type Redactor, utf8 } from '@sonde/core';
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

/**
 * Masks what an error message quotes of the data. Names of tables, columns and the like stay: classes 08, 28, 3D, 3F,
 * 42, 53, 55 and 57 quote nothing else, but for syntax errors, which quote a token of the statement.
 */
export function maskMessage(message: string, sqlState: string): string {
  const names = /^(?:08|28|3D|3F|42|53|55|57)/.test(sqlState) && sqlState !== '42601' && sqlState !== '42602';
  const quotes = names ? /'[^']*'?/g : /"(?:[^"]*)"?|'[^']*'?/g;
  // A unique or foreign key violation names its constraint.
  if (sqlState.startsWith('23')) return message.replace(/'[^']*'?/g, '?');
  return message.replace(quotes, '?');
}
