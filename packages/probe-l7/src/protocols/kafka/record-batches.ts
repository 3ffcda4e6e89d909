import { utf8 } from './text.js';

/** What the batches of one partition say. */
export interface Batches {
  /** Records in all batches that were seen. */
  count: number;
  /** Offset of the first record. */
  baseOffset: number;
  /** W3C `traceparent` of the first record, if it isn't compressed. */
  traceparent: string | undefined;
}

const HEADER = 61;
const MAGIC = 16;
const TWO_32 = 4_294_967_296;
/** Offset and size stand before each batch, and before each message of the formats before version 2. */
const PREFIX = 12;

/**
 * Reads the headers of record batches (format 2, Kafka 0.11 and later) or of the older message sets; records themselves
 * are stepped over. Null if not even the first header was captured.
 */
export function readRecords(bytes: Uint8Array, view: DataView, start: number, end: number): Batches | null {
  if (end - start < MAGIC + 1) return null;
  const batches: Batches = {
    count: 0,
    baseOffset: view.getInt32(start) * TWO_32 + view.getUint32(start + 4),
    traceparent: undefined,
  };
  for (let at = start; at + MAGIC < end; ) {
    const size = view.getInt32(at + 8);
    if (size < MAGIC + 1 - PREFIX) break;
    if (bytes[at + MAGIC] !== 2) batches.count++;
    else if (at + HEADER <= end) {
      batches.count += Math.max(0, view.getInt32(at + 57));
      const compressed = (bytes[at + 22]! & 7) !== 0;
      if (at === start && !compressed) batches.traceparent = firstTraceparent(bytes, at + HEADER, end);
    }
    at += PREFIX + size;
  }
  return batches;
}

/** `traceparent` among the headers of the record at `start`. */
function firstTraceparent(bytes: Uint8Array, start: number, end: number): string | undefined {
  const record = new Varints(bytes, start, end);
  record.next(); // length
  record.position++; // attributes
  record.next(); // timestamp
  record.next(); // offset
  record.skip(); // key
  record.skip(); // value
  for (let headers = Math.min(record.next(), 64); headers > 0; headers--) {
    const keyLength = record.next();
    const key = record.position;
    record.position += Math.max(0, keyLength);
    const length = record.next();
    const value = record.position;
    record.position += Math.max(0, length);
    if (record.position > end) return undefined;
    if (keyLength === 11 && length === 55 && utf8(bytes, key, key + keyLength) === 'traceparent') {
      return utf8(bytes, value, value + length);
    }
  }
  return undefined;
}

/** Signed variable-length numbers as records have them (zigzag). Beyond the end everything is 0. */
class Varints {
  position: number;
  readonly #bytes: Uint8Array;
  readonly #end: number;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes;
    this.position = start;
    this.#end = end;
  }

  next(): number {
    let value = 0;
    for (let scale = 1; this.position < this.#end; scale *= 128) {
      const byte = this.#bytes[this.position++]!;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
      if (scale > 2 ** 49) break;
    }
    this.position = this.#end + 1;
    return 0;
  }

  skip(): void {
    const length = this.next();
    this.position += Math.max(0, length);
  }
}
