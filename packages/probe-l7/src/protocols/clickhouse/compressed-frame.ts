import type { Cursor } from './cursor.js';

/**
 * The frames that compressed blocks are cut into: a checksum of 16 bytes, the method, the length of the frame without
 * its checksum, the length of what it holds.
 *
 * @see https://clickhouse.com/docs/native-protocol/compression
 */
const CHECKSUM = 16;
/** Bytes before what is compressed. */
export const FRAME_HEADER = CHECKSUM + 9;
/** A frame holds at most this much. */
const LARGEST = 0x4000_0000;
/** No writer fills its frames with less than this before it begins the next. */
const SMALLEST_FULL = 0x1_0000;
/** ClickHouse fills its frames with this much. */
const FULL = 0x10_0000;
/** Packets have no larger type. */
const LARGEST_TYPE = 19;

/** Codes of methods: none, LZ4, ZSTD, several, delta, T64, double delta, Gorilla, AES, and what came after. */
const METHODS = new Set([0x02, 0x82, 0x90, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9a, 0x9b]);

/** Whether a frame begins at `at`; all of {@link FRAME_HEADER} has to be there. */
export function isFrame(bytes: Uint8Array, view: DataView, at: number): boolean {
  if (!METHODS.has(bytes[at + CHECKSUM]!)) return false;
  const size = view.getUint32(at + CHECKSUM + 1, true);
  const plain = view.getUint32(at + CHECKSUM + 5, true);
  if (size < 10 || size > LARGEST || plain === 0 || plain > LARGEST) return false;
  return bytes[at + CHECKSUM] !== 0x02 || size === plain + 9;
}

/** Bytes of the frame that begins at `at`. */
export function frameBytes(view: DataView, at: number): number {
  return CHECKSUM + view.getUint32(at + CHECKSUM + 1, true);
}

/** Bytes that the frame at `at` holds when it is decompressed. */
export function plainBytes(view: DataView, at: number): number {
  return view.getUint32(at + CHECKSUM + 5, true);
}

/**
 * Whether more of the same block may follow a frame that held `plain` bytes, as far as the next byte tells: the types of
 * packets are small numbers, and a checksum seldom begins with one.
 *
 * @returns null if the next byte isn't there yet
 */
export function mayBeFollowed(plain: number, { bytes, at, end }: Cursor): boolean | null {
  if (plain < SMALLEST_FULL) return false;
  if (at >= end) return null;
  return plain >= FULL || bytes[at]! > LARGEST_TYPE;
}
