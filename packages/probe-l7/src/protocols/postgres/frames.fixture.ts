import { readFileSync } from 'node:fs';
import type { Script } from '../conversation.fixture.js';

/** A typed message: its type, its length, its body. */
export function frame(type: string, ...body: (string | number[])[]): string {
  const text = body.map((part) => (typeof part === 'string' ? part : String.fromCharCode(...part))).join('');
  return type + u32(text.length + 4) + text;
}

export const u16 = (value: number) => String.fromCharCode((value >> 8) & 0xff, value & 0xff);
export const u32 = (value: number) => u16(Math.floor(value / 0x1_0000)) + u16(value & 0xffff);

/** Messages of the client. */
export const query = (sql: string) => frame('Q', `${sql}\0`);
export const parse = (name: string, sql: string) => frame('P', `${name}\0${sql}\0`, u16(0));
export const bind = (portal: string, statement: string, ...values: string[]) =>
  frame(
    'B',
    `${portal}\0${statement}\0`,
    u16(0),
    u16(values.length),
    ...values.map((value) => u32(value.length) + value),
    u16(0),
  );
export const describeFrame = (kind: 'S' | 'P', name: string) => frame('D', `${kind}${name}\0`);
export const execute = (portal = '', rows = 0) => frame('E', `${portal}\0`, u32(rows));
export const closeFrame = (kind: 'S' | 'P', name: string) => frame('C', `${kind}${name}\0`);
export const sync = frame('S');
export const flush = frame('H');
export const startup = (parameters: Record<string, string>, version = 0x3_0000) => {
  const body = `${u32(version)}${Object.entries(parameters)
    .map(([name, value]) => `${name}\0${value}\0`)
    .join('')}\0`;
  return u32(body.length + 4) + body;
};
export const untyped = (code: number, rest = '') => u32(8 + rest.length) + u32(code) + rest;

/** Messages of the server. */
export const parsed = frame('1');
export const bound = frame('2');
export const closed = frame('3');
export const noData = frame('n');
export const ready = (status = 'I') => frame('Z', status);
export const tag = (text: string) => frame('C', `${text}\0`);
export const columns = (...names: string[]) =>
  frame('T', u16(names.length), ...names.map((name) => `${name}\0${'\0'.repeat(18)}`));
export const row = (...values: (string | null)[]) =>
  frame(
    'D',
    u16(values.length),
    ...values.map((value) => (value === null ? u32(0xffff_ffff) : u32(value.length) + value)),
  );
export const error = (code: string, message: string, severity = 'ERROR') =>
  frame('E', `S${severity}\0V${severity}\0C${code}\0M${message}\0\0`);
export const authenticationOk = frame('R', u32(0));
export const parameter = (name: string, value: string) => frame('S', `${name}\0${value}\0`);

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
