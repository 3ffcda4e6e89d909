import { findByte, Interner } from '@sonde/core';

const texts = new Interner({ capacity: 4096, longest: 64, encoding: 'utf8' });
const names = new Interner({ capacity: 256, longest: 16 });
const CR = 0x0d;
const SPACE = 0x20;
/** Words of a line whose places are kept; those beyond are counted. */
const KEPT = 16;

/** Splits a line at its spaces, into places that are reused from line to line. */
export class Words {
  /** Words of the line. */
  count = 0;
  /** Position after the line's end. */
  next = 0;
  /** Whether the line ended with CR LF, as clients and servers that keep to the protocol write it. */
  crlf = false;
  readonly #starts = new Int32Array(KEPT);
  readonly #ends = new Int32Array(KEPT);
  #lastStart = 0;
  #lastEnd = 0;
  #bytes!: Uint8Array;

  /** Reads the line that begins at `start`. Returns false if it isn't whole. */
  read(bytes: Uint8Array, start: number, end: number): boolean {
    const lineEnd = findByte(bytes, 0x0a, start, end);
    if (lineEnd < 0) return false;
    this.crlf = lineEnd > start && bytes[lineEnd - 1] === CR;
    const stop = this.crlf ? lineEnd - 1 : lineEnd;
    this.#bytes = bytes;
    this.next = lineEnd + 1;
    this.count = 0;
    let at = start;
    while (at < stop) {
      while (at < stop && bytes[at] === SPACE) at++;
      if (at === stop) break;
      const from = at;
      while (at < stop && bytes[at] !== SPACE) at++;
      if (this.count < KEPT) {
        this.#starts[this.count] = from;
        this.#ends[this.count] = at;
      }
      this.#lastStart = from;
      this.#lastEnd = at;
      this.count++;
    }
    return true;
  }

  /** The word at `index` as a name of the protocol; empty where there is none. */
  name(index: number): string {
    return index < Math.min(this.count, KEPT) ? names.take(this.#bytes, this.#starts[index]!, this.#ends[index]!) : '';
  }

  /** The word at `index` as text. */
  text(index: number): string {
    if (index >= Math.min(this.count, KEPT)) return '';
    const start = this.#starts[index]!;
    return texts.take(this.#bytes, start, Math.min(this.#ends[index]!, start + 250));
  }

  /** The word at `index` as a number without sign, or -1. */
  number(index: number): number {
    if (index >= Math.min(this.count, KEPT)) return -1;
    let value = 0;
    for (let at = this.#starts[index]!; at < this.#ends[index]!; at++) {
      const digit = this.#bytes[at]! - 0x30;
      if (digit < 0 || digit > 9) return -1;
      value = value * 10 + digit;
      if (value > Number.MAX_SAFE_INTEGER) return -1;
    }
    return value;
  }

  /** Length of the word at `index`. */
  length(index: number): number {
    return index < Math.min(this.count, KEPT) ? this.#ends[index]! - this.#starts[index]! : 0;
  }

  /** Whether the last word of the line is `word`. */
  endsWith(word: string): boolean {
    if (this.#lastEnd - this.#lastStart !== word.length || this.count < 2) return false;
    return names.take(this.#bytes, this.#lastStart, this.#lastEnd) === word;
  }

  /** What follows the first word, as text of at most 200 characters. */
  rest(): string {
    return this.count < 2
      ? ''
      : texts.take(this.#bytes, this.#starts[1]!, Math.min(this.#lastEnd, this.#starts[1]! + 200));
  }
}
