import type { ColumnLayout } from './column-layout.js';
import type { Cursor } from './cursor.js';

/** What a step came to: `unknown` means that nobody can tell where the values end. */
export type ValuesStep = 'more' | 'done' | 'unknown';

/** Beyond this a number of values is none. */
export const MOST_ROWS = 0x8000_0000;
/** What is still to be read of a column at once: types nest no deeper than they are parsed. */
const MOST_TASKS = 4096;

/** Parts of a column that are still to be read. */
const Task = { skip: 0, strings: 1, lastOffset: 2, dictionary: 3, keys: 4, sparse: 5, data: 6 } as const;
/** In the offsets of a sparse column: there are no more. */
const END_OF_GRANULE = 2 ** 62;
/** Of a dictionary: the bytes of an index, and flags. */
const INDEX_WIDTH = 0xff;

/**
 * Steps over the values of one column: a stack of what is still to be read, the next part on top. Takes them in any
 * pieces, and keeps none.
 *
 * @see https://clickhouse.com/docs/native-protocol/columns
 */
export class ColumnValues {
  readonly #tasks: number[] = [];
  readonly #counts: number[] = [];
  readonly #layouts: (ColumnLayout | null)[] = [];
  #depth = 0;
  /** Values of a sparse column that are not the default. */
  #filled = 0;

  /** Parts are still to be read. */
  get reading(): boolean {
    return this.#depth > 0;
  }

  /** Forgets what was still to be read. */
  clear(): void {
    this.#depth = 0;
    this.#filled = 0;
  }

  /** A column of so many values begins. */
  begin(rows: number, layout: ColumnLayout): void {
    this.#push(Task.data, rows, layout);
    this.#prefix(layout);
  }

  /** A column begins of which only the values that are not the default are written. */
  beginSparse(rows: number, layout: ColumnLayout): void {
    this.#push(Task.sparse, rows, layout);
    this.#prefix(layout);
  }

  /** A tuple begins; `sparse[index]` is 1 for each part of which only the values that are not the default are written. */
  beginTuple(rows: number, tuple: ColumnLayout & { kind: 'tuple' }, sparse: readonly number[]): void {
    const { parts } = tuple;
    for (let index = parts.length - 1; index >= 0; index--) {
      this.#push(sparse[index] === 1 ? Task.sparse : Task.data, rows, parts[index]!);
    }
    this.#prefix(tuple);
  }

  #prefix(layout: ColumnLayout): void {
    const bytes = prefixBytes(layout);
    if (bytes > 0) this.#push(Task.skip, bytes, null);
  }

  /** Goes on as far as the window reaches; the cursor stands behind what was read, or beyond the window. */
  advance(cursor: Cursor): ValuesStep {
    while (this.#depth > 0) {
      if (cursor.at > cursor.end) return 'more';
      if (this.#depth > MOST_TASKS) return 'unknown';
      const top = --this.#depth;
      const step = this.#task(cursor, this.#tasks[top]!, this.#counts[top]!, this.#layouts[top]!);
      if (step !== null) return step;
    }
    return 'done';
  }

  #task(cursor: Cursor, task: number, count: number, layout: ColumnLayout | null): ValuesStep | null {
    switch (task) {
      case Task.skip:
        cursor.at += count;
        return null;
      case Task.strings:
        return this.#strings(cursor, count);
      case Task.lastOffset: {
        const elements = cursor.uint64();
        if (cursor.overrun) return this.#later(cursor, task, count, layout);
        if (elements > MOST_ROWS) return 'unknown';
        this.#push(Task.data, elements, layout);
        return null;
      }
      case Task.dictionary:
        return this.#dictionary(cursor, count, layout!);
      case Task.keys:
        return this.#indexes(cursor, count, layout);
      case Task.sparse:
        return this.#sparse(cursor, count, layout!);
      default:
        return count === 0 ? null : this.#data(count, layout!);
    }
  }

  #data(count: number, layout: ColumnLayout): ValuesStep | null {
    switch (layout.kind) {
      case 'fixed':
        this.#push(Task.skip, count * layout.width, null);
        return null;
      case 'string':
        this.#push(Task.strings, count, null);
        return null;
      case 'nullable':
        this.#push(Task.data, count, layout.of);
        this.#push(Task.skip, count, null);
        return null;
      case 'array':
        this.#push(Task.lastOffset, 0, layout.of);
        this.#push(Task.skip, (count - 1) * 8, null);
        return null;
      case 'tuple':
        for (let index = layout.parts.length - 1; index >= 0; index--) {
          this.#push(Task.data, count, layout.parts[index]!);
        }
        return null;
      case 'dictionary':
        this.#push(Task.dictionary, count, layout.of);
        return null;
      default:
        return 'unknown';
    }
  }

  #strings(cursor: Cursor, count: number): ValuesStep | null {
    const { bytes, end } = cursor;
    let { at } = cursor;
    let left = count;
    while (left > 0) {
      if (at >= end) break;
      const first = bytes[at]!;
      if (first < 0x80) at += 1 + first;
      else {
        cursor.at = at;
        const length = cursor.varint();
        if (cursor.overrun) {
          cursor.at = at;
          cursor.overrun = false;
          break;
        }
        at = cursor.at + length;
        if (!Number.isSafeInteger(at)) return 'unknown';
      }
      left--;
    }
    cursor.at = at;
    if (left > 0) {
      this.#push(Task.strings, left, null);
      return 'more';
    }
    return null;
  }

  /** `LowCardinality`: width of the indexes, number of keys, the keys; then the indexes. */
  #dictionary(cursor: Cursor, count: number, layout: ColumnLayout): ValuesStep | null {
    const mark = cursor.at;
    const low = cursor.uint64() % 0x1_0000_0000;
    const keys = cursor.uint64();
    if (cursor.overrun) {
      cursor.at = mark;
      return this.#later(cursor, Task.dictionary, count, layout);
    }
    const width = low & INDEX_WIDTH;
    if (width > 3 || keys > MOST_ROWS) return 'unknown';
    this.#push(Task.keys, 2 ** width, null);
    // Null is a key of its own, so that nothing says which keys are null.
    this.#push(Task.data, keys, layout.kind === 'nullable' ? layout.of : layout);
    return null;
  }

  #indexes(cursor: Cursor, width: number, layout: ColumnLayout | null): ValuesStep | null {
    const count = cursor.uint64();
    if (cursor.overrun) return this.#later(cursor, Task.keys, width, layout);
    if (count > MOST_ROWS) return 'unknown';
    cursor.at += count * width;
    return null;
  }

  /** Distances between values that are not the default, the last one marked; then those values. */
  #sparse(cursor: Cursor, count: number, layout: ColumnLayout): ValuesStep | null {
    for (;;) {
      const mark = cursor.at;
      const distance = cursor.varint();
      if (cursor.overrun) {
        cursor.at = mark;
        return this.#later(cursor, Task.sparse, count, layout);
      }
      if (distance >= END_OF_GRANULE) break;
      if (++this.#filled > count) return 'unknown';
    }
    this.#push(Task.data, this.#filled, layout);
    this.#filled = 0;
    return null;
  }

  #later(cursor: Cursor, task: number, count: number, layout: ColumnLayout | null): ValuesStep {
    cursor.overrun = false;
    this.#push(task, count, layout);
    return 'more';
  }

  #push(task: number, count: number, layout: ColumnLayout | null): void {
    const top = this.#depth++;
    this.#tasks[top] = task;
    this.#counts[top] = count;
    this.#layouts[top] = layout;
  }
}

/** Bytes before the values of a column: 8 for each dictionary in it. */
function prefixBytes(layout: ColumnLayout): number {
  switch (layout.kind) {
    case 'dictionary':
      return 8;
    case 'nullable':
    case 'array':
      return prefixBytes(layout.of);
    case 'tuple':
      return layout.parts.reduce((sum, part) => sum + prefixBytes(part), 0);
    default:
      return 0;
  }
}
