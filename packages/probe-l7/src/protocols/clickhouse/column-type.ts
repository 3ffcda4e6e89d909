import { Interner } from '@sonde/core';
import { type ColumnLayout, columnLayout } from './column-layout.js';
import type { Cursor } from './cursor.js';
import { Since } from './revisions.js';

/** Longest name of a type that is read; of longer ones, only enumerations have a length that their first word tells. */
const LONGEST_TYPE = 8192;
/** Longest name of a column or a type that there is. */
export const LONGEST_NAME = 32_768;

const types = new Interner({ capacity: 512 });

/** Reads the type of a column; null if there isn't enough of it. */
export function readType(cursor: Cursor): ColumnLayout | null {
  const length = cursor.varint();
  const start = cursor.at;
  if (cursor.overrun) return null;
  if (length <= LONGEST_TYPE) {
    cursor.skip(length);
    return cursor.overrun ? null : columnLayout(types.take(cursor.bytes, start, cursor.at));
  }
  if (length > LONGEST_NAME) return { kind: 'unknown' };
  cursor.skip(length);
  if (cursor.overrun) return null;
  const name = types.take(cursor.bytes, start, start + 7);
  return name === "Enum8('" || name === 'Enum16('
    ? columnLayout(name.slice(0, name.indexOf('(')))
    : { kind: 'unknown' };
}

/** Whether values of this layout can be read in this revision: the newest writes the lengths of strings elsewhere. */
export function isKnown(layout: ColumnLayout, revision: number): boolean {
  if (revision < Since.stringSizes) return layout.kind !== 'unknown';
  switch (layout.kind) {
    case 'fixed':
      return true;
    case 'tuple':
      return layout.parts.every((part) => isKnown(part, revision));
    case 'nullable':
    case 'array':
      return isKnown(layout.of, revision);
    default:
      return false;
  }
}
