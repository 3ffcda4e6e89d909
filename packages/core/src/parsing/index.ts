/**
 * Small tools for the authors of protocol plugins: look for line ends, read numbers, make strings, all straight from
 * the bytes of an `Input` and without garbage.
 *
 * ```ts
 * const line = findCrLf(bytes, start, end);
 * if (line < 0) return 0; // ask for more
 * const command = commands.take(bytes, start, line); // the same string object each time
 * ```
 */
export { equalsAscii, equalsAsciiIgnoreCase, isAsciiPrintable } from './compare.js';
export { findByte, findCrLf, findLf } from './find.js';
export { Interner, type InternerOptions } from './interner.js';
export { parseDecimal, parseHex } from './number.js';
export { latin1, utf8 } from './text.js';
