import type { Input } from '@sonde/core';

type Slice = (this: Uint8Array, start: number, end: number) => string;
const { ucs2Slice } = Buffer.prototype as unknown as { ucs2Slice: Slice };

/** Text of UTF-16 code units, low byte first. */
export function utf16(bytes: Uint8Array, start: number, end: number): string {
  return start < end ? ucs2Slice.call(bytes, start, end) : '';
}

/** Reads little-endian numbers and texts one after the other. What isn't there reads as zero and sets {@link overrun}. */
export class PayloadReader {
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(this.bytes.buffer);
  at = 0;
  end = 0;
  overrun = false;

  from({ bytes, view }: Pick<Input, 'bytes' | 'view'>, at: number, end: number): this {
    this.bytes = bytes;
    this.view = view;
    this.at = at;
    this.end = end;
    this.overrun = false;
    return this;
  }

  get left(): number {
    return this.end - this.at;
  }

  #take(count: number): number {
    if (count > this.end - this.at) {
      this.overrun = true;
      return -1;
    }
    const { at } = this;
    this.at += count;
    return at;
  }

  byte(): number {
    const at = this.#take(1);
    return at < 0 ? 0 : this.bytes[at]!;
  }

  uint16(): number {
    const at = this.#take(2);
    return at < 0 ? 0 : this.view.getUint16(at, true);
  }

  uint32(): number {
    const at = this.#take(4);
    return at < 0 ? 0 : this.view.getUint32(at, true);
  }

  int32(): number {
    return this.uint32() | 0;
  }

  /** Beyond 2^53 it loses precision. */
  uint64(): number {
    const low = this.uint32();
    return low + this.uint32() * 0x1_0000_0000;
  }

  skip(count: number): void {
    this.#take(count);
  }

  /** A text with its length in characters before it, in one byte. */
  shortText(): string {
    return this.text(this.byte());
  }

  /** A text of so many characters. */
  text(characters: number): string {
    const at = this.#take(characters * 2);
    return at < 0 ? '' : utf16(this.bytes, at, this.at);
  }

  /** Steps over a text with its length in characters before it, in one byte. */
  skipShortText(): void {
    this.skip(this.byte() * 2);
  }

  /** The same with a length of two bytes. */
  skipLongText(): void {
    this.skip(this.uint16() * 2);
  }
}
