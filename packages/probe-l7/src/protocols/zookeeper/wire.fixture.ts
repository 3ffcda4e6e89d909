import { toBytes } from '../conversation.fixture.js';

type Part = string | readonly number[] | Uint8Array;

/** Bytes of some parts; strings are latin1. */
export function join(...parts: Part[]): Buffer {
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? toBytes(part) : Uint8Array.from(part))));
}

/** Four bytes. */
export function int(value: number): number[] {
  return [(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}

/** A string, or a buffer, with its length. */
export const text = (value: string) => join(int(value.length), value);

/** A message with its length. */
export function message(...parts: Part[]): Buffer {
  const body = join(...parts);
  return join(int(body.length), body);
}

/** A request: xid, number of the operation, fields. */
export const request = (xid: number, type: number, ...parts: Part[]) => message(int(xid), int(type), ...parts);
/** A reply: xid, a transaction, error, fields. */
export const reply = (xid: number, error = 0, ...parts: Part[]) =>
  message(int(xid), int(0), int(77), int(error), ...parts);

export const CONNECT = message(int(0), int(0), int(0), int(4000), int(0), int(0), text('\0'.repeat(16)), [0]);
export const CONNECTED = message(int(0), int(4000), int(1), int(5), text('secretsecretsecr'), [0]);
export const PING = request(-2, 11);
/** A permission for everybody. */
export const ACL = join(int(1), int(31), text('world'), text('anyone'));
/** Statistics of a node whose data has this version. */
export const stat = (version: number) => join(new Uint8Array(32), int(version), new Uint8Array(32));
/** A header within a multi. */
export const part = (type: number, done = 0, error = -1) => join(int(type), [done], int(error));
