import type { Input } from '../contracts/index.js';

const EMPTY = new Uint8Array(0);

/** The one `Input` that a pipeline lends to all its parsers, one call at a time. */
export class Window implements Input {
  bytes: Uint8Array = EMPTY;
  view: DataView = new DataView(EMPTY.buffer);
  start = 0;
  end = 0;
  at = 0;

  set(bytes: Uint8Array, view: DataView, start: number, end: number, at: number): this {
    this.bytes = bytes;
    this.view = view;
    this.start = start;
    this.end = end;
    this.at = at;
    return this;
  }
}

/** Bytes of one direction that a parser has not consumed: a copy, since chunks are leased. */
export class Unread {
  bytes: Uint8Array = EMPTY;
  view: DataView = new DataView(EMPTY.buffer);
  start = 0;
  end = 0;

  get length(): number {
    return this.end - this.start;
  }

  append(source: Uint8Array, start: number, end: number): void {
    const added = end - start;
    if (this.start === this.end) this.start = this.end = 0;
    if (this.end + added > this.bytes.length) this.#grow(added);
    if (added < 32) for (let i = 0; i < added; i++) this.bytes[this.end + i] = source[start + i]!;
    else this.bytes.set(source.subarray(start, end), this.end);
    this.end += added;
  }

  /** Forgets everything, and gives large memory back: ten thousand idle connections hold none. */
  clear(): void {
    this.start = this.end = 0;
    if (this.bytes.length > 1024) {
      this.bytes = EMPTY;
      this.view = new DataView(EMPTY.buffer);
    }
  }

  #grow(added: number): void {
    const kept = this.length;
    let capacity = Math.max(256, this.bytes.length);
    while (capacity < kept + added) capacity *= 2;
    const bytes = capacity === this.bytes.length ? this.bytes : new Uint8Array(capacity);
    bytes.set(this.bytes.subarray(this.start, this.end), 0);
    if (bytes !== this.bytes) this.view = new DataView(bytes.buffer);
    this.bytes = bytes;
    this.start = 0;
    this.end = kept;
  }
}
