import { redactMessage } from '@sonde/core';

/**
 * Errors that quote names only: unknown objects (208), columns (207), procedures (2812), databases (911, 4060), refused
 * users (18456) and permissions (229), missing parameters (201, 137).
 */
const NAMES = new Set([137, 201, 207, 208, 229, 911, 2714, 2812, 4060, 18_456]);
/** From here on numbers are those of `RAISERROR` and `THROW`: a program's own words. */
const FIRST_OF_PROGRAMS = 50_000;
/** Values of a key that was there already: `… is (1, it's).` */
const KEY_VALUES = /\s\(.*\)(?=\.?\s*$)/s;

/**
 * Masks what an error message quotes of the data or of the statement. Of a program's own message nothing stays.
 *
 * @param cut the message's end is missing
 */
export function maskMessage(message: string, code: number, cut = false): string {
  if (code >= FIRST_OF_PROGRAMS) return '?';
  const names = NAMES.has(code);
  return redactMessage(names ? message : message.replace(KEY_VALUES, ' ?'), { cut, names });
}
