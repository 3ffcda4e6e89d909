import { latin1, utf8 } from './text.js';

/** How an {@link Interner} keeps strings. */
export interface InternerOptions {
  /**
   * Strings kept at most; rounded up to a power of two.
   *
   * @default 1024
   */
  capacity?: number;
  /**
   * Longest range, in bytes, that is kept; longer ones are decoded each time.
   *
   * @default 128
   */
  longest?: number;
  /**
   * Turns a to z into capitals.
   *
   * @default false
   */
  upperCase?: boolean;
  /**
   * What the bytes are. `utf8` ranges with bytes above 127 are decoded each time.
   *
   * @default 'latin1'
   */
  encoding?: 'latin1' | 'utf8';
}

/**
 * Gives the string for a range of bytes, and the same string object each time the same bytes come by: method names,
 * commands, paths and host names are made once and not for each message, and what compares or hashes them later on
 * finds that work done.
 *
 * A cache with two places for each hash and no bookkeeping: memory is bounded by `capacity × longest`, whatever a peer
 * sends, and the string that is used again wins over the one that isn't.
 */
export class Interner {
  readonly #slots: (string | null)[];
  readonly #mask: number;
  readonly #longest: number;
  readonly #upperCase: boolean;
  /** True if only ASCII ranges may be compared byte by byte. */
  readonly #asciiOnly: boolean;

  constructor(options: InternerOptions = {}) {
    const wanted = Math.max(2, options.capacity ?? 1024);
    const capacity = 2 ** Math.ceil(Math.log2(wanted));
    this.#slots = new Array<string | null>(capacity).fill(null);
    this.#mask = capacity - 2;
    this.#longest = options.longest ?? 128;
    this.#upperCase = options.upperCase ?? false;
    this.#asciiOnly = options.encoding === 'utf8';
  }

  /** The string for `bytes[start]` up to, not including, `bytes[end]`. */
  take(bytes: Uint8Array, start: number, end: number): string {
    const length = end - start;
    if (length > this.#longest) return this.#make(bytes, start, end);
    const upperCase = this.#upperCase;
    let hash = length;
    let seen = 0;
    for (let at = start; at < end; at++) {
      const byte = upperCase ? upperByte(bytes[at]!) : bytes[at]!;
      seen |= byte;
      hash = ((hash << 5) - hash + byte) | 0;
    }
    hash = Math.imul(hash, 0x9e3779b1);
    if (this.#asciiOnly && seen > 0x7f) return this.#make(bytes, start, end);
    const slots = this.#slots;
    const first = (hash >>> 15) & this.#mask;
    const front = slots[first]!;
    if (front !== null && this.#same(front, bytes, start, length)) return front;
    const back = slots[first + 1]!;
    const found = back !== null && this.#same(back, bytes, start, length) ? back : this.#make(bytes, start, end);
    slots[first + 1] = front;
    slots[first] = found;
    return found;
  }

  #same(text: string, bytes: Uint8Array, start: number, length: number): boolean {
    if (text.length !== length) return false;
    const upperCase = this.#upperCase;
    for (let at = 0; at < length; at++) {
      const byte = upperCase ? upperByte(bytes[start + at]!) : bytes[start + at]!;
      if (text.charCodeAt(at) !== byte) return false;
    }
    return true;
  }

  #make(bytes: Uint8Array, start: number, end: number): string {
    const text = this.#asciiOnly ? utf8(bytes, start, end) : latin1(bytes, start, end);
    return this.#upperCase ? text.replace(LOWER_CASE, (letters) => letters.toUpperCase()) : text;
  }
}

/** Only ASCII: other letters may change their length with their case. */
const LOWER_CASE = /[a-z]+/g;

function upperByte(byte: number): number {
  return byte >= 0x61 && byte <= 0x7a ? byte - 0x20 : byte;
}
