import { Interner } from '@sonde/core';
import { LONGEST_NAME, valueSize, zero } from './bson.js';

/** What the reader calls for each element. Values other than documents and arrays are whole in the window. */
export interface ElementVisitor {
  /**
   * @param container what the visitor called the document or array that the element is in
   * @param name empty in arrays
   * @param at where the value begins
   * @returns a number above 0, by which the visitor calls the document or array that it wants to be read, or 0
   */
  element(
    container: number,
    type: number,
    name: string,
    bytes: Uint8Array,
    view: DataView,
    at: number,
    first: boolean,
  ): number;
  /** A document sequence (section of kind 1) begins. */
  sequence(name: string): void;
  /** A document of the sequence. */
  sequenced(): void;
}

/** The document at the top of a message, as the visitor sees it. */
export const TOP = 1;
/** Containers from here on are arrays: their elements have no names worth reading. */
export const ARRAYS = 100;
/** A document sequence. */
export const SEQUENCE = -1;

/** Longer values are stepped over; what the visitor wants is shorter. */
const LONGEST_VALUE = 512;
const DEEPEST = 8;
const names = new Interner({ capacity: 2048, longest: 64 });

/** What the body of a message is made of: sections of OP_MSG, one document, or nothing that is read. */
export type BodyKind = 'sections' | 'document' | 'nothing';

/**
 * Walks the elements of a message that may come in many pieces: nothing is kept but where it stands, and values that
 * nobody wants are stepped over, also those that are still to come.
 */
export class BodyReader {
  readonly #visitor: ElementVisitor;
  #kind: BodyKind = 'nothing';
  /** Offsets from the beginning of the body: where it stands, where what is read ends, where the body ends. */
  #offset = 0;
  #readable = 0;
  #size = 0;
  readonly #kinds = new Int32Array(DEEPEST);
  readonly #ends = new Float64Array(DEEPEST);
  #depth = 0;
  #first = false;
  /** The elements don't fit their containers. */
  malformed = false;

  constructor(visitor: ElementVisitor) {
    this.#visitor = visitor;
  }

  /** A body begins, of `size` bytes, of which the last `trailer` are no sections. */
  start(kind: BodyKind, size: number, trailer: number): void {
    this.#kind = kind;
    this.#offset = 0;
    this.#size = size;
    this.#readable = size - trailer;
    this.#depth = 0;
    this.malformed = false;
  }

  /** Bytes of the body that were neither read nor stepped over. */
  get left(): number {
    return this.#size - this.#offset;
  }

  /** Whether it stands in a container that the visitor called so. */
  isIn(container: number): boolean {
    return this.#kinds.indexOf(container) >= 0 && this.#kinds.indexOf(container) < this.#depth;
  }

  /** Reads what is there. Returns how many bytes that was, more than there are if a value is stepped over. */
  read(bytes: Uint8Array, view: DataView, from: number, end: number): number {
    const base = from - this.#offset;
    let at = from;
    while (at < end || at - base >= this.#readable) {
      if (this.#depth > 0 && this.#kinds[this.#depth - 1] === SEQUENCE && at - base === this.#ends[this.#depth - 1]) {
        this.#depth--;
      }
      const next =
        this.#depth === 0 ? this.#section(bytes, view, base, at, end) : this.#next(bytes, view, base, at, end);
      if (next === at) break;
      at = next;
      if (at - base >= this.#size) break;
    }
    this.#offset = at - base;
    return at - from;
  }

  /** One section, or the document. Returns where it stands then: `at` if more bytes are needed. */
  #section(bytes: Uint8Array, view: DataView, base: number, at: number, end: number): number {
    const limit = base + this.#readable;
    if (at >= limit || this.#kind === 'nothing') return base + this.#size;
    const head = this.#kind === 'sections' ? 1 : 0;
    if (at + head + 4 > end) return limit - at < head + 4 ? this.#giveUp(base) : at;
    const size = view.getInt32(at + head, true);
    if (size < 5 || at + head + size > limit) return this.#giveUp(base);
    if (head === 0 || bytes[at] === 0) {
      if (head === 0) this.#kind = 'nothing';
      this.#enter(TOP, at + head + size - base);
      return at + head + 4;
    }
    if (bytes[at] !== 1) return this.#giveUp(base);
    const name = zero(bytes, at + 5, Math.min(end, at + 1 + size));
    if (name < 0) return end >= at + 1 + size || end - at > LONGEST_NAME ? this.#giveUp(base) : at;
    this.#visitor.sequence(names.take(bytes, at + 5, name));
    this.#enter(SEQUENCE, at + 1 + size - base);
    return name + 1;
  }

  #enter(kind: number, end: number): void {
    this.#kinds[this.#depth] = kind;
    this.#ends[this.#depth++] = end;
    this.#first = true;
  }

  /** One element, or one document of a sequence. */
  #next(bytes: Uint8Array, view: DataView, base: number, at: number, end: number): number {
    const container = this.#kinds[this.#depth - 1]!;
    const limit = base + this.#ends[this.#depth - 1]!;
    if (container === SEQUENCE) return this.#sequenced(view, base, at, end, limit);
    if (at >= limit) return this.#giveUp(base);
    const type = bytes[at]!;
    if (type === 0) {
      if (at + 1 !== limit) return this.#giveUp(base);
      this.#depth--;
      return limit;
    }
    const nameLimit = Math.min(end, limit, at + 1 + LONGEST_NAME);
    const nameEnd = zero(bytes, at + 1, nameLimit);
    if (nameEnd < 0) return nameLimit < end || end >= limit ? this.#giveUp(base) : at;
    const value = nameEnd + 1;
    const size = valueSize(bytes, view, type, value, Math.min(end, limit));
    if (size === -1) return end >= limit ? this.#giveUp(base) : at;
    if (size === -2 || value + size >= limit) return this.#giveUp(base);
    const nested = type === 3 || type === 4;
    if (!nested && size > LONGEST_VALUE) {
      this.#first = false;
      return value + size;
    }
    if (!nested && value + size > end) return at;
    const first = this.#first;
    this.#first = false;
    const name = container >= ARRAYS ? '' : names.take(bytes, at + 1, nameEnd);
    const into = this.#visitor.element(container, type, name, bytes, view, value, first);
    if (into === 0 || !nested || this.#depth === DEEPEST) return value + size;
    this.#enter(into, value + size - base);
    return value + 4;
  }

  #sequenced(view: DataView, base: number, at: number, end: number, limit: number): number {
    if (at + 4 > end) return at + 4 > limit ? this.#giveUp(base) : at;
    const size = view.getInt32(at, true);
    if (size < 5 || at + size > limit) return this.#giveUp(base);
    this.#visitor.sequenced();
    return at + size;
  }

  #giveUp(base: number): number {
    this.malformed = true;
    this.#depth = 0;
    this.#kind = 'nothing';
    return base + this.#size;
  }
}
