import { equalsAscii, Interner, latin1 } from '@sonde/core';
import type { FieldValue } from './head.js';

const values = new Interner({ capacity: 1024, longest: 256, encoding: 'utf8' });

/**
 * Value of a field that repeats from message to message, or null where the head lacks it.
 *
 * @param before the value in the connection's message before, which is most likely the same
 */
export function text(bytes: Uint8Array, field: FieldValue, before: string | null | undefined): string | null {
  const { start, end } = field;
  if (start < 0) return null;
  if (before !== null && before !== undefined && equalsAscii(bytes, start, end, before)) return before;
  const value = values.take(bytes, start, end);
  return field.folded ? value.replace(/[ \t]*\r?\n[ \t]+/g, ' ') : value;
}

/** Value of a field that is different in each message, or undefined where the head lacks it. */
export function optionalText(bytes: Uint8Array, field: FieldValue): string | undefined {
  return field.start < 0 ? undefined : latin1(bytes, field.start, field.end);
}
