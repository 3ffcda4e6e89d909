import { latin1 } from '@sonde/core';

/** Longest line that is kept. */
const LONGEST = 256;

interface Entry<T> {
  /** The line's bytes as Latin-1: one character for each. */
  readonly line: string;
  readonly value: T;
}

/**
 * Keeps what the first line of a head says. Lines repeat, and to recognise one costs a fraction of what it takes to read
 * it, to mask its secrets and to make strings of it.
 *
 * Two places for each hash and no bookkeeping, as in core's `Interner`: what is used again wins over what isn't, and
 * memory is bounded by the capacity.
 */
export class LineCache<T> {
  readonly #slots: (Entry<T> | null)[];
  readonly #mask: number;

  readonly #read: (bytes: Uint8Array, start: number, end: number) => T | null;

  /**
   * @param capacity lines kept at most, a power of two
   * @param read makes a value of a line; null, for a line that is none, is not kept
   */
  constructor(capacity: number, read: (bytes: Uint8Array, start: number, end: number) => T | null) {
    this.#read = read;
    this.#slots = new Array<Entry<T> | null>(capacity).fill(null);
    this.#mask = capacity - 2;
  }

  /** What the line in `bytes[start]` up to, not including, `bytes[end]` says. */
  take(bytes: Uint8Array, start: number, end: number): T | null {
    const length = end - start;
    if (length > LONGEST) return this.#read(bytes, start, end);
    let hash = length;
    for (let at = start; at < end; at++) hash = ((hash << 5) - hash + bytes[at]!) | 0;
    hash = Math.imul(hash, 0x9e3779b1);
    const slots = this.#slots;
    const first = (hash >>> 15) & this.#mask;
    const front = slots[first]!;
    if (front !== null && isLine(front.line, bytes, start, length)) return front.value;
    let found = slots[first + 1]!;
    if (found === null || !isLine(found.line, bytes, start, length)) {
      const value = this.#read(bytes, start, end);
      if (value === null) return null;
      found = { line: latin1(bytes, start, end), value };
    }
    slots[first + 1] = front;
    slots[first] = found;
    return found.value;
  }
}

function isLine(line: string, bytes: Uint8Array, start: number, length: number): boolean {
  if (line.length !== length) return false;
  for (let at = 0; at < length; at++) if (line.charCodeAt(at) !== bytes[start + at]) return false;
  return true;
}
