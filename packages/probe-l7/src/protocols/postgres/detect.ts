import type { Detection, Direction, Input, Verdict } from '@sonde/core';
import { isText, looksLikeSql } from '../../sql/looks-like-sql.js';
import { Client, clientFrameSize, HEADER, Server, serverFrameSize } from './frames.js';
import { LONGEST_STARTUP, readStartup, startupKind } from './startup.js';

const typed = (direction: Direction, type: number, min: number, max: number) =>
  ({
    direction,
    match: [{ offset: 0, bytes: [type] }],
    length: { offset: 1, size: 4, plus: 1, compare: 'bounded', min, max },
  }) as const;

/** Rules for chunks that begin with a startup packet, a statement, or what usually begins an answer. */
export const detect: Detection = {
  rules: [
    {
      direction: 'request',
      match: [{ offset: 4, bytes: [0x00, 0x03, 0x00] }],
      length: { offset: 0, size: 4, plus: 0, compare: 'bounded', min: 9, max: LONGEST_STARTUP },
    },
    {
      direction: 'request',
      match: [
        { offset: 0, bytes: [0x00, 0x00] },
        { offset: 4, bytes: [0x04, 0xd2, 0x16] },
      ],
      length: { offset: 0, size: 4, plus: 0, compare: 'bounded', min: 8, max: 268 },
    },
    typed('request', Client.query, 6, 0x400_0000),
    typed('request', Client.parse, 9, 0x400_0000),
    typed('request', Client.bind, 13, 0x400_0000),
    typed('response', Server.parseComplete, 5, 5),
    typed('response', Server.bindComplete, 5, 5),
    typed('response', Server.rowDescription, 7, 0x10_0000),
    typed('response', Server.commandComplete, 7, 128),
    typed('response', Server.error, 24, 0x10_0000),
  ],
  confirm(input, direction) {
    if (direction === 'request' && input.bytes[input.start] === 0) return startup(input);
    const order =
      direction === 'request' ? chain(input, clientFrameSize, clientBody) : chain(input, serverFrameSize, serverBody);
    return order > 0 ? 'yes' : order < 0 ? 'no' : 'more';
  },
};

/** Bytes to the next boundary in a window of the client's bytes: 0, or -1. */
export function requestBoundary(input: Input): number {
  return chain(input, clientFrameSize, clientBody) > 0 ? 0 : -1;
}

/**
 * Bytes to the next boundary in a window of the server's bytes, or -1. Chunks of a long answer begin anywhere: its end,
 * a `ReadyForQuery` at the end of the chunk, is as good a boundary as a chunk that begins with whole messages.
 *
 * @param expected - a request waits, so that messages in order are an answer
 */
export function responseBoundary(input: Input, expected: boolean): number {
  const { bytes, start, end } = input;
  if (chain(input, serverFrameSize, serverBody) >= (expected ? 0 : 1)) return 0;
  const ready = end - HEADER - 1;
  if (ready < start || bytes[ready] !== Server.ready || serverFrameSize(input, ready) === 0) return -1;
  return isTransactionStatus(bytes[ready + HEADER]!) ? ready - start : -1;
}

function startup(input: Input): Verdict {
  const { start, end } = input;
  if (end - start < 8) return 'more';
  const kind = startupKind(input, start);
  if (kind !== 'startup') return kind === null ? 'no' : 'yes';
  const size = input.view.getUint32(start);
  if (end - start < size) return 'more';
  return readStartup(input, start + 8, start + size)?.user == null ? 'no' : 'yes';
}

type FrameSize = (input: Input, at: number) => number;
/** What a message's body says for (1), against (-1) or neither (0) its being one. */
type Body = (input: Input, type: number, from: number, to: number, whole: boolean) => number;

/**
 * Walks the messages of the window.
 *
 * @returns 1 if they are in order, and one at least looks like one inside; 0 if they are in order; -1 if not
 */
function chain(input: Input, frameSize: FrameSize, body: Body): -1 | 0 | 1 {
  const { bytes, start, end } = input;
  let sure = 0;
  let at = start;
  while (at + HEADER <= end) {
    const size = frameSize(input, at);
    if (size === 0) return -1;
    const whole = at + size <= end;
    const word =
      !whole && at + HEADER === end ? 0 : body(input, bytes[at]!, at + HEADER, whole ? at + size : end, whole);
    if (word < 0) return -1;
    sure += word;
    at += size;
  }
  if (at < end && frameSize === clientFrameSize && !isClientType(bytes[at]!)) return -1;
  return sure > 0 ? 1 : 0;
}

/** What a verdict says for a message. */
const WORTH = { yes: 1, more: 0, no: -1 } as const;

function isClientType(type: number): boolean {
  return Object.values(Client).includes(type as never);
}

function clientBody({ bytes, view }: Input, type: number, from: number, to: number, whole: boolean): number {
  switch (type) {
    case Client.query:
      if (!endsWithZero(bytes, from, to, whole)) return -1;
      return WORTH[looksLikeSql(bytes, from, whole ? to - 1 : to, whole)];
    case Client.parse: {
      const name = zero(bytes, from, to);
      if (name < 0) return whole ? -1 : 0;
      const text = zero(bytes, name + 1, to);
      const sql = looksLikeSql(bytes, name + 1, text < 0 ? to : text, text >= 0);
      if (!isText(bytes, from, name) || sql === 'no') return -1;
      if (!whole) return WORTH[sql];
      return text >= 0 && to - text >= 3 && to - text === 3 + 4 * view.getUint16(text + 1) ? 1 : -1;
    }
    case Client.bind: {
      const portal = zero(bytes, from, to);
      const statement = portal < 0 ? -1 : zero(bytes, portal + 1, to);
      if (statement < 0) return whole ? -1 : 0;
      if (!isText(bytes, from, portal) || !isText(bytes, portal + 1, statement)) return -1;
      return parametersFit(view, statement + 1, to, whole);
    }
    case Client.describe:
    case Client.close:
      return (bytes[from] === 0x53 || bytes[from] === 0x50) && endsWithZero(bytes, from, to, whole) ? 0 : -1;
    case Client.execute:
      return !whole || zero(bytes, from, to) === to - 5 ? 0 : -1;
    default:
      return 0;
  }
}

/** The parameters of a `Bind`: formats, values, formats of the results; each counted. */
function parametersFit(view: DataView, from: number, to: number, whole: boolean): number {
  const cut = whole ? -1 : 0;
  if (from + 2 > to) return cut;
  const formats = view.getUint16(from);
  let at = from + 2 + 2 * formats;
  if (at + 2 > to) return cut;
  const values = view.getUint16(at);
  if (formats > 1 && formats !== values) return -1;
  at += 2;
  for (let value = 0; value < values; value++) {
    if (at + 4 > to) return cut;
    const length = view.getInt32(at);
    if (length < -1) return -1;
    at += 4 + Math.max(0, length);
  }
  if (at + 2 > to) return cut;
  return at + 2 + 2 * view.getUint16(at) === to ? 1 : cut;
}

function serverBody({ bytes, view }: Input, type: number, from: number, to: number, whole: boolean): number {
  switch (type) {
    case Server.commandComplete:
      return endsWithZero(bytes, from, to, whole) && isTag(bytes, from, whole ? to - 1 : to, whole) ? 1 : -1;
    case Server.ready:
      return !whole ? 0 : isTransactionStatus(bytes[from]!) ? 1 : -1;
    case Server.error:
    case Server.notice:
      return bytes[from] === 0x53 && (!whole || (bytes[to - 1] === 0 && bytes[to - 2] === 0)) ? 1 : -1;
    case Server.rowDescription:
      return columnsFit(bytes, view, from, to, whole);
    case Server.dataRow:
      return valuesFit(view, from, to, whole);
    default:
      return 0;
  }
}

function columnsFit(bytes: Uint8Array, view: DataView, from: number, to: number, whole: boolean): number {
  const cut = whole ? -1 : 0;
  if (from + 2 > to) return cut;
  let at = from + 2;
  for (let column = view.getUint16(from); column > 0; column--) {
    const name = zero(bytes, at, to);
    if (name < 0) return cut;
    at = name + 1 + 18;
    if (at > to) return cut;
    const format = view.getUint16(at - 2);
    if (format > 1) return -1;
  }
  return at === to ? 1 : -1;
}

function valuesFit(view: DataView, from: number, to: number, whole: boolean): number {
  if (from + 2 > to) return whole ? -1 : 0;
  let at = from + 2;
  for (let value = view.getUint16(from); value > 0; value--) {
    if (at + 4 > to) return whole ? -1 : 0;
    const length = view.getInt32(at);
    if (length < -1) return -1;
    at += 4 + Math.max(0, length);
  }
  return at === to ? 1 : whole ? -1 : 0;
}

function isTransactionStatus(byte: number): boolean {
  return byte === 0x49 || byte === 0x54 || byte === 0x45;
}

/** A command tag begins with two capitals and holds capitals, digits and spaces only. */
function isTag(bytes: Uint8Array, from: number, to: number, whole: boolean): boolean {
  if (whole && to - from < 2) return false;
  for (let at = from; at < to; at++) {
    const byte = bytes[at]!;
    const capital = byte >= 0x41 && byte <= 0x5a;
    if (!capital && (at < from + 2 || !(byte === 0x20 || (byte >= 0x30 && byte <= 0x39)))) return false;
  }
  return true;
}

function endsWithZero(bytes: Uint8Array, from: number, to: number, whole: boolean): boolean {
  return !whole || (to > from && bytes[to - 1] === 0);
}

function zero(bytes: Uint8Array, from: number, to: number): number {
  for (let at = from; at < to; at++) if (bytes[at] === 0) return at;
  return -1;
}
