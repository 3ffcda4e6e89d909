import type { ByteSource } from './byte-source.js';

const HEADER_BYTES = 10;
const DEFLATE = 8;
/** Flags (RFC 1952 §2.3.1). */
const Flag = { headerCrc: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 } as const;
/** Names and comments that are longer than this are damage. */
const MAX_TEXT = 65_536;

/** Takes the header of a gzip member (RFC 1952 §2.3); false, with nothing taken, where none begins. */
export async function takeGzipHeader(source: ByteSource): Promise<boolean> {
  const head = await source.peek(HEADER_BYTES);
  if (head.length < HEADER_BYTES || head[0] !== 0x1f || head[1] !== 0x8b || head[2] !== DEFLATE) return false;
  const flags = head[3]!;
  if ((flags & Flag.reserved) !== 0) return false;
  let length = HEADER_BYTES;
  if ((flags & Flag.extra) !== 0) {
    const bytes = await source.peek(length + 2);
    if (bytes.length < length + 2) return false;
    length += 2 + bytes.readUInt16LE(length);
  }
  for (const flag of [Flag.name, Flag.comment]) {
    if ((flags & flag) === 0) continue;
    const end = (await source.peek(length + MAX_TEXT)).indexOf(0, length);
    if (end < 0) return false;
    length = end + 1;
  }
  if ((flags & Flag.headerCrc) !== 0) length += 2;
  if ((await source.peek(length)).length < length) return false;
  await takeExactly(source, length);
  return true;
}

async function takeExactly(source: ByteSource, length: number): Promise<void> {
  for (let left = length; left > 0; ) left -= (await source.take(left))?.length ?? left;
}
