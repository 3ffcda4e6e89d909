/** Bytes of a segment's header with its CRC24: plain, and with LZ4. */
export const PLAIN_HEADER = 6;
export const LZ4_HEADER = 8;
/** Longest payload, 128 KiB less a byte. */
export const MAX_PAYLOAD = 0x1_ffff;
/** CRC32 of the payload, after it. */
export const TRAILER = 4;

const INITIAL = 0x87_5060;
const POLYNOMIAL = 0x197_4f0b;

const TABLE = new Int32Array(256);
for (let byte = 0; byte < 256; byte++) {
  let crc = byte << 16;
  for (let bit = 0; bit < 8; bit++) {
    crc <<= 1;
    if ((crc & 0x100_0000) !== 0) crc ^= POLYNOMIAL;
  }
  TABLE[byte] = crc;
}

/** CRC24 of the first bytes of a segment's header, as version 5 of the protocol defines it (section 2.2). */
export function crc24(bytes: Uint8Array, at: number, count: number): number {
  let crc = INITIAL;
  for (let index = 0; index < count; index++) {
    crc = ((crc << 8) ^ TABLE[((crc >>> 16) ^ bytes[at + index]!) & 0xff]!) & 0xff_ffff;
  }
  return crc;
}

/** Whether a header without compression begins here, by its CRC. Six bytes have to be there. */
export function isPlainHeader(bytes: Uint8Array, at: number): boolean {
  if ((bytes[at + 2]! & 0xfc) !== 0) return false;
  return crc24(bytes, at, 3) === u24(bytes, at + 3);
}

/** Whether a header with LZ4 begins here, by its CRC. Eight bytes have to be there. */
export function isLz4Header(bytes: Uint8Array, at: number): boolean {
  if ((bytes[at + 4]! & 0xf8) !== 0) return false;
  return crc24(bytes, at, 5) === u24(bytes, at + 5);
}

/** Bytes of the payload on the wire, {@link MAX_PAYLOAD} at most. */
export function payloadSize(bytes: Uint8Array, at: number): number {
  return u24(bytes, at) & MAX_PAYLOAD;
}

/** Bytes of the payload once it is decompressed; 0 if it isn't compressed. Only for headers with LZ4. */
export function originalSize(bytes: Uint8Array, at: number): number {
  return (u24(bytes, at + 2) >>> 1) & MAX_PAYLOAD;
}

/** Whether the segment holds whole envelopes, and not a part of a long one. */
export function isSelfContained(bytes: Uint8Array, at: number, lz4: boolean): boolean {
  return lz4 ? (bytes[at + 4]! & 4) !== 0 : (bytes[at + 2]! & 2) !== 0;
}

function u24(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
}
