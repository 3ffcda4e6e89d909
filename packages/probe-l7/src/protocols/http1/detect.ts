import { type Detection, type DetectRule, type Direction, equalsAscii, type Input, type Verdict } from '@sonde/core';
import { CR, isDigit, isVersion, LF, SP, VERSION_LENGTH } from './characters.js';

/** Methods that the kernel looks for: RFC 9110, and those of WebDAV, UPnP, caches and search that are in use. */
const METHODS = [
  ...['GET', 'POST', 'PUT', 'HEAD', 'DELETE', 'OPTIONS', 'PATCH', 'CONNECT', 'TRACE'],
  ...['PROPFIND', 'PROPPATCH', 'MKCOL', 'COPY', 'MOVE', 'LOCK', 'UNLOCK', 'REPORT', 'SEARCH', 'MERGE'],
  ...['NOTIFY', 'SUBSCRIBE', 'UNSUBSCRIBE', 'PURGE', 'QUERY'],
];

/** Ports at which any method is worth a closer look. */
const PORTS = [80, 8000, 8080];

/** A method is rarely longer; a longer word at the start of a chunk is something else. */
const LONGEST_METHOD = 24;

/** A target may be longer than what was captured: so much of one is enough. */
const LONG_TARGET = 400;

const rules: DetectRule[] = [
  { direction: 'response', match: [{ offset: 0, bytes: 'HTTP/1.' }], minimum: 12 },
  ...METHODS.map((method): DetectRule => ({ direction: 'request', match: [{ offset: 0, bytes: `${method} ` }] })),
  { direction: 'request', ports: PORTS, minimum: 16 },
];

/** Position after the word that may be a method. */
export function methodEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && isMethodByte(bytes[at]!)) at++;
  return at;
}

/** Whether a request line begins at `start`: `METHOD target HTTP/1.x`. */
export function beginsRequest(bytes: Uint8Array, start: number, end: number): Verdict {
  let at = methodEnd(bytes, start, end);
  if (at - start > LONGEST_METHOD) return 'no';
  if (at === end) return 'more';
  if (at === start || bytes[at] !== SP) return 'no';
  const target = ++at;
  while (at < end && bytes[at]! > SP) at++;
  if (at === end) {
    if (at - target < LONG_TARGET) return 'more';
    return bytes[target] === 0x2f || equalsAscii(bytes, target, target + 4, 'http') ? 'yes' : 'no';
  }
  if (at === target || bytes[at] !== SP) return 'no';
  const version = at + 1;
  if (version + VERSION_LENGTH >= end) return equalsStart(bytes, version, end, 'HTTP/1.') ? 'more' : 'no';
  const after = bytes[version + VERSION_LENGTH];
  return isVersion(bytes, version) && (after === CR || after === LF) ? 'yes' : 'no';
}

/** Whether a status line begins at `start`: `HTTP/1.x NNN`. */
export function beginsResponse(bytes: Uint8Array, start: number, end: number): Verdict {
  const code = start + VERSION_LENGTH + 1;
  if (code + 4 > end) return equalsStart(bytes, start, end, 'HTTP/1.') ? 'more' : 'no';
  if (!isVersion(bytes, start) || bytes[code - 1] !== SP) return 'no';
  const after = bytes[code + 3];
  const ends = after === SP || after === CR || after === LF;
  const first = bytes[code]!;
  return ends && first > 0x30 && isDigit(first) && isDigit(bytes[code + 1]!) && isDigit(bytes[code + 2]!)
    ? 'yes'
    : 'no';
}

/** Capitals, dash, underscore: a method may be any token, but none in use has other characters. */
function isMethodByte(byte: number): boolean {
  return (byte >= 0x41 && byte <= 0x5a) || byte === 0x2d || byte === 0x5f;
}

/** True if the bytes up to `end` are `text`, or as much of it as there are bytes. */
function equalsStart(bytes: Uint8Array, start: number, end: number, text: string): boolean {
  const length = Math.min(text.length, end - start);
  return equalsAscii(bytes, start, start + length, text.slice(0, length));
}

/** How HTTP/1 is recognised: by a whole request line or status line. The preface of HTTP/2 is neither. */
export const detect: Detection = {
  rules,
  confirm({ bytes, start, end }: Input, direction: Direction) {
    return direction === 'request' ? beginsRequest(bytes, start, end) : beginsResponse(bytes, start, end);
  },
};
