import { equalsAscii } from '@sonde/core';
import type { Command } from './command.js';

/** How far a header was read. */
export type Reading = 'whole' | 'short' | 'bad';

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const LIST = 0x5b;
const LIST_END = 0x5d;

/** Reads a header that is a JSON object, in one pass and without making strings. What stands before a fault is kept. */
export class JsonHeader {
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;
  #end = 0;
  #reading: Reading = 'whole';
  #stringStart = 0;
  #stringEnd = 0;
  #escaped = false;

  /** Reads the object at `start` into `command`. The header ends at `limit`; bytes are there up to `end`. */
  read(bytes: Uint8Array, start: number, end: number, limit: number, command: Command): Reading {
    return this.#begin(bytes, start, end, limit, command, false);
  }

  /** Reads the object at `start` as if its values were extension fields: bodies of heartbeats and locks. */
  readFields(bytes: Uint8Array, start: number, end: number, limit: number, command: Command): Reading {
    return this.#begin(bytes, start, end, limit, command, true);
  }

  #begin(bytes: Uint8Array, start: number, end: number, limit: number, command: Command, extensions: boolean): Reading {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = Math.min(end, limit);
    this.#reading = 'whole';
    this.#object(command, extensions);
    const reading = this.#reading as Reading;
    return reading === 'short' && end >= limit ? 'bad' : reading;
  }

  /** An object; `extensions` for the one within the header. */
  #object(command: Command, extensions: boolean): void {
    if (this.#next() !== OPEN) {
      this.#stop('bad');
      return;
    }
    this.#at++;
    if (this.#next() === CLOSE) {
      this.#at++;
      return;
    }
    for (;;) {
      if (!this.#string()) return;
      const keyStart = this.#stringStart;
      const keyEnd = this.#stringEnd;
      if (!this.#take(COLON) || !this.#value(command, extensions, keyStart, keyEnd)) return;
      const byte = this.#next();
      this.#at++;
      if (byte === CLOSE) return;
      if (byte !== COMMA) {
        this.#stop('bad');
        return;
      }
    }
  }

  #value(command: Command, extensions: boolean, keyStart: number, keyEnd: number): boolean {
    const bytes = this.#bytes;
    const byte = this.#next();
    if (byte === QUOTE) {
      if (!this.#string()) return false;
      if (extensions) command.field(keyStart, keyEnd, this.#stringStart, this.#stringEnd, this.#escaped);
      else fixed(command, bytes, keyStart, keyEnd, this.#stringStart, this.#stringEnd);
    } else if (byte === OPEN && !extensions && equalsAscii(bytes, keyStart, keyEnd, 'extFields')) {
      this.#object(command, true);
    } else if (byte === OPEN || byte === LIST) {
      this.#nested();
    } else {
      const start = this.#at;
      if (!this.#literal()) return false;
      if (extensions) command.field(keyStart, keyEnd, start, this.#at, false);
      else fixed(command, bytes, keyStart, keyEnd, start, this.#at);
    }
    return this.#reading === 'whole';
  }

  /** Steps over an object or a list that isn't looked at. */
  #nested(): void {
    let depth = 0;
    while (this.#at < this.#end) {
      const byte = this.#bytes[this.#at]!;
      if (byte === QUOTE) {
        if (!this.#string()) return;
        continue;
      }
      this.#at++;
      if (byte === OPEN || byte === LIST) depth++;
      else if ((byte === CLOSE || byte === LIST_END) && --depth === 0) return;
    }
    this.#stop('short');
  }

  #literal(): boolean {
    const start = this.#at;
    for (; this.#at < this.#end; this.#at++) {
      const byte = this.#bytes[this.#at]!;
      const isWord =
        (byte >= 0x30 && byte <= 0x39) ||
        (byte >= 0x61 && byte <= 0x7a) ||
        byte === 0x2d ||
        byte === 0x2e ||
        byte === 0x2b;
      if (!isWord) return this.#at > start || this.#stop('bad');
    }
    return this.#stop('short');
  }

  #string(): boolean {
    if (this.#next() !== QUOTE) return this.#stop('bad');
    const bytes = this.#bytes;
    const end = this.#end;
    let at = this.#at + 1;
    this.#stringStart = at;
    this.#escaped = false;
    for (; at < end; at++) {
      const byte = bytes[at]!;
      if (byte === QUOTE) {
        this.#stringEnd = at;
        this.#at = at + 1;
        return true;
      }
      if (byte === BACKSLASH) {
        this.#escaped = true;
        at++;
      }
    }
    return this.#stop('short');
  }

  #take(wanted: number): boolean {
    if (this.#next() !== wanted) return this.#stop('bad');
    this.#at++;
    return true;
  }

  /** The next byte that is no blank; 0 beyond the end. */
  #next(): number {
    for (; this.#at < this.#end; this.#at++) {
      const byte = this.#bytes[this.#at]!;
      if (byte > 0x20) return byte;
    }
    this.#stop('short');
    return 0;
  }

  #stop(reading: Reading): false {
    if (this.#reading === 'whole') this.#reading = reading;
    return false;
  }
}

/** Notes a fixed field of the header. */
function fixed(
  command: Command,
  bytes: Uint8Array,
  keyStart: number,
  keyEnd: number,
  valueStart: number,
  valueEnd: number,
): void {
  const is = (name: string) => equalsAscii(bytes, keyStart, keyEnd, name);
  switch (keyEnd - keyStart) {
    case 4:
      if (is('code')) command.code = integer(bytes, valueStart, valueEnd);
      else if (is('flag')) command.flag = integer(bytes, valueStart, valueEnd);
      return;
    case 6:
      if (is('opaque')) command.opaque = integer(bytes, valueStart, valueEnd);
      return;
    case 7:
      if (is('version')) command.version = integer(bytes, valueStart, valueEnd);
      return;
    case 8:
      if (is('language')) command.language = command.word(valueStart, valueEnd);
      return;
    default:
  }
}

/** An integer of 32 bits; NaN for anything else. */
function integer(bytes: Uint8Array, start: number, end: number): number {
  const negative = bytes[start] === 0x2d;
  let value = 0;
  for (let at = negative ? start + 1 : start; at < end; at++) {
    const digit = bytes[at]! - 0x30;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  if (start === end || value > 0x8000_0000) return Number.NaN;
  return negative ? -value : value;
}
