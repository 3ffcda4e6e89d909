import type { Input } from '@sonde/core';

/** Longest token that is put together of pieces: an error's text has two bytes for its length. */
const LONGEST_TOKEN = 0x2_0000;

/** The beginning of a token whose rest is still to come. */
export class TokenBuffer implements Pick<Input, 'bytes' | 'view'> {
  bytes = new Uint8Array(0);
  view = new DataView(this.bytes.buffer);
  length = 0;

  clear(): void {
    this.length = 0;
  }

  /** Appends bytes. False if no token is as long. */
  append(bytes: Uint8Array, start: number, end: number): boolean {
    const wanted = this.length + end - start;
    if (wanted > LONGEST_TOKEN) return false;
    if (wanted > this.bytes.length) {
      const larger = new Uint8Array(Math.max(256, 2 * wanted));
      larger.set(this.bytes.subarray(0, this.length));
      this.bytes = larger;
      this.view = new DataView(larger.buffer);
    }
    this.bytes.set(bytes.subarray(start, end), this.length);
    this.length = wanted;
    return true;
  }

  /** Keeps the last `rest` bytes only. */
  keepLast(rest: number): void {
    if (rest < this.length) this.bytes.copyWithin(0, this.length - rest, this.length);
    this.length = rest;
  }
}
