import type { Input } from '@sonde/core';
import { Cursor } from './cursor.js';

const chars = (...codes: number[]) => String.fromCharCode(...codes);

/** A variable-length integer. */
export function varint(value: number): string {
  let text = '';
  let left = value;
  for (; left >= 0x80; left = Math.floor(left / 128)) text += chars((left % 128) | 0x80);
  return text + chars(left);
}

/** A string with its length before it. */
export const string = (text: string) => varint(text.length) + text;
export const u32 = (value: number) => chars(value & 255, (value >> 8) & 255, (value >> 16) & 255, (value >>> 24) & 255);
export const u64 = (value: number) => u32(value % 0x1_0000_0000) + u32(Math.floor(value / 0x1_0000_0000));

/** The client's Hello. */
export const hello = (revision: number, user = 'app', database = 'shop') =>
  `\0${string('ClickHouse test')}${varint(24)}${varint(1)}${varint(revision)}${string(database)}${string(user)}${string('hunter22')}`;

/** The server's Hello, as both sides understand `revision`. */
export const serverHello = (revision: number) =>
  [
    `\0${string('ClickHouse')}${varint(24)}${varint(3)}${varint(revision)}`,
    revision >= 54_471 ? varint(4) : '',
    revision >= 54_058 ? string('UTC') : '',
    revision >= 54_372 ? string('node-1') : '',
    revision >= 54_401 ? varint(5) : '',
    revision >= 54_470 ? string('notchunked') + string('notchunked') : '',
    revision >= 54_461 ? varint(1) + string('.{12}') + string('too short') : '',
    revision >= 54_462 ? u64(7) : '',
    revision >= 54_474 ? `${string('max_threads')}${varint(1)}${string('2')}\0` : '',
    revision >= 54_477 ? varint(1) : '',
    revision >= 54_479 ? varint(1) : '',
  ].join('');

/** What a client adds to its Hello. */
export const addendum = (revision: number, chunked = 'notchunked') =>
  [
    revision >= 54_458 ? string('') : '',
    revision >= 54_470 ? string(chunked) + string(chunked) : '',
    revision >= 54_471 ? varint(4) : '',
  ].join('');

/** A block without columns. */
export const EMPTY = '\x01\0\x02\xff\xff\xff\xff\0\0\0';
/** The client's packet that ends a transfer of data. */
export const END = `\x02\0${EMPTY}`;

/** A query, with a setting and a parameter where the revision has them as text. */
export const query = (sql: string, revision: number, { id = '', compressed = false } = {}) => {
  const info = [
    `\x01${string('app')}${string('')}${string('[::1]:1')}`,
    revision >= 54_449 ? u64(1_700_000_000) : '',
    `\x01${string('root')}${string('vm')}${string('test')}${varint(24)}${varint(1)}${varint(revision)}`,
    string('quota'),
    revision >= 54_448 ? varint(0) : '',
    revision >= 54_401 ? varint(2) : '',
    revision >= 54_442 ? '\0' : '',
    revision >= 54_453 ? '\0\0\0' : '',
    revision >= 54_475 ? '\x01\x01' : '',
    revision >= 54_476 ? '\0' : '',
    revision >= 54_485 ? string('agent') : '',
    revision >= 54_486 ? '\0' : '',
    revision >= 54_488 ? '\0' : '',
  ].join('');
  const settings =
    revision >= 54_429
      ? `${string('max_threads')}\x01${string('8')}\0`
      : `${string('max_threads')}${varint(8)}${string('count_distinct_implementation')}${string('uniqExact')}\0`;
  return [
    `\x01${string(id)}${info}${settings}`,
    revision >= 54_472 ? string('') : '',
    revision >= 54_441 ? string('') : '',
    `\x02${compressed ? '\x01' : '\0'}${string(sql)}`,
    revision >= 54_459 ? `${string('id')}\x02${string("'secret'")}\0` : '',
  ].join('');
};

/** Columns of a block: name, type, bytes of the values, and how they are written if not plainly. */
export type Column = readonly [name: string, type: string, values: string, custom?: string];

/** A block of some rows. */
export const block = (rows: number, columns: readonly Column[], revision = 54_412) =>
  `\x01\0\x02\xff\xff\xff\xff\0${varint(columns.length)}${varint(rows)}${columns
    .map(([name, type, values, custom]) => {
      const flag = revision < 54_454 ? '' : custom === undefined ? '\0' : `\x01${custom}`;
      return string(name) + string(type) + flag + values;
    })
    .join('')}`;

/** A packet of the server with a block: 1 data, 7 totals, 14 events. */
export const data = (rows: number, columns: readonly Column[], revision = 54_412, type = 1) =>
  `${varint(type)}\0${block(rows, columns, revision)}`;

/** What ends a result: an empty block and the end of the stream. */
export const RESULT_END = `\x01\0${EMPTY}\x05`;
export const exception = (code: number, message: string, nested = '\0') =>
  `\x02${u32(code)}${string('DB::Exception')}${string(message)}${string('0. stack')}${nested}`;

/** A frame of a compressed block; what it holds is never looked at. */
export const frame = (plain: number, size = 40, method = '\x82') =>
  `${'\xc5'.repeat(16)}${method}${u32(size + 9)}${u32(plain)}${'z'.repeat(size)}`;

/** A window of these bytes. */
export function input(text: string): Input {
  const bytes = Uint8Array.from(Buffer.from(text, 'latin1'));
  return { bytes, view: new DataView(bytes.buffer), start: 0, end: bytes.length, at: 0 };
}

/** A cursor at the beginning of these bytes. */
export const cursor = (text: string) => new Cursor().from(input(text));
