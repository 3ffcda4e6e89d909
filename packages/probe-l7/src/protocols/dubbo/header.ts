import type { Direction, Input, Verdict } from '@sonde/core';

/** Bytes before the body: magic, flags, status, id of the request, length of the body. */
export const HEADER = 16;
/** First and second byte of every message. */
export const MAGIC = [0xda, 0xbb] as const;
/** Longest body that is believed: a provider refuses more than 8 MiB unless configured. */
export const MAX_BODY = 256 * 1024 * 1024;

/** Bits of the flags; the lowest five are the serialization. */
export const Flag = { request: 0x80, twoWay: 0x40, event: 0x20, serialization: 0x1f } as const;

const OK = 20;

/** Names of the status byte (`org.apache.dubbo.remoting.exchange.Response`). */
const STATUSES: ReadonlyMap<number, string> = new Map([
  [OK, 'OK'],
  [25, 'SERIALIZATION_ERROR'],
  [30, 'CLIENT_TIMEOUT'],
  [31, 'SERVER_TIMEOUT'],
  [35, 'CHANNEL_INACTIVE'],
  [40, 'BAD_REQUEST'],
  [50, 'BAD_RESPONSE'],
  [60, 'SERVICE_NOT_FOUND'],
  [70, 'SERVICE_ERROR'],
  [80, 'SERVER_ERROR'],
  [90, 'CLIENT_ERROR'],
  [100, 'SERVER_THREADPOOL_EXHAUSTED_ERROR'],
]);

/** Name of a status: `OK`, `SERVER_TIMEOUT`, `UNKNOWN_7`. */
export function statusName(status: number): string {
  return STATUSES.get(status) ?? `UNKNOWN_${status}`;
}

/** Whether the status says that the call reached the service and came back. */
export function isOk(status: number): boolean {
  return status === OK;
}

/** Whether the bytes that are there may be the beginning of a message. */
export function isMagic(bytes: Uint8Array, start: number, end: number): boolean {
  return bytes[start] === MAGIC[0] && (start + 1 >= end || bytes[start + 1] === MAGIC[1]);
}

/** Length of the body of the header at `start`, or -1 where none is believed. */
export function bodyLength(view: DataView, start: number): number {
  const length = view.getInt32(start + 12);
  return length >= 0 && length <= MAX_BODY ? length : -1;
}

/** Id of the header at `start`: 64 bits, a string of digits where a number can't hold it. */
export function requestId(view: DataView, start: number): number | string {
  const high = view.getInt32(start + 4);
  const low = view.getUint32(start + 8);
  return high >= 0 && high < 0x20_0000 ? high * 0x1_0000_0000 + low : view.getBigInt64(start + 4).toString();
}

/** Whether the window begins with a header as `direction` carries it: requests of the consumer, answers of the provider. */
export function checkHeader({ bytes, view, start, end }: Input, direction: Direction): Verdict {
  if (!isMagic(bytes, start, end)) return 'no';
  if (end - start < HEADER) return 'more';
  const flags = bytes[start + 2]!;
  const status = bytes[start + 3]!;
  if ((flags & Flag.serialization) === 0 || bodyLength(view, start) < 0) return 'no';
  const isRequest = (flags & Flag.request) !== 0;
  if (isRequest !== (direction === 'request')) return 'no';
  return (isRequest ? status === 0 : STATUSES.has(status)) ? 'yes' : 'no';
}
