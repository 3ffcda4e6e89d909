import { equalsAsciiIgnoreCase, findLf, parseDecimal } from '@sonde/core';
import { COLON, CR, HT, LF, SP } from './characters.js';

/** Where the value of a field stands in the window; `start` is -1 for a field that the head lacks. */
export class FieldValue {
  start = -1;
  end = -1;
  /** True if the value goes over several lines, whose breaks count as a space (RFC 9112 §5.2). */
  folded = false;
}

/** `contentLength` of a head whose lengths are no numbers, or differ: the end of the message can't be told. */
export const INVALID_LENGTH = -2;

/**
 * Reads the fields of a head in one pass (RFC 9112 §5). Lines may end in a bare LF and may be folded. Lines without a
 * field name are skipped, as most servers do.
 *
 * One scanner serves all streams: what it found is valid until the next `scan`.
 */
export class HeadScanner {
  /** -1: none; {@link INVALID_LENGTH}; else bytes of the body. */
  contentLength = -1;
  /** True if `Transfer-Encoding` is there, whatever it says. */
  transferEncoding = false;
  /** True if the last transfer coding is `chunked`. */
  chunked = false;
  readonly host = new FieldValue();
  readonly userAgent = new FieldValue();
  readonly contentType = new FieldValue();
  readonly upgrade = new FieldValue();
  readonly traceparent = new FieldValue();
  readonly b3 = new FieldValue();
  readonly b3TraceId = new FieldValue();
  readonly b3SpanId = new FieldValue();
  readonly b3Sampled = new FieldValue();
  readonly sw8 = new FieldValue();
  readonly requestId = new FieldValue();

  /** The fields that the head at hand has, so that the next one need not clear all. */
  readonly #found: FieldValue[] = [];
  #foundCount = 0;

  /**
   * Reads fields from `at` on.
   *
   * @returns the position after the empty line, or -1 if the head goes on beyond `end`; the fields whose lines were
   *   whole are there all the same
   */
  scan(bytes: Uint8Array, view: DataView, at: number, end: number): number {
    this.contentLength = -1;
    this.transferEncoding = this.chunked = false;
    while (this.#foundCount > 0) this.#found[--this.#foundCount]!.start = -1;
    let line = at;
    while (line < end) {
      const first = bytes[line]!;
      if (first === LF) return line + 1;
      if (first === CR) {
        if (line + 1 === end) return -1;
        if (bytes[line + 1] === LF) return line + 2;
      }
      let lineEnd = line;
      let pieces = 0;
      do {
        pieces++;
        const lf = findLf(bytes, view, lineEnd, end);
        // The byte after the LF tells whether the line is folded: without it the line isn't whole.
        if (lf < 0 || lf + 1 === end) return -1;
        lineEnd = lf + 1;
      } while (bytes[lineEnd] === SP || bytes[lineEnd] === HT);
      folded = pieces > 1;
      this.#line(bytes, first | 0x20, line, lineEnd);
      line = lineEnd;
    }
    return -1;
  }

  #line(bytes: Uint8Array, first: number, line: number, end: number): void {
    switch (first) {
      case 0x63: // c
        if (isField(bytes, line, end, 'content-length')) this.#length(bytes, line + 15, end);
        else if (isField(bytes, line, end, 'content-type')) this.#set(this.contentType, bytes, line + 13, end);
        break;
      case 0x68: // h
        if (isField(bytes, line, end, 'host')) this.#set(this.host, bytes, line + 5, end);
        break;
      case 0x74: // t
        if (isField(bytes, line, end, 'transfer-encoding')) this.#codings(bytes, line + 18, end);
        else if (isField(bytes, line, end, 'traceparent')) this.#set(this.traceparent, bytes, line + 12, end);
        break;
      case 0x75: // u
        if (isField(bytes, line, end, 'user-agent')) this.#set(this.userAgent, bytes, line + 11, end);
        else if (isField(bytes, line, end, 'upgrade')) this.#set(this.upgrade, bytes, line + 8, end);
        break;
      case 0x78: // x
        if (isField(bytes, line, end, 'x-request-id')) this.#set(this.requestId, bytes, line + 13, end);
        else if (isField(bytes, line, end, 'x-b3-traceid')) this.#set(this.b3TraceId, bytes, line + 13, end);
        else if (isField(bytes, line, end, 'x-b3-spanid')) this.#set(this.b3SpanId, bytes, line + 12, end);
        else if (isField(bytes, line, end, 'x-b3-sampled')) this.#set(this.b3Sampled, bytes, line + 13, end);
        break;
      case 0x62: // b
        if (isField(bytes, line, end, 'b3')) this.#set(this.b3, bytes, line + 3, end);
        break;
      case 0x73: // s
        if (isField(bytes, line, end, 'sw8')) this.#set(this.sw8, bytes, line + 4, end);
        break;
      default:
        break;
    }
  }

  /** Takes the first value of a field that comes more than once. */
  #set(field: FieldValue, bytes: Uint8Array, start: number, end: number): void {
    if (field.start >= 0) return;
    place(field, bytes, start, end);
    this.#found[this.#foundCount++] = field;
  }

  /** `Content-Length`: the same number several times is one number (RFC 9110 §8.6), anything else is an attack. */
  #length(bytes: Uint8Array, start: number, end: number): void {
    place(scratch, bytes, start, end);
    let from = scratch.start;
    while (from <= scratch.end) {
      let to = from;
      while (to < scratch.end && bytes[to] !== 0x2c) to++;
      const value = parseDecimal(bytes, from, trimEnd(bytes, from, to));
      if (value < 0 || (this.contentLength !== -1 && this.contentLength !== value)) {
        this.contentLength = INVALID_LENGTH;
        return;
      }
      this.contentLength = value;
      from = trimStart(bytes, to + 1, scratch.end);
      if (to === scratch.end) return;
    }
  }

  #codings(bytes: Uint8Array, start: number, end: number): void {
    place(scratch, bytes, start, end);
    this.transferEncoding = true;
    let from = scratch.end;
    while (from > scratch.start && bytes[from - 1] !== 0x2c) from--;
    this.chunked = equalsAsciiIgnoreCase(bytes, trimStart(bytes, from, scratch.end), scratch.end, 'chunked');
  }
}

const scratch = new FieldValue();
/** Whether the line at hand is folded. */
let folded = false;

/**
 * True if the line begins with this name, in whatever case, and a colon. White space before the colon makes another name
 * of it. Letters are folded by one bit, which leaves the dash and digits of our names as they are.
 */
function isField(bytes: Uint8Array, line: number, end: number, name: string): boolean {
  const { length } = name;
  if (line + length >= end || bytes[line + length] !== COLON) return false;
  for (let at = 1; at < length; at++) if ((bytes[line + at]! | 0x20) !== name.charCodeAt(at)) return false;
  return true;
}

function place(field: FieldValue, bytes: Uint8Array, start: number, end: number): void {
  field.start = trimStart(bytes, start, end);
  field.end = trimEnd(bytes, field.start, end);
  field.folded = folded;
}

function trimStart(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && isSpace(bytes[at]!)) at++;
  return at;
}

function trimEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = end;
  while (at > start && isSpace(bytes[at - 1]!)) at--;
  return at;
}

function isSpace(byte: number): boolean {
  return byte === SP || byte === HT || byte === CR || byte === LF;
}
