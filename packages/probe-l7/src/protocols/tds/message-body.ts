import type { Input } from '@sonde/core';
import { PayloadReader } from './payload-reader.js';

/** Bytes of a message that are looked at: what it is about stands at its beginning. */
const LONGEST = 0x9000;

/** The beginning of a message's payload, put together of its packets. */
export class MessageBody {
  readonly #reader = new PayloadReader();
  #bytes = new Uint8Array(0);
  #length = 0;
  #cut = false;

  /** There is more of the message than what is looked at. */
  get cut(): boolean {
    return this.#cut;
  }

  clear(): void {
    this.#length = 0;
    this.#cut = false;
    if (this.#bytes.length > 0x1000) this.#bytes = new Uint8Array(0);
  }

  /** Bytes of the message are missing: what follows them isn't looked at. */
  stop(): void {
    this.#cut = true;
  }

  /** Appends a packet's payload. */
  append({ bytes }: Input, start: number, end: number): void {
    if (this.#cut) return;
    const added = Math.min(end - start, LONGEST - this.#length);
    this.#cut = added < end - start;
    const wanted = this.#length + added;
    if (wanted > this.#bytes.length) {
      const larger = new Uint8Array(Math.min(LONGEST, Math.max(2 * wanted, 0x1000)));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#bytes.set(bytes.subarray(start, start + added), this.#length);
    this.#length = wanted;
  }

  /** A reader of what was appended. */
  read(): PayloadReader {
    const bytes = this.#bytes;
    return this.#reader.from({ bytes, view: new DataView(bytes.buffer) }, 0, this.#length);
  }

  /** A reader of a message that came in one packet. */
  readSingle(input: Input, start: number, end: number): PayloadReader {
    return this.#reader.from(input, start, end);
  }
}
