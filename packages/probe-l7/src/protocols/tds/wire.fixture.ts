import type { Input } from '@sonde/core';
import { PayloadReader } from './payload-reader.js';

export const chars = (...codes: number[]) => String.fromCharCode(...codes);
export const u16 = (value: number) => chars(value & 255, (value >> 8) & 255);
export const u32 = (value: number) => u16(value & 0xffff) + u16(value >>> 16);
export const u64 = (value: number) => u32(value % 0x1_0000_0000) + u32(Math.floor(value / 0x1_0000_0000));
/** Text as it travels: two bytes for each character. */
export const wide = (text: string) => text.replace(/./gs, (character) => u16(character.charCodeAt(0)));
/** Text with its length in characters before it, in one byte, and in two. */
export const short = (text: string) => chars(text.length) + wide(text);
export const long = (text: string) => u16(text.length) + wide(text);

/** A window of these bytes. */
export function input(text: string): Input {
  const bytes = Uint8Array.from(Buffer.from(text, 'latin1'));
  return { bytes, view: new DataView(bytes.buffer), start: 0, end: bytes.length, at: 0 };
}

/** A reader of these bytes. */
export function reader(text: string): PayloadReader {
  const window = input(text);
  return new PayloadReader().from(window, 0, window.end);
}

/** A packet. */
export const packet = (type: number, payload: string, { status = 1, id = 1 } = {}) =>
  `${chars(type, status, (payload.length + 8) >> 8, (payload.length + 8) & 255)}\0\0${chars(id)}\0${payload}`;

/** A message in packets of so many bytes of payload; the last one has `status`. */
export function packets(type: number, payload: string, size: number, status = 1): string {
  const all: string[] = [];
  for (let at = 0; at < payload.length; at += size) {
    const last = at + size >= payload.length;
    all.push(packet(type, payload.slice(at, at + size), { status: last ? status : 0, id: all.length + 1 }));
  }
  return all.join('');
}

/** The headers before statements: one of a transaction. */
export const HEADERS = `${u32(22)}${u32(18)}${u16(2)}${'\0'.repeat(8)}${u32(1)}`;
export const batch = (sql: string, status = 1) => packet(1, HEADERS + wide(sql), { status });
/** A call by number or by name. */
export const call = (procedure: number | string, ...parameters: string[]) =>
  `${typeof procedure === 'number' ? u16(0xffff) + u16(procedure) : long(procedure)}\0\0${parameters.join('')}`;
export const rpc = (procedure: number | string, ...parameters: string[]) =>
  packet(3, HEADERS + call(procedure, ...parameters));
export const answer = (payload: string) => packet(4, payload);

/** How text is sorted and compared. */
export const COLLATION = '\x09\x04\xd0\0\x34';
/** Parameters of a call: name, status, type, value. */
export const parameter = (name: string, type: string, value: string, status = 0) =>
  short(name) + chars(status) + type + value;
export const int = (value: number | null, name = '') =>
  parameter(name, '\x26\x04', value === null ? '\0' : `\x04${u32(value)}`, 1);
export const nvarchar = (text: string | null, name = '') =>
  parameter(name, `\xe7${u16(8000)}${COLLATION}`, text === null ? u16(0xffff) : u16(text.length * 2) + wide(text));
/** A value in chunks, without its length known before. */
export const chunks = (...texts: string[]) =>
  `\xfe${'\xff'.repeat(7)}${texts.map((text) => u32(text.length) + text).join('')}${u32(0)}`;

/** A DONE (0xfd), DONEPROC (0xfe) or DONEINPROC (0xff) of TDS 7.2 and later. */
export const done = (flags = 0, count = 0, command = 0xc1, code = 0xfd) =>
  chars(code) + u16(flags) + u16(command) + u64(count);
/** The same of TDS 7.1. */
export const oldDone = (flags = 0, count = 0, command = 0xc1, code = 0xfd) =>
  chars(code) + u16(flags) + u16(command) + u32(count);
/** A token with its length in two bytes. */
export const sized = (code: number, body: string) => chars(code) + u16(body.length) + body;
export const error = (number: number, text: string, severity = 16, code = 0xaa) =>
  sized(code, u32(number) + chars(1, severity) + long(text) + short('srv') + short('') + u32(1));
export const database = (name: string, before = 'master') => sized(0xe3, `\x01${short(name)}${short(before)}`);
/** LOGINACK; the version's first byte comes first. */
export const loginAck = (version = '\x74\0\0\x04', name = 'Microsoft SQL Server') =>
  sized(0xad, `\x01${version}${short(name)}\x10\0\x03\xe8`);

/** A column of a result: name, type, bytes of a value, and the table that large objects name. */
export type Column = readonly [name: string, type: string, value: string, table?: string];
/** Descriptions of columns; in TDS 7.1 with shorter types of the user's. */
export const columns = (all: readonly Column[], old = false) =>
  `\x81${u16(all.length)}${all.map(([name, type, , table = '']) => (old ? u16(0) : u32(0)) + u16(9) + type + table + short(name)).join('')}`;
export const row = (all: readonly Column[]) => `\xd1${all.map(([, , value]) => value).join('')}`;
/** One column of int. */
export const N: Column = ['n', '\x26\x04', `\x04${u32(7)}`];

/** A PreLogin that says these of encryption. */
export const prelogin = (encryption: number) =>
  `\0\0\x0b\0\x06\x01\0\x11\0\x01\xff\x10\0\x03\xe8\0\0${chars(encryption)}`;
/** A Login7, with a password that nobody should see. */
export function login({
  user = 'app',
  application = 'shop',
  database: name = 'master',
  version = '\x04\0\0\x74',
} = {}) {
  const texts = ['host', user, 'hunter22', application, 'server', '', 'library', '', name];
  let at = 94;
  let places = '';
  for (const text of texts) {
    places += u16(at) + u16(text.length);
    at += 2 * text.length;
  }
  const fixed = `${version}${u32(4096)}${u32(7)}${u32(1)}${u32(0)}\xe0\x03\0\0${u32(0)}${u32(0x409)}`;
  const rest = `${'\0'.repeat(6)}${u16(at)}\0\0${u16(at)}\0\0${u16(at)}\0\0${u32(0)}`;
  return u32(at) + fixed + places + rest + texts.map(wide).join('');
}
