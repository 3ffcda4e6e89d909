import { Interner, utf8 } from '@sonde/core';

const subjects = new Interner({ capacity: 4096, longest: 64, encoding: 'utf8' });
/** Most words that a line of a message has after its name: HMSG's subject, subscription, reply, and two lengths. */
const KEPT = 5;
/** Digits of a length that are read; more is no length. */
const DIGITS = 10;

const isBlank = (byte: number) => byte === 0x20 || byte === 0x09;

/** The words after the name of a message, as places that are reused from line to line. */
export class Words {
  readonly #starts = new Int32Array(KEPT);
  readonly #ends = new Int32Array(KEPT);
  #bytes!: Uint8Array;

  /** Takes the words between `from` and `stop`. Returns how many there are: more than five is no message. */
  read(bytes: Uint8Array, from: number, stop: number): number {
    this.#bytes = bytes;
    let count = 0;
    let at = from;
    for (;;) {
      while (at < stop && isBlank(bytes[at]!)) at++;
      if (at >= stop) return count;
      if (count === KEPT) return KEPT + 3;
      this.#starts[count] = at;
      while (at < stop && !isBlank(bytes[at]!)) at++;
      this.#ends[count++] = at;
    }
  }

  /** The word as a number without sign, or -1. */
  decimal(index: number): number {
    if (index < 0 || index >= KEPT) return -1;
    const start = this.#starts[index]!;
    const end = this.#ends[index]!;
    if (start === end || end - start > DIGITS) return -1;
    let value = 0;
    for (let at = start; at < end; at++) {
      const digit = this.#bytes[at]! - 0x30;
      if (digit < 0 || digit > 9) return -1;
      value = value * 10 + digit;
    }
    return value;
  }

  /** The word as text. */
  text(index: number): string {
    const start = this.#starts[index]!;
    const end = this.#ends[index]!;
    return end - start > 64 ? utf8(this.#bytes, start, end) : subjects.take(this.#bytes, start, end);
  }
}
