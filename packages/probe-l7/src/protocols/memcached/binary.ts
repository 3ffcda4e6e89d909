import { type Input, Interner, type Verdict } from '@sonde/core';
import { OPCODES, STATUSES } from './commands.js';
import type { MemcachedRequest, MemcachedResponse } from './messages.js';

/** Bytes of the header of both, requests and responses. */
export const HEADER = 24;
/** First byte of a request, and of a response. */
export const Magic = { request: 0x80, response: 0x81 } as const;
/** Longest key. */
const MAX_KEY = 250;
/** Longest body that is believed: values of 128 MiB (the server's largest item) and what goes with them. */
const MAX_BODY = 2 ** 27 + 4096;
const STATS = 0x10;

const keys = new Interner({ capacity: 4096, longest: 64, encoding: 'utf8' });

/** Whether the header at the window's start is one of `magic`, as far as it is there. */
export function checkHeader({ bytes, view, start, end }: Input, magic: number): Verdict {
  if (bytes[start] !== magic) return 'no';
  if (end - start < HEADER) return 'more';
  const keyLength = view.getUint16(start + 2);
  const extras = bytes[start + 4]!;
  const body = view.getUint32(start + 8);
  const known = OPCODES.has(bytes[start + 1]!) && bytes[start + 5] === 0 && keyLength <= MAX_KEY && extras <= 20;
  if (!known || body < keyLength + extras || body > MAX_BODY) return 'no';
  const status = view.getUint16(start + 6);
  return magic === Magic.request ? (status === 0 ? 'yes' : 'no') : STATUSES.has(status) ? 'yes' : 'no';
}

/** Bytes that {@link readRequest} needs: the header, extras and the key. */
export function requestHead({ bytes, view, start }: Input): number {
  return HEADER + bytes[start + 4]! + view.getUint16(start + 2);
}

/** Bytes of the message at the window's start, its value included. */
export function wholeLength({ view, start }: Input): number {
  return HEADER + view.getUint32(start + 8);
}

/** Makes the request whose head is in the window. */
export function readRequest({ bytes, view, start }: Input): MemcachedRequest {
  const { operation, quiet } = OPCODES.get(bytes[start + 1]!)!;
  const keyLength = view.getUint16(start + 2);
  const keyStart = start + HEADER + bytes[start + 4]!;
  const message: MemcachedRequest = {
    kind: quiet ? 'oneway' : 'request',
    operation,
    resource: keyLength === 0 ? null : keys.take(bytes, keyStart, keyStart + keyLength),
    keyCount: keyLength === 0 ? 0 : 1,
    encoding: 'binary',
    opaque: view.getUint32(start + 12),
  };
  const value = view.getUint32(start + 8) - keyLength - bytes[start + 4]!;
  if (value > 0) message.valueBytes = value;
  return message;
}

/** Makes the response whose header is in the window. Statistics end with one that has no key. */
export function readResponse({ bytes, view, start }: Input): MemcachedResponse {
  const opcode = bytes[start + 1]!;
  const keyLength = view.getUint16(start + 2);
  const { status, failed } = STATUSES.get(view.getUint16(start + 6))!;
  const { operation, quiet } = OPCODES.get(opcode)!;
  const value = view.getUint32(start + 8) - keyLength - bytes[start + 4]!;
  const message: MemcachedResponse = { kind: 'response', status, failed, opaque: view.getUint32(start + 12) };
  if (quiet) message.kind = 'control';
  else if (opcode === STATS && keyLength > 0 && !failed) message.kind = 'interim';
  if (status === 'OK' && (operation.startsWith('GET') || operation.startsWith('GAT'))) {
    message.hits = 1;
    message.valueBytes = value;
  }
  return message;
}
