import type { Verdict } from '@sonde/core';

/** Element types of BSON that the reader looks into. */
export const Bson = {
  double: 1,
  string: 2,
  document: 3,
  array: 4,
  boolean: 8,
  int32: 16,
  int64: 18,
} as const;

/** Smallest document: its length and the zero that ends it. */
export const SMALLEST_DOCUMENT = 5;
/** Longest name of an element that is read. */
export const LONGEST_NAME = 1024;

/** Bytes of values whose type tells their size; -1 for types whose value does, -2 for types that don't exist. */
const SIZES = new Int8Array(256).fill(-2);
for (const [type, size] of [
  [1, 8],
  [2, -1],
  [3, -1],
  [4, -1],
  [5, -1],
  [6, 0],
  [7, 12],
  [8, 1],
  [9, 8],
  [10, 0],
  [11, -1],
  [12, -1],
  [13, -1],
  [14, -1],
  [15, -1],
  [16, 4],
  [17, 8],
  [18, 8],
  [19, 16],
  [0x7f, 0],
  [0xff, 0],
] as const) {
  SIZES[type] = size;
}

/** Whether an element may have this type. */
export function isType(type: number): boolean {
  return SIZES[type] !== -2;
}

const REGULAR_EXPRESSION = 11;

/**
 * Bytes of the value at `at`.
 *
 * @returns -1 if more bytes are needed to tell, -2 if no value begins so
 */
export function valueSize(bytes: Uint8Array, view: DataView, type: number, at: number, end: number): number {
  const size = SIZES[type]!;
  if (size !== -1) return size;
  if (type === REGULAR_EXPRESSION) return twoStrings(bytes, at, end);
  if (at + 4 > end) return -1;
  const length = view.getInt32(at, true);
  switch (type) {
    case Bson.document:
    case Bson.array:
      return length < SMALLEST_DOCUMENT ? -2 : length;
    case 5: // binary: length, subtype, bytes
      return length < 0 ? -2 : length + 5;
    case 12: // DBPointer: string, object id
      return length < 1 ? -2 : length + 16;
    case 15: // code with scope: its length counts itself
      return length < 14 ? -2 : length;
    default: // string, code, symbol
      return length < 1 ? -2 : length + 4;
  }
}

/** A pattern and its options, each ended by a zero. */
function twoStrings(bytes: Uint8Array, at: number, end: number): number {
  const limit = Math.min(end, at + 16_384);
  const first = zero(bytes, at, limit);
  const second = first < 0 ? -1 : zero(bytes, first + 1, limit);
  if (second >= 0) return second + 1 - at;
  return limit < end ? -2 : -1;
}

/** Position of the first zero byte, or -1. */
export function zero(bytes: Uint8Array, at: number, end: number): number {
  for (let position = at; position < end; position++) if (bytes[position] === 0) return position;
  return -1;
}

/** A number of any of BSON's numeric types, or a boolean as 0 or 1; null for other types. */
export function numberOf(view: DataView, type: number, at: number): number | null {
  switch (type) {
    case Bson.double:
      return view.getFloat64(at, true);
    case Bson.int32:
      return view.getInt32(at, true);
    case Bson.int64:
      return view.getInt32(at + 4, true) * 0x1_0000_0000 + view.getUint32(at, true);
    case Bson.boolean:
      return view.getUint8(at);
    default:
      return null;
  }
}

/** Whether a document of at most `most` bytes may begin here, by its length and its first element. */
export function looksLikeDocument(bytes: Uint8Array, view: DataView, at: number, end: number, most: number): Verdict {
  if (at + 4 > end) return 'more';
  const length = view.getInt32(at, true);
  if (length < SMALLEST_DOCUMENT || length > most) return 'no';
  if (at + 5 > end) return 'more';
  const type = bytes[at + 4]!;
  if (type === 0) return length === SMALLEST_DOCUMENT ? 'yes' : 'no';
  if (!isType(type)) return 'no';
  const limit = Math.min(end, at + length, at + 5 + LONGEST_NAME);
  for (let position = at + 5; position < limit; position++) {
    const byte = bytes[position]!;
    if (byte === 0) return 'yes';
    if (byte < 0x20 || byte === 0x7f) return 'no';
  }
  return limit < end ? 'no' : 'more';
}
