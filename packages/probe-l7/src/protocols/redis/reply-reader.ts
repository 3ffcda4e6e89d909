import { findCrLf, parseDecimal } from '@sonde/core';

/** Deepest nesting that is followed; Redis' own replies need seven. */
const MAX_DEPTH = 32;
/** Longest line of a number, a length or a count. */
const MAX_LINE = 64;
/** Longest simple string, error or big number. */
const MAX_TEXT_LINE = 16_384;
/** Longest bulk string: Redis allows 512 MiB, and more where it is configured so. */
const MAX_BULK = 2 ** 32;
/** Most elements of an aggregate. */
const MAX_COUNT = 2 ** 32;

/** Size of a nil, and of an aggregate or a string that is streamed without a count. */
export const NIL = -1;
export const STREAMED = -2;

const CR = 0x0d;
const LF = 0x0a;

/**
 * Reads one reply of RESP2 or RESP3, piece by piece: sizes and nesting only, never the data.
 *
 * Pure bookkeeping: it knows nothing of connections, so that recognition can use it as well as the parser.
 *
 * @see https://redis.io/docs/latest/develop/reference/protocol-spec/
 */
export class ReplyReader {
  /** First byte of the reply, 0 before it. */
  type = 0;
  /** Length of a string, count of an aggregate (keys and values of a map count twice), {@link NIL}, {@link STREAMED}. */
  size = 0;
  /** The first line's content, valid in the step that set `type`. */
  lineStart = 0;
  lineEnd = 0;
  done = false;
  fault: string | null = null;

  #depth = 0;
  /** Elements left at each level; -1 for a streamed aggregate. */
  readonly #left = new Float64Array(MAX_DEPTH);
  /** 1 where the level is an attribute, which is no element of the level above. */
  readonly #attribute = new Uint8Array(MAX_DEPTH);
  /** True between the pieces of a streamed string. */
  #inPieces = false;

  /** Makes ready for the next reply. */
  reset(): void {
    this.type = 0;
    this.#depth = 0;
    this.#inPieces = false;
    this.done = false;
    this.fault = null;
  }

  /**
   * Reads on from `at`.
   *
   * @returns how far it came: `at` itself where not even one more line was whole, beyond `end` where data of known
   *   length is still to come
   */
  advance(bytes: Uint8Array, at: number, end: number): number {
    let position = at;
    while (position < end) {
      const next = this.#element(bytes, position, end);
      if (next === position || this.done || this.fault !== null) return next;
      position = next;
    }
    return position;
  }

  #element(bytes: Uint8Array, at: number, end: number): number {
    const type = bytes[at]!;
    const text = type === 0x2b || type === 0x2d;
    const longest = text || type === 0x28 ? MAX_TEXT_LINE : MAX_LINE;
    const line = findCrLf(bytes, at + 1, Math.min(end, at + longest));
    if (line < 0) return this.#noLine(type, end - at >= longest, at);
    const after = line + 2;
    switch (type) {
      case 0x2b: // + simple string
      case 0x2d: // - error
      case 0x3a: // : integer
      case 0x5f: // _ null
      case 0x23: // # boolean
      case 0x2c: // , double
      case 0x28: // ( big number
        if (!text && !isScalar(type, bytes, at + 1, line)) return this.#broken('value', at);
        this.#head(type, 0, at + 1, line);
        return this.#complete(after);
      case 0x24: // $ bulk string
      case 0x21: // ! bulk error
      case 0x3d: // = verbatim string
        return this.#bulk(type, bytes, at, line, end);
      case 0x3b: // ; piece of a streamed string
        return this.#piece(bytes, at, line, end);
      case 0x2a: // * array
      case 0x7e: // ~ set
      case 0x3e: // > push
      case 0x25: // % map
      case 0x7c: // | attribute
        return this.#aggregate(type, bytes, at, line);
      case 0x2e: // . end of a streamed aggregate
        if (line !== at + 1 || this.#depth === 0 || this.#left[this.#depth - 1] !== -1) return this.#broken('end', at);
        return this.#close(after);
      default:
        return this.#broken('type', at);
    }
  }

  #noLine(type: number, tooLong: boolean, at: number): number {
    return tooLong || !isType(type) ? this.#broken(tooLong ? 'line' : 'type', at) : at;
  }

  #bulk(type: number, bytes: Uint8Array, at: number, line: number, end: number): number {
    if (bytes[at + 1] === 0x3f && line === at + 2) {
      this.#head(type, STREAMED, at + 1, line);
      this.#inPieces = true;
      return line + 2;
    }
    const size = sizeOf(bytes, at + 1, line, MAX_BULK);
    if (size === undefined) return this.#broken('length', at);
    this.#head(type, size, at + 1, line);
    if (size === NIL) return this.#complete(line + 2);
    const after = line + 2 + size;
    if (after + 2 <= end && (bytes[after] !== CR || bytes[after + 1] !== LF)) return this.#broken('length', at);
    return this.#complete(after + 2);
  }

  #piece(bytes: Uint8Array, at: number, line: number, end: number): number {
    const size = this.#inPieces ? parseDecimal(bytes, at + 1, line) : -1;
    if (size < 0 || size > MAX_BULK) return this.#broken('piece', at);
    if (size === 0) {
      this.#inPieces = false;
      return this.#complete(line + 2);
    }
    const after = line + 2 + size;
    if (after + 2 <= end && (bytes[after] !== CR || bytes[after + 1] !== LF)) return this.#broken('piece', at);
    return after + 2;
  }

  #aggregate(type: number, bytes: Uint8Array, at: number, line: number): number {
    const streamed = bytes[at + 1] === 0x3f && line === at + 2;
    const count = streamed ? STREAMED : sizeOf(bytes, at + 1, line, MAX_COUNT);
    if (count === undefined) return this.#broken('count', at);
    const attribute = type === 0x7c;
    if (!attribute) this.#head(type, count, at + 1, line);
    if (count === NIL || (count === 0 && !attribute)) return this.#complete(line + 2);
    if (count === 0) return line + 2;
    if (this.#depth === MAX_DEPTH) return this.#broken('depth', at);
    this.#left[this.#depth] = streamed ? -1 : type === 0x25 || attribute ? count * 2 : count;
    this.#attribute[this.#depth] = attribute ? 1 : 0;
    this.#depth++;
    return line + 2;
  }

  /** The top of the reply tells its type; what is nested, or an attribute before it, doesn't. */
  #head(type: number, size: number, lineStart: number, lineEnd: number): void {
    if (this.type !== 0 || this.#depth > 0) return;
    this.type = type;
    this.size = size;
    this.lineStart = lineStart;
    this.lineEnd = lineEnd;
  }

  /** An element ends at `position`, and with it every level that has no more elements. */
  #complete(position: number): number {
    while (this.#depth > 0) {
      const level = this.#depth - 1;
      if (this.#left[level] === -1 || --this.#left[level]! > 0) return position;
      if (this.#attribute[level] === 1) {
        this.#depth = level;
        return position;
      }
      this.#depth = level;
    }
    this.done = true;
    return position;
  }

  /** A streamed aggregate ends. */
  #close(position: number): number {
    this.#depth--;
    return this.#attribute[this.#depth] === 1 ? position : this.#complete(position);
  }

  #broken(what: string, at: number): number {
    this.fault = `not a reply: ${what}`;
    return at;
  }
}

const TYPES = new Uint8Array(256);
for (const type of '+-:_#,($!=;*~>%|.') TYPES[type.charCodeAt(0)] = 1;

/** True for a byte that an element may begin with. */
export function isType(byte: number): boolean {
  return TYPES[byte] === 1;
}

/** Length or count of a line: a number, or -1 for nil; undefined for anything else. */
function sizeOf(bytes: Uint8Array, start: number, end: number, most: number): number | undefined {
  if (end - start === 2 && bytes[start] === 0x2d && bytes[start + 1] === 0x31) return NIL;
  const size = parseDecimal(bytes, start, end);
  return size < 0 || size > most ? undefined : size;
}

/** Whether a line is a value of a scalar type: digits, `t` or `f`, nothing, a number with its point and exponent. */
function isScalar(type: number, bytes: Uint8Array, start: number, end: number): boolean {
  if (type === 0x5f) return start === end;
  if (type === 0x23) return end === start + 1 && (bytes[start] === 0x74 || bytes[start] === 0x66);
  let at = start;
  if (at < end && (bytes[at] === 0x2d || bytes[at] === 0x2b)) at++;
  if (at === end) return false;
  if (type === 0x2c) return isDouble(bytes, at, end);
  for (; at < end; at++) if (bytes[at]! < 0x30 || bytes[at]! > 0x39) return false;
  return true;
}

/** Digits, a point, an exponent; `inf` and `nan`. */
function isDouble(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    const digit = byte >= 0x30 && byte <= 0x39;
    if (!digit && !DOUBLE.includes(byte)) return false;
  }
  return true;
}

/** `.+-eEinfa`. */
const DOUBLE = [0x2e, 0x2b, 0x2d, 0x65, 0x45, 0x69, 0x6e, 0x66, 0x61];
