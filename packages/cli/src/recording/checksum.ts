import { crc32 } from 'node:zlib';

/** Bytes of a head, of a file or of a block, that stand before its checksum. */
const COVERED = 16;

/** CRC-32 over the first 16 bytes of a head and over what follows the head. */
export function checksum(head: Uint8Array, payload: Uint8Array): number {
  return crc32(payload, crc32(head.subarray(0, COVERED)));
}
