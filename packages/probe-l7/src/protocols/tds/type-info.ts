import type { PayloadReader } from './payload-reader.js';

/**
 * How values of a type are laid out.
 *
 * - `fixed`: `size` bytes. `byte`, `short`, `long`: with a length of one, two, four bytes before it.
 * - `pointer`: TEXT, NTEXT and IMAGE in a row: a pointer and a time stamp before the length.
 * - `chunks`: pieces with a length each, up to an empty one (`varchar(max)`, XML).
 */
export type ValueLayout =
  | { readonly kind: 'fixed'; readonly size: number }
  | { readonly kind: 'byte' | 'short' | 'long' | 'pointer' | 'chunks' };

const fixed = (size: number): ValueLayout => ({ kind: 'fixed', size });
const BYTE: ValueLayout = { kind: 'byte' };
const SHORT: ValueLayout = { kind: 'short' };
const LONG: ValueLayout = { kind: 'long' };
const POINTER: ValueLayout = { kind: 'pointer' };
const CHUNKS: ValueLayout = { kind: 'chunks' };

/** Types of a fixed length: null, tinyint, bit, smallint, int, smalldatetime, real, money, datetime, float, smallmoney, bigint. */
const FIXED = new Map<number, ValueLayout>([
  [0x1f, fixed(0)],
  [0x30, fixed(1)],
  [0x32, fixed(1)],
  [0x34, fixed(2)],
  [0x38, fixed(4)],
  [0x3a, fixed(4)],
  [0x3b, fixed(4)],
  [0x3c, fixed(8)],
  [0x3d, fixed(8)],
  [0x3e, fixed(8)],
  [0x7a, fixed(4)],
  [0x7f, fixed(8)],
]);

/** `varchar(max)` and its like declare this length. */
const MAX = 0xffff;
const COLLATION = 5;

/** Code of integers that may be null: numbers of prepared statements are sent as such. */
export const INTEGER = 0x26;
/** Codes of the types that a statement is sent as. */
export const TextType = { nvarchar: 0xe7, nchar: 0xef, ntext: 0x63 } as const;

/**
 * Reads the description of a type from behind its code (MS-TDS 2.2.5.4 to 2.2.5.6).
 *
 * @param inRow - of a column, where large objects have a pointer before them
 * @returns null if the type isn't known
 */
export function readTypeInfo(reader: PayloadReader, code: number, inRow: boolean): ValueLayout | null {
  const size = FIXED.get(code);
  if (size !== undefined) return size;
  switch (code) {
    case 0x24: // uniqueidentifier
    case INTEGER:
    case 0x68: // bit
    case 0x6d: // float
    case 0x6e: // money
    case 0x6f: // datetime
    case 0x25: // varbinary, varchar, binary, char: as they were before TDS 7
    case 0x27:
    case 0x2d:
    case 0x2f:
      reader.skip(1);
      return BYTE;
    case 0x28: // date
      return BYTE;
    case 0x29: // time, datetime2, datetimeoffset
    case 0x2a:
    case 0x2b:
      reader.skip(1);
      return BYTE;
    case 0x37: // decimal, numeric
    case 0x3f:
    case 0x6a:
    case 0x6c:
      reader.skip(3);
      return BYTE;
    case 0xa5: // varbinary, binary
    case 0xad:
      return reader.uint16() === MAX ? CHUNKS : SHORT;
    case 0xa7: // varchar, char, nvarchar, nchar
    case 0xaf:
    case TextType.nvarchar:
    case TextType.nchar: {
      const length = reader.uint16();
      reader.skip(COLLATION);
      return length === MAX ? CHUNKS : SHORT;
    }
    case 0x23: // text
    case TextType.ntext:
      reader.skip(4 + COLLATION);
      return inRow ? POINTER : LONG;
    case 0x22: // image
      reader.skip(4);
      return inRow ? POINTER : LONG;
    case 0x62: // sql_variant
      reader.skip(4);
      return LONG;
    case 0xf1: // xml
      if (reader.byte() === 1) {
        reader.skipShortText();
        reader.skipShortText();
        reader.skipLongText();
      }
      return CHUNKS;
    case 0xf0: // a type of the user's, with its size, its names and those of its assembly
      reader.skip(2);
      for (let name = 0; name < 3; name++) reader.skipShortText();
      reader.skipLongText();
      return CHUNKS;
    case 0xf4: // json
      return CHUNKS;
    case 0xf5: // vector
      reader.skip(3);
      return SHORT;
    default:
      return null;
  }
}

/** Whether a column of the type names its table behind its description. */
export function namesTable(code: number): boolean {
  return code === 0x22 || code === 0x23 || code === TextType.ntext;
}
