import { MAX_BLOCK } from './hpack.js';

const EMPTY = new Uint8Array(0);

/** A header block that goes on in CONTINUATION frames (RFC 9113 §6.10), put together. */
export class HeaderBlock {
  /** Stream of the block under way, or 0. */
  stream = 0;
  /** The stream that a PUSH_PROMISE announces; such a block opens nothing. */
  promised = false;
  endStream = false;
  /** A part of the block went unseen: only what came before counts. */
  cut = false;
  bytes: Uint8Array = EMPTY;
  length = 0;

  begin(stream: number, promised: boolean, endStream: boolean): void {
    this.stream = stream;
    this.promised = promised;
    this.endStream = endStream;
    this.cut = false;
    this.length = 0;
  }

  /** Adds a fragment; false if the block becomes longer than anybody reads. */
  add(source: Uint8Array, start: number, end: number): boolean {
    if (this.cut) return true;
    const length = this.length + end - start;
    if (length > MAX_BLOCK) return false;
    if (length > this.bytes.length) {
      const larger = new Uint8Array(Math.max(1024, 2 ** Math.ceil(Math.log2(length))));
      larger.set(this.bytes.subarray(0, this.length));
      this.bytes = larger;
    }
    this.bytes.set(source.subarray(start, end), this.length);
    this.length = length;
    return true;
  }

  /** The block is over: forgets it, and gives its memory back. */
  end(): void {
    this.stream = 0;
    this.bytes = EMPTY;
    this.length = 0;
  }
}
