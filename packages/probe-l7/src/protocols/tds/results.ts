import type { PayloadReader } from './payload-reader.js';
import { namesTable, readTypeInfo, type ValueLayout } from './type-info.js';

const MOST_COLUMNS = 4096;
/** In place of the number of columns: they are those that the client knows already. */
const NO_COLUMNS = 0xffff;
/** In place of lengths: null. */
const NULL_SHORT = 0xffff;
const NULL_LONG = 0xffff_ffff;

/**
 * Steps over the results of an answer: descriptions of columns, and rows, whose values have lengths of their own but
 * which have none themselves. Takes one column, or one value, at a time, and keeps no value.
 *
 * @see https://learn.microsoft.com/openspecs/windows_protocols/ms-tds (2.2.7.4, 2.2.7.16, 2.2.7.18)
 */
export class ResultReader {
  readonly #columns: ValueLayout[] = [];
  /** Columns that are still to be described. */
  #undescribed = 0;
  /** Next column of the row at hand, -1 between rows; which of them are null. */
  #column = -1;
  #nulls: Uint8Array | null = null;
  /** In the middle of a value that comes in chunks. */
  #chunks = false;

  /** In the middle of columns, of a row or of a value. */
  get reading(): boolean {
    return this.#column >= 0 || this.#chunks || this.#undescribed > 0;
  }

  /** Forgets the columns, and the row at hand. */
  clear(): void {
    this.#columns.length = 0;
    this.#undescribed = 0;
    this.#column = -1;
    this.#nulls = null;
    this.#chunks = false;
  }

  /**
   * Descriptions of columns begin.
   *
   * @returns how many; null if the number is that of no result
   */
  beginColumns(reader: PayloadReader): number | null {
    const count = reader.uint16();
    if (reader.overrun || count === NO_COLUMNS) return 0;
    if (count > MOST_COLUMNS) return null;
    this.#columns.length = 0;
    this.#undescribed = count;
    return count;
  }

  /**
   * A row begins.
   *
   * @param withNulls - a bit for each column says which values are missing
   * @returns false if nobody knows its columns
   */
  beginRow(reader: PayloadReader, withNulls: boolean): boolean {
    const count = this.#columns.length;
    if (count === 0) return false;
    const { at } = reader;
    if (withNulls) reader.skip((count + 7) >> 3);
    if (reader.overrun) return true;
    this.#nulls = withNulls ? reader.bytes.slice(at, reader.at) : null;
    this.#column = 0;
    this.#skipNulls();
    return true;
  }

  /**
   * Takes the next part: a description, the length of a value, the length of a chunk.
   *
   * @param modern - TDS 7.2 or later
   * @returns bytes to step over behind it; null if a column's type isn't known
   */
  step(reader: PayloadReader, modern: boolean): number | null {
    if (this.#chunks) return this.#chunk(reader);
    if (this.#undescribed > 0) return this.#describe(reader, modern);
    const length = this.lengthOf(reader, this.#columns[this.#column]!);
    if (reader.overrun) return 0;
    this.#column++;
    this.#skipNulls();
    return length;
  }

  /** Bytes of a value, behind its own length; 0 for one in chunks, which come as further steps. */
  lengthOf(reader: PayloadReader, layout: ValueLayout): number {
    switch (layout.kind) {
      case 'fixed':
        return layout.size;
      case 'byte':
        return reader.byte();
      case 'short': {
        const length = reader.uint16();
        return length === NULL_SHORT ? 0 : length;
      }
      case 'long': {
        const length = reader.uint32();
        return length === NULL_LONG ? 0 : length;
      }
      case 'pointer': {
        const pointer = reader.byte();
        if (pointer === 0) return 0;
        reader.skip(pointer + 8);
        return reader.uint32();
      }
      default: {
        const low = reader.uint32();
        const high = reader.uint32();
        this.#chunks = !reader.overrun && !(low === NULL_LONG && high === NULL_LONG);
        return 0;
      }
    }
  }

  #describe(reader: PayloadReader, modern: boolean): number | null {
    reader.skip(modern ? 6 : 4); // the user's type, flags
    const code = reader.byte();
    if (reader.overrun) return 0;
    const layout = readTypeInfo(reader, code, true);
    if (layout === null) return null;
    if (namesTable(code)) {
      const parts = modern ? reader.byte() : 1;
      for (let part = 0; part < parts; part++) reader.skipLongText();
    }
    reader.skipShortText();
    if (reader.overrun) return 0;
    this.#columns.push(layout);
    this.#undescribed--;
    return 0;
  }

  #chunk(reader: PayloadReader): number {
    const length = reader.uint32();
    if (!reader.overrun && length === 0) this.#chunks = false;
    return length;
  }

  /** Goes on to the next column that has a value in this row. */
  #skipNulls(): void {
    const nulls = this.#nulls;
    const count = this.#columns.length;
    while (nulls !== null && this.#column < count && (nulls[this.#column >> 3]! & (1 << (this.#column & 7))) !== 0) {
      this.#column++;
    }
    if (this.#column >= count) this.#column = -1;
  }
}
