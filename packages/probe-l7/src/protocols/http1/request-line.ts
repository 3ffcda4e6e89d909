import { Interner, type Redactor } from '@sonde/core';
import { targetText } from '../http-target.js';
import { CR, isToken, isVersion, LF, SP, VERSION_LENGTH, versionText } from './characters.js';
import { LineCache } from './line-cache.js';

/** What a request line says (RFC 9112 §3). */
export interface RequestLine {
  readonly method: string;
  /** Target as it may be shown. */
  readonly target: string;
  /** `HTTP/1.1` */
  readonly version: string;
}

/** Longest method that is waited for. */
const MAX_METHOD = 64;
/** Of a request line that nobody captured whole, so much of a target is worth reporting. */
const LONG_TARGET = 256;

const methods = new Interner({ capacity: 64, longest: 24 });
const caches = new WeakMap<Redactor, LineCache<RequestLine>>();

/** Reads whole request lines, with their line ends; null for what is none. */
export function requestLines(redact: Redactor): LineCache<RequestLine> {
  let cache = caches.get(redact);
  if (cache === undefined) {
    cache = new LineCache(4096, (bytes, start, end) => readRequestLine(bytes, start, end, redact));
    caches.set(redact, cache);
  }
  return cache;
}

/** What a scan of a request line found; valid until the next one. */
const found = { methodEnd: 0, targetEnd: 0 };

/** Reads a request line, whose last byte is its LF; null for what is none. */
export function readRequestLine(bytes: Uint8Array, start: number, end: number, redact: Redactor): RequestLine | null {
  if (scan(bytes, start, end) !== 'whole') return null;
  const lineEnd = bytes[end - 2] === CR ? end - 2 : end - 1;
  const version = lineEnd - VERSION_LENGTH;
  if (version - 1 <= found.methodEnd || !isVersion(bytes, version) || bytes[version - 1] !== SP) return null;
  found.targetEnd = version - 1;
  return made(bytes, start, versionText(bytes[lineEnd - 1]!), redact);
}

/** True if the bytes may be the beginning of a request line. */
export function mayBecomeRequestLine(bytes: Uint8Array, start: number, end: number): boolean {
  return scan(bytes, start, end) === 'more';
}

/** Makes what it can of a request line whose end nobody captured, or null. */
export function readCutRequestLine(
  bytes: Uint8Array,
  start: number,
  end: number,
  redact: Redactor,
): RequestLine | null {
  if (scan(bytes, start, end) !== 'more' || found.methodEnd === 0 || end - found.methodEnd <= LONG_TARGET) return null;
  found.targetEnd = end;
  return made(bytes, start, 'HTTP/1.1', redact);
}

function made(bytes: Uint8Array, start: number, version: string, redact: Redactor): RequestLine {
  const { methodEnd, targetEnd } = found;
  return {
    method: methods.take(bytes, start, methodEnd),
    target: targetText(bytes, methodEnd + 1, targetEnd, redact),
    version,
  };
}

/** Looks at the characters of a line up to its LF, or to `end`. */
function scan(bytes: Uint8Array, start: number, end: number): 'whole' | 'more' | 'no' {
  let at = start;
  found.methodEnd = 0;
  while (at < end && isToken(bytes[at]!)) at++;
  if (at === end) return at - start > MAX_METHOD ? 'no' : 'more';
  if (at === start || bytes[at] !== SP) return 'no';
  found.methodEnd = at++;
  // Servers answer a path with spaces in it, be it by 400; with them, any other text could be a request.
  const lowest = bytes[at] === 0x2f ? SP : SP + 1;
  for (; at < end && bytes[at] !== LF; at++) {
    if (bytes[at]! < lowest && !isTargetEnd(bytes, at, end)) return 'no';
  }
  return at === end ? 'more' : 'whole';
}

/** True at a CR, and at the space before the version (or what may become it). */
function isTargetEnd(bytes: Uint8Array, at: number, end: number): boolean {
  return bytes[at] === CR || (bytes[at] === SP && (at + 1 === end || bytes[at + 1] === 0x48));
}
