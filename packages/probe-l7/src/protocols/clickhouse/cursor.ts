import { type Input, latin1, utf8 } from '@sonde/core';

/** Most bits of a variable-length integer that a JavaScript number holds. */
const LONGEST_VARINT = 10;

/**
 * Reads what packets are made of, one thing after the other: variable-length integers (LEB128), strings with their
 * length before them, little-endian numbers. What isn't there reads as zero and sets {@link overrun}.
 */
export class Cursor {
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(this.bytes.buffer);
  /** Position of what is read next; larger than {@link end} after a step over bytes that are still to come. */
  at = 0;
  end = 0;
  /** Something was read that isn't there. */
  overrun = false;

  /** Starts at the beginning of a window. */
  from({ bytes, view, start, end }: Input): this {
    this.bytes = bytes;
    this.view = view;
    this.at = start;
    this.end = end;
    this.overrun = false;
    return this;
  }

  get left(): number {
    return this.end - this.at;
  }

  byte(): number {
    if (this.at >= this.end) {
      this.overrun = true;
      return 0;
    }
    return this.bytes[this.at++]!;
  }

  /** A variable-length integer; beyond 2^53 it loses precision. */
  varint(): number {
    let value = 0;
    let factor = 1;
    for (let count = 0; count < LONGEST_VARINT; count++) {
      if (this.at >= this.end) {
        this.overrun = true;
        return 0;
      }
      const byte = this.bytes[this.at++]!;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
    }
    return Number.POSITIVE_INFINITY; // no such integer: whoever counts with it finds it too large
  }

  int32(): number {
    if (this.left < 4) {
      this.overrun = true;
      return 0;
    }
    this.at += 4;
    return this.view.getInt32(this.at - 4, true);
  }

  /** Beyond 2^53 it loses precision. */
  uint64(): number {
    if (this.left < 8) {
      this.overrun = true;
      return 0;
    }
    this.at += 8;
    return this.view.getUint32(this.at - 8, true) + this.view.getUint32(this.at - 4, true) * 0x1_0000_0000;
  }

  /** Steps over bytes that have to be there. */
  skip(count: number): void {
    if (count > this.left) {
      this.overrun = true;
      return;
    }
    this.at += count;
  }

  /** Steps over a string that has to be there whole; returns its length. */
  skipString(): number {
    const length = this.varint();
    this.skip(length);
    return length;
  }

  /** A string of ASCII, or of bytes whose encoding doesn't matter. */
  word(): string {
    const length = this.varint();
    const start = this.at;
    this.skip(length);
    return this.overrun ? '' : latin1(this.bytes, start, this.at);
  }

  text(): string {
    const length = this.varint();
    const start = this.at;
    this.skip(length);
    return this.overrun ? '' : utf8(this.bytes, start, this.at);
  }
}
