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

/**
 * Reads the JSON object at `start` into `command`, in one pass and without making strings: a header, or with `fields` an
 * object whose own values are taken for extension fields (the body of a heartbeat). It ends at `limit`; bytes are there
 * up to `end`. What stands before a fault is kept.
 */
export function readJson(
  bytes: Uint8Array,
  start: number,
  end: number,
  limit: number,
  command: Command,
  fields = false,
): Reading {
  const stop = Math.min(end, limit);
  const cut = end >= limit ? 'bad' : 'short';
  let inner = false;
  command.json = true;
  let at = skipBlanks(bytes, start, stop);
  if (at >= stop) return cut;
  if (bytes[at++] !== OPEN) return 'bad';
  for (;;) {
    while (at < stop && (bytes[at]! <= 0x20 || bytes[at] === COMMA)) at++;
    if (at >= stop) return cut;
    if (bytes[at] === CLOSE) {
      if (!inner) return 'whole';
      inner = false;
      at++;
      continue;
    }
    if (bytes[at] !== QUOTE) return 'bad';
    const key = at + 1;
    const keyEnd = stringEnd(bytes, key, stop);
    at = skipBlanks(bytes, keyEnd + 1, stop);
    if (at >= stop) return cut;
    if (bytes[at] !== COLON) return 'bad';
    at = skipBlanks(bytes, at + 1, stop);
    if (at >= stop) return cut;
    const first = bytes[at]!;
    let value = at;
    let valueEnd: number;
    if (first === QUOTE) {
      value++;
      valueEnd = stringEnd(bytes, value, stop);
      at = valueEnd + 1;
    } else if (first === OPEN && !inner && equalsAscii(bytes, key, keyEnd, 'extFields')) {
      inner = true;
      at++;
      continue;
    } else if (first === OPEN || first === LIST) {
      at = nestedEnd(bytes, at, stop);
      if (at > stop) return cut;
      continue;
    } else {
      valueEnd = wordEnd(bytes, at, stop);
      if (valueEnd === value) return 'bad';
      // Without what follows it, nobody knows whether a number goes on.
      at = valueEnd === stop ? stop + 1 : valueEnd;
    }
    if (at > stop) return cut;
    if (inner || fields) command.field(key, keyEnd, value, valueEnd);
    else fixed(command, bytes, key, keyEnd, value, valueEnd);
  }
}

function skipBlanks(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at]! <= 0x20) at++;
  return at;
}

/** Where the quote stands that ends a string; `end` or more if it isn't there. */
function stringEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  for (; at < end; at++) {
    const byte = bytes[at]!;
    if (byte === QUOTE) return at;
    if (byte === BACKSLASH) at++;
  }
  return end;
}

/** Where a number, `true`, `false` or `null` ends. */
function wordEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  for (; at < end; at++) {
    const byte = bytes[at]!;
    const isDigit = byte >= 0x30 && byte <= 0x39;
    const isLetter = (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
    if (!isDigit && !isLetter && byte !== 0x2d && byte !== 0x2e && byte !== 0x2b) break;
  }
  return at;
}

/** Where an object or a list ends that isn't looked at; beyond `end` if it doesn't. */
function nestedEnd(bytes: Uint8Array, start: number, end: number): number {
  let depth = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (byte === QUOTE) at = stringEnd(bytes, at + 1, end);
    else if (byte === OPEN || byte === LIST) depth++;
    else if ((byte === CLOSE || byte === LIST_END) && --depth === 0) return at + 1;
  }
  return end + 1;
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
  // Their lengths and first letters tell them apart; the rest is compared only then.
  const first = bytes[keyStart];
  const length = keyEnd - keyStart;
  if (length === 4) {
    if (first === 0x63 && equalsAscii(bytes, keyStart, keyEnd, 'code'))
      command.code = integer(bytes, valueStart, valueEnd);
    else if (first === 0x66 && equalsAscii(bytes, keyStart, keyEnd, 'flag'))
      command.flag = integer(bytes, valueStart, valueEnd);
  } else if (length === 6) {
    if (equalsAscii(bytes, keyStart, keyEnd, 'opaque')) command.opaque = integer(bytes, valueStart, valueEnd);
  } else if (length === 7) {
    if (equalsAscii(bytes, keyStart, keyEnd, 'version')) command.version = integer(bytes, valueStart, valueEnd);
  } else if (length === 8 && equalsAscii(bytes, keyStart, keyEnd, 'language')) {
    command.language = command.word(valueStart, valueEnd);
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
