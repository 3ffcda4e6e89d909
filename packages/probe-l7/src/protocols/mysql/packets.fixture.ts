import { readFileSync } from 'node:fs';
import type { Script } from '../conversation.fixture.js';

const chars = (...codes: number[]) => String.fromCharCode(...codes.map((code) => code & 0xff));

export const u16 = (value: number) => chars(value, value >> 8);
export const u32 = (value: number) => u16(value & 0xffff) + u16(value >>> 16);
/** A length-encoded integer. */
export const integer = (value: number) =>
  value < 0xfb
    ? chars(value)
    : value < 0x1_0000
      ? `\xfc${u16(value)}`
      : `\xfd${u16(value & 0xffff)}${chars(value >> 16)}`;
/** A length-encoded text. */
export const text = (value: string) => integer(value.length) + value;

/** A packet: length, sequence number, payload. */
export const packet = (sequence: number, payload: string) =>
  u16(payload.length & 0xffff) + chars(payload.length >> 16, sequence) + payload;

/** Payloads in packets whose sequence numbers begin with `first`. */
export const packets = (first: number, ...payloads: string[]) =>
  payloads.map((payload, index) => packet((first + index) & 0xff, payload)).join('');

/** A command of the client. */
export const command = (code: number, rest = '') => packet(0, chars(code) + rest);
export const query = (sql: string) => command(3, sql);
export const prepare = (sql: string) => command(0x16, sql);
export const execute = (id: number, rest = '') => command(0x17, `${u32(id)}\0${u32(1)}${rest}`);

/** Payloads of the server. */
export const ok = (affected = 0, status = 2, warnings = 0) => `\0${integer(affected)}\0${u16(status)}${u16(warnings)}`;
export const eof = (status = 2, warnings = 0) => `\xfe${u16(warnings)}${u16(status)}`;
/** The OK packet that stands for EOF. */
export const end = (status = 2) => `\xfe\0\0${u16(status)}${u16(0)}`;
export const error = (code: number, state: string, message: string) => `\xff${u16(code)}#${state}${message}`;
export const column = (name: string) =>
  `${text('def')}${text('s')}${text('t')}${text('t')}${text(name)}${text(name)}\x0c${u16(33)}${u32(255)}\xfd${u16(0)}\0${u16(0)}`;
export const prepareOk = (id: number, columns: number, parameters: number) =>
  `\0${u32(id)}${u16(columns)}${u16(parameters)}\0${u16(0)}`;
/** A result set of one column with EOF packets. */
export const resultSet = (first: number, rows: string[], status = 2) =>
  packets(first, '\x01', column('a'), eof(), ...rows.map(text), eof(status));

/** A server's greeting; `capabilities` of both halves. */
export const greeting = (version = '8.0.36', capabilities = 0x00ff_f7df) =>
  packet(
    0,
    `\x0a${version}\0${u32(7)}abcdefgh\0${u16(capabilities & 0xffff)}\x21${u16(2)}${u16(capabilities >>> 16)}\x15${'\0'.repeat(10)}ijklmnopqrst\0mysql_native_password\0`,
  );
/** A client's login. */
export const login = (user: string, database: string | null = null, capabilities = 0x0000_a200) => {
  const flags = capabilities | (database === null ? 0 : 8);
  return packet(
    1,
    `${u32(flags)}${u32(0x100_0000)}\x21${'\0'.repeat(23)}${user}\0\x08hunter22${database === null ? '' : `${database}\0`}`,
  );
};

/** A session recorded from a real server, as a script. */
export function sample(name: string): Script {
  const lines = readFileSync(new URL(`samples/${name}.jsonl`, import.meta.url), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => {
    const { from, hex } = JSON.parse(line) as { from: 'client' | 'server'; hex: string };
    return [from === 'client', Uint8Array.from(Buffer.from(hex, 'hex'))] as const;
  });
}
