import { ElfError } from './elf-error.js';
import { viewOf } from './fields.js';
import { corrupt, LzmaDecoder, Output } from './lzma-decoder.js';

/** @default 64 MiB: the mini debug information of the largest programs unpacks to less than 10. */
const mostUnpacked = 64 << 20;
const lzma2Filter = 0x21;

/**
 * Unpacks an `.xz` file with LZMA2 only, which is what `.gnu_debugdata` holds (The .xz File Format 1.1.0). Checksums
 * aren't verified: the data lies in a file that runs, and what comes out is read with bounds anyway.
 *
 * @throws ElfError `ELF_MALFORMED`, `ELF_UNSUPPORTED` (another filter) or `ELF_TOO_LARGE`
 */
export function unpackXz(bytes: Uint8Array, limit = mostUnpacked): Uint8Array {
  if (bytes.length < 12 || viewOf(bytes).getUint32(0) !== 0xfd377a58 || viewOf(bytes).getUint16(4) !== 0x5a00) {
    throw new ElfError('ELF_MALFORMED', 'compressed symbols are not in xz format');
  }
  const check = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64][bytes[7]! & 0xf]!;
  const output = new Output(limit);
  let at = 12;
  // A zero byte in the place of a block's header begins the index: no more blocks.
  while (at < bytes.length && bytes[at] !== 0) {
    const headerSize = (bytes[at]! + 1) * 4;
    checkFilters(bytes.subarray(at, at + headerSize));
    const dataAt = at + headerSize;
    const end = unpackLzma2(bytes, dataAt, output);
    at = dataAt + Math.ceil((end - dataAt) / 4) * 4 + check;
  }
  return output.bytes.subarray(0, output.length);
}

function checkFilters(header: Uint8Array): void {
  const flags = header[1] ?? 0;
  let at = 2;
  if (flags & 0x40) at = skipInteger(header, at);
  if (flags & 0x80) at = skipInteger(header, at);
  if ((flags & 3) !== 0 || header[at] !== lzma2Filter) {
    throw new ElfError('ELF_UNSUPPORTED', 'compressed symbols use an xz filter other than LZMA2');
  }
}

function skipInteger(header: Uint8Array, at: number): number {
  let end = at;
  while (end < header.length && (header[end]! & 0x80) !== 0) end++;
  return end + 1;
}

/** @returns where the chunks end */
function unpackLzma2(bytes: Uint8Array, start: number, output: Output): number {
  const decoder = new LzmaDecoder();
  let dictionaryStart = output.length;
  let hasProperties = false;
  let at = start;
  for (;;) {
    const control = bytes[at++];
    if (control === undefined) throw corrupt();
    if (control === 0) return at;
    if (control === 1 || control >= 0xe0) dictionaryStart = output.length;
    if (control < 0x80) {
      if (control > 2) throw corrupt();
      at = copyChunk(bytes, at, output);
      continue;
    }
    if (at + 4 > bytes.length) throw corrupt();
    const unpacked = ((control & 0x1f) << 16) + (bytes[at]! << 8) + bytes[at + 1]! + 1;
    const packed = (bytes[at + 2]! << 8) + bytes[at + 3]! + 1;
    at += 4;
    if (control >= 0xc0) {
      decoder.setProperties(bytes[at++] ?? 255);
      hasProperties = true;
    } else if (control >= 0xa0) {
      decoder.resetState();
    }
    if (!hasProperties || at + packed > bytes.length) throw corrupt();
    decoder.decode(bytes.subarray(at, at + packed), output, unpacked, dictionaryStart);
    at += packed;
  }
}

function copyChunk(bytes: Uint8Array, at: number, output: Output): number {
  if (at + 2 > bytes.length) throw corrupt();
  const size = (bytes[at]! << 8) + bytes[at + 1]! + 1;
  const chunk = bytes.subarray(at + 2, at + 2 + size);
  if (chunk.length < size) throw corrupt();
  output.reserve(size);
  output.bytes.set(chunk, output.length);
  output.length += size;
  return at + 2 + size;
}
