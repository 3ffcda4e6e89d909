import { type Properties, readProperties } from './properties.js';

/** What stands in the body of a fetch's answer, or of a batch that is sent. */
export interface Bundle extends Properties {
  /** Messages; -1 if not all of them were seen. */
  count: number;
}

/** Magic of a stored message, of which the last byte is its format's. */
const MAGIC = 0xdaa320;
const FIRST_FORMAT = 0xa7;
const SECOND_FORMAT = 0xab;
/** From a message's size to its flags, and on to the address of the producer. */
const SYSTEM_FLAGS = 36;
const BORN_HOST = 48;
/** Bits of the flags: the addresses are IPv6. */
const BORN_V6 = 1 << 4;
const STORE_V6 = 1 << 5;

/** Reads the stored messages from `start` on, of which bytes are there up to `end`; they should end at `limit`. */
export function readStored(bytes: Uint8Array, view: DataView, start: number, end: number, limit: number): Bundle {
  const bundle: Bundle = { count: 0 };
  let at = start;
  while (at + 8 <= end) {
    const size = view.getInt32(at);
    const format = bytes[at + 7]!;
    const isStored = view.getUint32(at + 4) >>> 8 === MAGIC && (format === FIRST_FORMAT || format === SECOND_FORMAT);
    if (size < BORN_HOST || at + size > limit || !isStored) break;
    if (bundle.count++ === 0) firstProperties(bytes, view, at, Math.min(end, at + size), format, bundle);
    at += size;
  }
  if (at !== limit) bundle.count = -1;
  return bundle;
}

function firstProperties(
  bytes: Uint8Array,
  view: DataView,
  start: number,
  end: number,
  format: number,
  into: Properties,
): void {
  if (start + BORN_HOST > end) return;
  const flags = view.getInt32(start + SYSTEM_FLAGS);
  const bornHost = (flags & BORN_V6) !== 0 ? 20 : 8;
  const storeHost = (flags & STORE_V6) !== 0 ? 20 : 8;
  // Producer's address, time, broker's address, times consumed, offset of a transaction.
  const body = start + BORN_HOST + bornHost + 8 + storeHost + 4 + 8;
  if (body + 4 > end) return;
  const topic = body + 4 + view.getInt32(body);
  const topicSize = format === FIRST_FORMAT ? 1 : 2;
  if (topic < body || topic + topicSize > end) return;
  const properties = topic + topicSize + (topicSize === 1 ? bytes[topic]! : view.getUint16(topic));
  if (properties + 2 > end) return;
  const propertiesEnd = properties + 2 + view.getUint16(properties);
  if (propertiesEnd <= end) readProperties(bytes, properties + 2, propertiesEnd, into);
}

/** Counts the messages of a batch that is sent: each begins with its size, and has no other head in common. */
export function countBatch(view: DataView, start: number, end: number, limit: number): number {
  let count = 0;
  let at = start;
  while (at + 4 <= end) {
    const size = view.getInt32(at);
    if (size < 20 || at + size > limit) return -1;
    count++;
    at += size;
  }
  return at === limit ? count : -1;
}
