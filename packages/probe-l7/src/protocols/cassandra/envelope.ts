import type { Direction, Input, Verdict } from '@sonde/core';
import { isText, looksLikeSql } from '../../sql/looks-like-sql.js';
import { isErrorCode } from './errors.js';
import { isOpcode, Opcode, resultKind } from './opcodes.js';

/** Bytes of an envelope's header: version, flags, stream, opcode, length. */
export const HEADER = 9;
/** Longest envelope that the specification allows. */
export const MAX_BODY = 0x1000_0000;

/** Flags of an envelope. */
export const Flag = { compressed: 0x01, tracing: 0x02, customPayload: 0x04, warnings: 0x08, beta: 0x10 } as const;
const UNKNOWN_FLAGS = 0xe0;
const FROM_SERVER = 0x80;
/** Ids of prepared statements are MD5 sums. */
const ID_BYTES = 16;

/** Whether a version exists: 3, 4, 5, the beta of 6, and DataStax' two of their own. */
export function isVersion(version: number): boolean {
  return (version >= 3 && version <= 6) || version === 0x41 || version === 0x42;
}

/** Whether a header that `direction` may carry begins here. {@link HEADER} bytes have to be there. */
export function isHeader(bytes: Uint8Array, view: DataView, at: number, fromClient: boolean): boolean {
  const first = bytes[at]!;
  if (!isVersion(first & 0x7f) || ((first & FROM_SERVER) === 0) !== fromClient) return false;
  if ((bytes[at + 1]! & UNKNOWN_FLAGS) !== 0 || !isOpcode(bytes[at + 4]!, fromClient)) return false;
  const stream = view.getInt16(at + 2);
  if (stream < 0 && (fromClient || (bytes[at + 4] !== Opcode.event && bytes[at + 4] !== Opcode.error))) return false;
  const length = view.getUint32(at + 5);
  return length <= MAX_BODY;
}

/** Whether the window begins with an envelope, by all that the format promises of the start of its body. */
export function checkEnvelope({ bytes, view, start, end }: Input, direction: Direction): Verdict {
  if (end - start < HEADER) return 'more';
  if (!isHeader(bytes, view, start, direction === 'request')) return 'no';
  const flags = bytes[start + 1]!;
  const length = view.getUint32(start + 5);
  const at = start + HEADER;
  const body = Math.min(end, at + length);
  const opcode = bytes[start + 4]!;
  if (!flagsFit(flags, opcode, direction)) return 'no';
  if ((flags & Flag.compressed) !== 0) return checkCompressed(bytes, view, at, body, length);
  // What comes before the body proper is looked at in its place.
  if ((flags & Flag.tracing) !== 0 && direction === 'response') return length >= 20 ? 'yes' : 'no';
  if ((flags & (Flag.warnings | Flag.customPayload)) !== 0) return checkPreamble(bytes, view, at, body, length);
  return checkBody(bytes, view, opcode, at, body, length, view.getInt16(start + 2));
}

/** Requests that a server may be told to trace, and that may carry a payload of their own. */
const QUERIES: readonly number[] = [Opcode.query, Opcode.prepare, Opcode.execute, Opcode.batch];

/** Whether messages of this opcode have these flags. */
function flagsFit(flags: number, opcode: number, direction: Direction): boolean {
  if (direction === 'response') {
    const plain = opcode === Opcode.ready || opcode === Opcode.authenticate || opcode === Opcode.supported;
    return !plain || (flags & (Flag.tracing | Flag.warnings | Flag.customPayload)) === 0;
  }
  if (opcode === Opcode.startup || opcode === Opcode.options) return (flags & ~Flag.beta) === 0;
  return (flags & ~(QUERIES.includes(opcode) ? 0x17 : Flag.compressed | Flag.beta)) === 0;
}

/** A `[string list]` of warnings, or a `[bytes map]`: both begin with a count and a text. */
function checkPreamble(bytes: Uint8Array, view: DataView, at: number, end: number, length: number): Verdict {
  if (length < 2) return 'no';
  if (at + 4 > end) return length < 4 ? 'no' : 'more';
  const entries = view.getUint16(at);
  if (entries === 0) return length > 4 ? 'yes' : 'no';
  if (entries > 64 || 4 + view.getUint16(at + 2) > length) return 'no';
  return isText(bytes, at + 4, Math.min(end, at + 4 + view.getUint16(at + 2))) ? 'yes' : 'no';
}

/** LZ4 puts the size of the whole before its block, Snappy writes it in the first bytes. */
function checkCompressed(bytes: Uint8Array, view: DataView, at: number, end: number, length: number): Verdict {
  if (length < 4) return 'no';
  if (at + 4 > end) return 'more';
  const lz4 = view.getUint32(at);
  if (lz4 > 0 && lz4 <= 0x100_0000 && length - 4 <= lz4 + (lz4 >> 7) + 16 && lz4 <= 255 * length) return 'yes';
  let snappy = bytes[at]! & 0x7f;
  if (bytes[at]! > 0x7f) snappy |= (bytes[at + 1]! & 0x7f) << 7;
  if (bytes[at]! > 0x7f && bytes[at + 1]! > 0x7f) snappy |= (bytes[at + 2]! & 0x7f) << 14;
  return snappy > 0 && length <= snappy + snappy / 6 + 32 && snappy <= 64 * length ? 'yes' : 'no';
}

function checkBody(
  bytes: Uint8Array,
  view: DataView,
  opcode: number,
  at: number,
  end: number,
  length: number,
  stream: number,
): Verdict {
  switch (opcode) {
    case Opcode.options:
    case Opcode.ready:
      return length === 0 ? 'yes' : 'no';
    case Opcode.startup:
      return checkOptions(bytes, view, at, end, length, false);
    case Opcode.supported:
      return checkOptions(bytes, view, at, end, length, true);
    case Opcode.register:
      return checkList(bytes, view, at, end, length);
    case Opcode.authenticate:
      if (at + 2 > end) return length < 2 ? 'no' : 'more';
      return view.getUint16(at) === length - 2 && word(bytes, view, at, end) ? 'yes' : 'no';
    case Opcode.event:
      if (at + 4 > end) return length < 4 ? 'no' : 'more';
      return stream === -1 && word(bytes, view, at, end) ? 'yes' : 'no';
    default:
  }
  if (at + 4 > end) return length < 4 ? 'no' : 'more';
  const first = view.getInt32(at);
  switch (opcode) {
    case Opcode.query:
    case Opcode.prepare: {
      if (first < 2 || first > length - 4) return 'no';
      const text = Math.min(end, at + 4 + first);
      return looksLikeSql(bytes, at + 4, text, text === at + 4 + first);
    }
    case Opcode.execute:
      return view.getUint16(at) === ID_BYTES && length >= ID_BYTES + 2 ? 'yes' : 'no';
    case Opcode.batch: // type, count, kind of the first statement
      return bytes[at]! <= 2 && length >= 6 && bytes[at + 3]! <= 1 ? 'yes' : 'no';
    case Opcode.authResponse:
    case Opcode.authChallenge:
    case Opcode.authSuccess:
      return (first === -1 && length === 4) || first === length - 4 ? 'yes' : 'no';
    case Opcode.error:
      if (!isErrorCode(first)) return 'no';
      if (at + 6 > end) return length < 6 ? 'no' : 'more';
      return view.getUint16(at + 4) <= length - 6 && isText(bytes, at + 6, end) ? 'yes' : 'no';
    default: // a result: void is all there is of it
      return resultKind(first) !== null && (first !== 1 || length === 4) ? 'yes' : 'no';
  }
}

/** Most options, and most values of one. */
const MAX_OPTIONS = 64;
/** Longest body of options that is believed. */
const LONGEST_OPTIONS = 8192;

/** `[string map]`, or `[string multimap]` if `many`: names in capitals, and nothing behind them. */
function checkOptions(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  end: number,
  length: number,
  many: boolean,
): Verdict {
  if (length < 6 || length > LONGEST_OPTIONS) return 'no';
  let from = at + 2;
  if (from > end) return 'more';
  let options = view.getUint16(at);
  if (options === 0 || options > MAX_OPTIONS) return 'no';
  for (; options > 0; options--) {
    if (from + 2 > end) return end === at + length ? 'no' : 'more';
    if (!word(bytes, view, from, end)) return 'no';
    from += 2 + view.getUint16(from);
    if (from + 2 > end) return end === at + length ? 'no' : 'more';
    if (!many) {
      from += 2 + view.getUint16(from);
      continue;
    }
    let values = view.getUint16(from);
    if (values > MAX_OPTIONS) return 'no';
    for (from += 2; values > 0; values--) {
      if (from + 2 > end) return end === at + length ? 'no' : 'more';
      from += 2 + view.getUint16(from);
    }
  }
  return from === at + length ? 'yes' : 'no';
}

/** `[string list]` of the types of events. */
function checkList(bytes: Uint8Array, view: DataView, at: number, end: number, length: number): Verdict {
  if (length < 6 || length > LONGEST_OPTIONS) return 'no';
  let from = at + 2;
  if (from > end) return 'more';
  let entries = view.getUint16(at);
  if (entries === 0 || entries > MAX_OPTIONS) return 'no';
  for (; entries > 0; entries--) {
    if (from + 2 > end) return end === at + length ? 'no' : 'more';
    if (!word(bytes, view, from, end)) return 'no';
    from += 2 + view.getUint16(from);
  }
  return from === at + length ? 'yes' : 'no';
}

/** A `[string]` of letters, digits, `_`, `-`, `.` and `$`, as far as it is there. */
function word(bytes: Uint8Array, view: DataView, at: number, end: number): boolean {
  const length = view.getUint16(at);
  if (length === 0 || length > 256) return false;
  const limit = Math.min(end, at + 2 + length);
  for (let position = at + 2; position < limit; position++) {
    const byte = bytes[position]!;
    const letter = (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
    if (!letter && !(byte >= 0x2d && byte <= 0x39) && byte !== 0x5f && byte !== 0x24) return false;
  }
  return true;
}
