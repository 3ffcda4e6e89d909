import type { ColumnLayout } from './column-layout.js';
import { isKnown, LONGEST_NAME, readType } from './column-type.js';
import { ColumnValues, MOST_ROWS } from './column-values.js';
import { FRAME_HEADER, frameBytes, isFrame, mayBeFollowed, plainBytes } from './compressed-frame.js';
import type { Cursor } from './cursor.js';
import { Since } from './revisions.js';

/** What a step of {@link BlockReader} came to: `unknown` means that nobody can tell where the block ends. */
export type BlockStep = 'more' | 'done' | 'unknown';

/** Beyond this a number of columns is none. */
const MOST_COLUMNS = 100_000;
/** Bytes of a block without columns, before it is compressed. */
const EMPTY_BYTES = 10;

/**
 * Finds the end of a block, whose length nobody tells: reads its header and the header of each column, and steps over
 * the values. Takes the block in any pieces, and keeps no value.
 *
 * @see https://clickhouse.com/docs/native-protocol/columns
 */
export class BlockReader {
  /** True from {@link begin} to the block's end. */
  reading = false;
  columns = 0;
  rows = 0;
  /** The block came compressed: of it only its length is known. */
  compressed = false;

  #revision = 0;
  #state: 'start' | 'frames' | 'columns' = 'start';
  /** Columns whose header is still to be read. */
  #left = 0;
  /** Values of the column at hand. */
  readonly #values = new ColumnValues();
  /** What the frame before held, in bytes; 0 before the first. */
  #frame = 0;
  /** What all frames held, in bytes. */
  #plain = 0;

  /** A block begins at the cursor, behind the name of its table. */
  begin(revision: number): void {
    this.reading = true;
    this.compressed = false;
    this.columns = 0;
    this.rows = 0;
    this.#revision = revision;
    this.#state = 'start';
    this.#values.clear();
  }

  /** It is the block that ends a transfer: without columns. */
  get empty(): boolean {
    return this.compressed ? this.#plain === EMPTY_BYTES : this.columns === 0 && this.rows === 0;
  }

  /** Forgets the block. */
  stop(): void {
    this.reading = false;
  }

  /** Goes on as far as the window reaches; the cursor stands behind what was read, or beyond the window. */
  advance(cursor: Cursor): BlockStep {
    const step = this.#advance(cursor);
    if (step !== 'more') this.reading = false;
    return step;
  }

  #advance(cursor: Cursor): BlockStep {
    if (this.#state === 'start') {
      const begun = this.#start(cursor);
      if (begun !== null) return begun;
    }
    if (this.#state === 'frames') return this.#frames(cursor);
    for (;;) {
      // In the middle of what is stepped over, only the end of the block is known.
      if (this.#values.reading) {
        const step = this.#values.advance(cursor);
        if (step !== 'done') return step;
      }
      if (cursor.at > cursor.end && this.#left > 0) return 'more';
      const step = this.#column(cursor);
      if (step !== null) return step;
    }
  }

  /** The block's own header, or the recognition that it is compressed. */
  #start(cursor: Cursor): BlockStep | null {
    const mark = cursor.at;
    if (this.#revision >= Since.blockInfo) {
      if (cursor.left < 8) return isPlain(cursor) || cursor.left < 1 ? 'more' : this.#compressed(cursor);
      if (!isPlain(cursor)) return this.#compressed(cursor);
      cursor.at += 8;
    } else if (cursor.left >= FRAME_HEADER && isFrame(cursor.bytes, cursor.view, cursor.at)) {
      return this.#compressed(cursor);
    }
    const columns = cursor.varint();
    const rows = cursor.varint();
    if (cursor.overrun) return again(cursor, mark);
    if (columns > MOST_COLUMNS || rows > MOST_ROWS) return 'unknown';
    this.columns = this.#left = columns;
    this.rows = rows;
    this.#state = 'columns';
    return null;
  }

  #compressed(cursor: Cursor): BlockStep | null {
    if (cursor.left < FRAME_HEADER) return 'more';
    if (!isFrame(cursor.bytes, cursor.view, cursor.at)) return 'unknown';
    this.compressed = true;
    this.#state = 'frames';
    this.#frame = this.#plain = 0;
    return null;
  }

  /** Frames follow each other until one that isn't full, or something that is no frame. */
  #frames(cursor: Cursor): BlockStep {
    for (;;) {
      const followed = this.#frame === 0 ? true : mayBeFollowed(this.#frame, cursor);
      if (followed === false) return 'done';
      if (followed === null || cursor.left < FRAME_HEADER) return 'more'; // also beyond the window
      if (!isFrame(cursor.bytes, cursor.view, cursor.at)) return this.#frame === 0 ? 'unknown' : 'done';
      this.#frame = plainBytes(cursor.view, cursor.at);
      this.#plain += this.#frame;
      cursor.at += frameBytes(cursor.view, cursor.at);
    }
  }

  /** The header of the next column. */
  #column(cursor: Cursor): BlockStep | null {
    if (this.#left === 0) return 'done';
    const mark = cursor.at;
    if (cursor.skipString() > LONGEST_NAME) return 'unknown';
    const layout = readType(cursor);
    const custom = this.#revision >= Since.customSerialization && cursor.byte() !== 0;
    if (cursor.overrun || layout === null) return again(cursor, mark);
    const known = custom ? this.#kinds(cursor, layout) : true;
    if (cursor.overrun) return again(cursor, mark);
    this.#left--;
    if (this.rows === 0) return null;
    if (!known || !isKnown(layout, this.#revision)) return 'unknown';
    if (!custom) {
      if (layout.kind === 'fixed') {
        cursor.at += this.rows * layout.width;
        return null;
      }
      this.#values.begin(this.rows, layout);
    }
    return null;
  }

  /**
   * How the values of a column that are often the default are written: one byte says it for the column, and one for each
   * part of a tuple. False if it is a way that isn't read.
   */
  #kinds(cursor: Cursor, layout: ColumnLayout): boolean {
    const kind = cursor.byte();
    const parts = layout.kind === 'tuple' ? layout.parts : [];
    const kinds = parts.map(() => cursor.byte());
    if (cursor.overrun || this.rows === 0) return true;
    if (parts.some(({ kind: part }) => part === 'tuple')) return false; // theirs nest
    if (kind > 1 || kinds.some((each) => each > 1) || (kind === 1 && layout.kind === 'nullable')) return false;
    if (layout.kind === 'tuple' && kind === 0) this.#values.beginTuple(this.rows, layout, kinds);
    else if (kind === 1) this.#values.beginSparse(this.rows, layout);
    else this.#values.begin(this.rows, layout);
    return true;
  }
}

function again(cursor: Cursor, mark: number): BlockStep {
  cursor.at = mark;
  cursor.overrun = false;
  return 'more';
}

/** The information that stands before an uncompressed block: field 1, a flag; field 2, a number; no more fields. */
function isPlain({ bytes, at, end }: Cursor): boolean {
  return (
    (at >= end || bytes[at] === 1) &&
    (at + 1 >= end || bytes[at + 1]! <= 1) &&
    (at + 2 >= end || bytes[at + 2] === 2) &&
    (at + 7 >= end || bytes[at + 7] === 0)
  );
}
