import type { Verdict } from '@sonde/core';
import { isFlexible, isKnownApi, MAX_API_KEY, MAX_VERSION } from './apis.js';
import { BodyReader } from './body-reader.js';
import { type Field, readLayout } from './layout.js';
import { LAYOUTS } from './layouts.js';
import { utf8 } from './text.js';

/** Size field, API key, version, correlation id and length of the client id. */
export const REQUEST_HEADER = 14;
/** Size field and correlation id. */
export const RESPONSE_HEADER = 8;
/** Largest message that is believed: `socket.request.max.bytes` of a broker is 100 MiB unless configured. */
export const MAX_MESSAGE = 256 * 1024 * 1024;

/** One reader serves all connections: its results are taken before the next message is read. */
export const body = new BodyReader();

const layouts = new Map<number, readonly Field[] | null>();

/** Layout of a request's (0) or response's (1) body, or null where it isn't known. */
export function layoutOf(key: number, version: number, side: 0 | 1): readonly Field[] | null {
  const index = (key * (MAX_VERSION + 1) + version) * 2 + side;
  let layout = layouts.get(index);
  if (layout === undefined) {
    const text = LAYOUTS[key]?.[side];
    layout = text === undefined ? null : readLayout(text, version);
    layouts.set(index, layout);
  }
  return layout;
}

/** Where the client id of a request's header ends. */
export function clientIdEnd(view: DataView, start: number): number {
  return start + REQUEST_HEADER + Math.max(0, view.getInt16(start + 12));
}

/** Client id of a request's header, as far as it was captured; null where the client gave none. */
export function clientIdOf(bytes: Uint8Array, view: DataView, start: number, end: number): string | null {
  if (view.getInt16(start + 12) < 0) return null;
  return utf8(bytes, start + REQUEST_HEADER, Math.min(end, clientIdEnd(view, start)));
}

/** Whether a request's header may stand here: its size, API, version and client id are such as clients send. */
export function isHeader(bytes: Uint8Array, view: DataView, start: number, end: number): Verdict {
  if (end - start < REQUEST_HEADER) return isBegun(bytes, start, end) ? 'more' : 'no';
  const size = view.getInt32(start);
  const key = view.getInt16(start + 4);
  const version = view.getInt16(start + 6);
  const length = view.getInt16(start + 12);
  if (size < REQUEST_HEADER - 4 || size > MAX_MESSAGE) return 'no';
  if (key < 0 || key > MAX_API_KEY || version < 0 || version > MAX_VERSION) return 'no';
  if (length < -1 || length > size - (REQUEST_HEADER - 4)) return 'no';
  const idEnd = Math.min(end, clientIdEnd(view, start));
  for (let at = start + REQUEST_HEADER; at < idEnd; at++) if (bytes[at]! < 0x20 || bytes[at] === 0x7f) return 'no';
  return 'yes';
}

/** As much of a header as there is. */
function isBegun(bytes: Uint8Array, start: number, end: number): boolean {
  if (end > start && bytes[start]! > MAX_MESSAGE >> 24) return false;
  if (end > start + 4 && bytes[start + 4] !== 0) return false;
  return end <= start + 6 || bytes[start + 6] === 0;
}

/**
 * Whether a request begins here: a header, and a body that agrees with its API's layout to the last byte, or as far as
 * it was captured. An API whose layout isn't known has to come with a client's name.
 */
export function isRequest(bytes: Uint8Array, view: DataView, start: number, end: number): Verdict {
  const header = isHeader(bytes, view, start, end);
  if (header !== 'yes') return header;
  const limit = start + 4 + view.getInt32(start);
  const key = view.getInt16(start + 4);
  const version = view.getInt16(start + 6);
  const idEnd = clientIdEnd(view, start);
  if (idEnd > end) return 'more';
  const layout = layoutOf(key, version, 0);
  if (layout === null) return isKnownApi(key) && idEnd - start > REQUEST_HEADER ? 'yes' : 'no';
  const reading = readRequestBody(bytes, view, start, end, layout);
  if (reading === 'bad' || (reading === 'whole' && body.position !== limit)) return 'no';
  if (key === 0 && (body.facts.partitions === undefined || !isAcks(body.acks)) && reading === 'whole') return 'no';
  if (body.acks !== undefined && !isAcks(body.acks)) return 'no';
  if (reading === 'whole') return 'yes';
  return body.position - start >= ENOUGH && idEnd - start > REQUEST_HEADER ? 'yes' : 'more';
}

/** Reads the body of the request at `start` with the shared reader. */
export function readRequestBody(
  bytes: Uint8Array,
  view: DataView,
  start: number,
  end: number,
  layout: readonly Field[],
): 'whole' | 'short' | 'bad' {
  const key = view.getInt16(start + 4);
  const flexible = isFlexible(key, view.getInt16(start + 6));
  const limit = start + 4 + view.getInt32(start);
  return body.read(bytes, view, clientIdEnd(view, start), end, limit, layout, flexible, flexible);
}

function isAcks(value: number | undefined): boolean {
  return value === 0 || value === 1 || value === -1;
}

/** Of a request that isn't whole, so many bytes have to agree. */
const ENOUGH = 40;
