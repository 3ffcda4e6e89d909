import { Interner, latin1 } from '@sonde/core';
import type { FieldValue } from './head.js';

const values = new Interner({ capacity: 1024, longest: 256, encoding: 'utf8' });

/** Value of a field that repeats from message to message, or null where the head lacks it. */
export function text(bytes: Uint8Array, field: FieldValue): string | null {
  if (field.start < 0) return null;
  const value = values.take(bytes, field.start, field.end);
  return field.folded ? value.replace(/[ \t]*\r?\n[ \t]+/g, ' ') : value;
}

/** Value of a field that is different in each message, or undefined where the head lacks it. */
export function optionalText(bytes: Uint8Array, field: FieldValue): string | undefined {
  return field.start < 0 ? undefined : latin1(bytes, field.start, field.end);
}
