import { findByte, Interner, latin1, parseDecimal, utf8 } from '@sonde/core';
import { SLOTS, type Slot, slotOf } from './slots.js';

/** Topics, groups and languages are few, and come again with each message. */
const names = new Interner({ capacity: 4096, longest: 128, encoding: 'utf8' });

const BACKSLASH = 0x5c;

/** Bits of a command's flags. */
export const Flag = { response: 1, oneway: 2 } as const;

/**
 * The header of a command, in whichever form it was written: its fixed fields, and where in the bytes the extension
 * fields stand that are looked at. One object serves all connections: what is kept is taken before the next header is read.
 */
export class Command {
  /** Fixed fields; NaN where the header didn't tell. */
  code = Number.NaN;
  flag = Number.NaN;
  opaque = Number.NaN;
  version = Number.NaN;
  language: string | null = null;

  #bytes: Uint8Array = new Uint8Array(0);
  readonly #starts = new Int32Array(SLOTS);
  readonly #ends = new Int32Array(SLOTS);

  /** Whether values are written in JSON, with escapes. */
  json = false;

  /** Forgets the header before. */
  begin(bytes: Uint8Array): void {
    this.#bytes = bytes;
    this.code = this.flag = this.opaque = this.version = Number.NaN;
    this.language = null;
    this.json = false;
    this.#ends.fill(-1);
  }

  get isResponse(): boolean {
    return (this.flag & Flag.response) !== 0;
  }

  get isOneway(): boolean {
    return (this.flag & Flag.oneway) !== 0;
  }

  /** Notes an extension field; the first of a name counts. */
  field(keyStart: number, keyEnd: number, valueStart: number, valueEnd: number): void {
    const slot = slotOf(this.#bytes, keyStart, keyEnd);
    if (slot < 0 || this.#ends[slot]! >= 0 || valueEnd === valueStart) return;
    this.#starts[slot] = valueStart;
    this.#ends[slot] = valueEnd;
  }

  /** Where the value of a field begins; meaningless without {@link has}. */
  start(slot: Slot): number {
    return this.#starts[slot]!;
  }

  /** Where the value of a field ends; -1 if there is none. */
  end(slot: Slot): number {
    return this.#ends[slot]!;
  }

  /** The value of a field as text. */
  text(slot: Slot): string | undefined {
    const end = this.#ends[slot]!;
    if (end < 0) return undefined;
    const start = this.#starts[slot]!;
    const escaped = this.json && findByte(this.#bytes, BACKSLASH, start, end) >= 0;
    return escaped ? unquoted(this.#bytes, start, end) : names.take(this.#bytes, start, end);
  }

  /** The value of a field as text that is another one each time: an id. */
  id(slot: Slot): string | undefined {
    const end = this.#ends[slot]!;
    return end < 0 ? undefined : latin1(this.#bytes, this.#starts[slot]!, end);
  }

  /** The value of a field that is an integer and not negative. */
  number(slot: Slot): number | undefined {
    const end = this.#ends[slot]!;
    const value = end < 0 ? -1 : parseDecimal(this.#bytes, this.#starts[slot]!, end);
    return value < 0 ? undefined : value;
  }

  /** A word of the header as text. */
  word(start: number, end: number): string {
    return names.take(this.#bytes, start, end);
  }
}

function unquoted(bytes: Uint8Array, start: number, end: number): string | undefined {
  try {
    return JSON.parse(`"${utf8(bytes, start, end)}"`) as string;
  } catch {
    return undefined;
  }
}
