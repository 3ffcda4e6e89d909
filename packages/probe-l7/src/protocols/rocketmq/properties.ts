import { equalsAscii, utf8 } from '@sonde/core';

/** What the properties of a message say; see {@link readProperties}. */
export interface Properties {
  messageId?: string;
  tag?: string;
  keys?: string;
  traceparent?: string;
}

const BACKSLASH = 0x5c;
/** Longest value that is kept. */
const LONGEST = 256;
/** `\u0001` as a JSON header has it. */
const ESCAPE = 6;

/**
 * Takes the properties that are looked at from `bytes[start]` up to `bytes[end]`: name, 0x01, value, 0x02, and so on. In
 * a JSON header these two bytes are written as escapes.
 */
export function readProperties(bytes: Uint8Array, start: number, end: number, into: Properties): void {
  let name = start;
  let nameEnd = -1;
  let value = -1;
  for (let at = start; at <= end; ) {
    while (at < end && bytes[at]! > 2 && bytes[at] !== BACKSLASH) at++;
    const separator = at === end ? 2 : separatorAt(bytes, at, end);
    const size = at < end && bytes[at] === BACKSLASH && separator > 0 ? ESCAPE : 1;
    if (separator === 1 && nameEnd < 0) {
      nameEnd = at;
      value = at + size;
    } else if (separator === 2) {
      if (nameEnd >= 0 && at - value <= LONGEST && at > value) note(bytes, name, nameEnd, value, at, into);
      name = at + size;
      nameEnd = -1;
    }
    at += separator > 0 ? size : bytes[at] === BACKSLASH ? 2 : 1;
  }
}

/** 1 between name and value, 2 between properties, 0 for anything else. */
function separatorAt(bytes: Uint8Array, at: number, end: number): number {
  const byte = bytes[at]!;
  if (byte === 1 || byte === 2) return byte;
  if (byte !== BACKSLASH || at + ESCAPE > end || !equalsAscii(bytes, at + 1, at + 5, 'u000')) return 0;
  const last = bytes[at + 5]! - 0x30;
  return last === 1 || last === 2 ? last : 0;
}

function note(bytes: Uint8Array, name: number, nameEnd: number, value: number, end: number, into: Properties): void {
  switch (nameEnd - name) {
    case 4:
      if (equalsAscii(bytes, name, nameEnd, 'TAGS')) into.tag ??= text(bytes, value, end);
      else if (equalsAscii(bytes, name, nameEnd, 'KEYS')) into.keys ??= text(bytes, value, end);
      return;
    case 8:
      if (equalsAscii(bytes, name, nameEnd, 'UNIQ_KEY')) into.messageId ??= text(bytes, value, end);
      return;
    case 11:
      if (equalsAscii(bytes, name, nameEnd, 'traceparent')) into.traceparent ??= text(bytes, value, end);
      return;
    default:
  }
}

function text(bytes: Uint8Array, start: number, end: number): string {
  return utf8(bytes, start, end);
}
