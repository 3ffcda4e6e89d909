import { type Redactor, redactMessage } from '@sonde/core';
import type { Cursor } from './cursor.js';

/** Longest name and message that are kept. */
const LONGEST_NAME = 256;
const LONGEST_MESSAGE = 512;
/** Causes within causes. */
const MOST_NESTED = 16;

/** An error of the server. */
export interface ServerException {
  code: number;
  /** `DB::Exception`. */
  name: string;
  message: string;
}

/**
 * Reads an exception from behind its type: the outermost one; its causes are stepped over.
 *
 * @returns null if it is none, or isn't all there (then the cursor is overrun)
 */
export function readException(cursor: Cursor, redact: Redactor): ServerException | null {
  const code = cursor.int32();
  const name = cursor.word();
  const message = cursor.text();
  cursor.skipString(); // stack
  let nested = cursor.byte();
  if (cursor.overrun || nested > 1 || name.length > LONGEST_NAME) return null;
  for (let count = 0; nested === 1; count++) {
    cursor.skip(4);
    for (let text = 0; text < 3; text++) cursor.skipString();
    nested = cursor.byte();
    if (cursor.overrun || nested > 1 || count > MOST_NESTED) return null;
  }
  const short = message.slice(0, LONGEST_MESSAGE);
  return { code, name, message: redact.enabled ? maskMessage(short, message.length > LONGEST_MESSAGE) : short };
}

/** Masks what an error message quotes of the data or of the statement: literals, and all of a statement it repeats. */
function maskMessage(message: string, cut: boolean): string {
  const own = message
    .replace(/(\bSyntax error\b[^:]*:).*/s, '$1 ?')
    .replace(/(\bIn scope\b|\bwhile executing\b|\bWhile processing\b).*/is, '$1 ?');
  return redactMessage(own, { cut: cut && own === message });
}
