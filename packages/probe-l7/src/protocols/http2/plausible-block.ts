import { Flag, FRAME_HEADER, payloadLength } from './frames.js';
import { huffmanDecode } from './huffman.js';

/** Who sends a header block, by its pseudo-header fields: `either` if they refer to what nobody saw, or if there are none. */
export type BlockSender = 'request' | 'response' | 'either' | 'none';

const scratch = new Uint8Array(8192);
/** Longest string that is looked into. */
const MAX_CHECKED = 4096;

/** Indices of the static table (RFC 7541, Appendix A). */
const LAST_REQUEST_PSEUDO = 7;
const LAST_PSEUDO = 14;
const LAST_STATIC = 61;
/** Largest index of a table that is believed. */
const MAX_INDEX = 4096;

/** Where the number that was read last ends. */
let position = 0;

/**
 * Looks at the block of the HEADERS frame at `at`, which lies in the window whole, without a table: whether it is well
 * formed to its last byte, and whose it is. `none` if it is no header block.
 */
export function senderOfBlock(bytes: Uint8Array, at: number): BlockSender {
  const flags = bytes[at + 4]!;
  let start = at + FRAME_HEADER;
  let end = start + payloadLength(bytes, at);
  if ((flags & Flag.padded) !== 0) end -= bytes[start++]!;
  if ((flags & Flag.priority) !== 0) start += 5;
  if (start >= end) return 'none';
  let sender: BlockSender = 'either';
  let regular = false;
  position = start;
  while (position < end) {
    const byte = bytes[position]!;
    let index: number;
    if ((byte & 0x80) !== 0) {
      index = integer(bytes, end, 0x7f);
      if (index <= 0 || index > MAX_INDEX) return 'none';
    } else if ((byte & 0xe0) === 0x20) {
      if (integer(bytes, end, 0x1f) < 0 || regular || sender !== 'either') return 'none';
      continue;
    } else {
      index = integer(bytes, end, (byte & 0x40) !== 0 ? 0x3f : 0x0f);
      if (index < 0 || index > MAX_INDEX || (index === 0 && !isName(bytes, end)) || !isValue(bytes, end)) return 'none';
    }
    if (index === 0 || (index > LAST_PSEUDO && index <= LAST_STATIC)) regular = true;
    else if (index <= LAST_PSEUDO) {
      const found = index <= LAST_REQUEST_PSEUDO ? 'request' : 'response';
      if (regular || (sender !== 'either' && sender !== found)) return 'none';
      sender = found;
    }
  }
  return sender;
}

/** A literal name: lower case, as HTTP/2 wants it, and what may stand in a token. */
function isName(bytes: Uint8Array, end: number): boolean {
  const length = string(bytes, end);
  if (length <= 0) return false;
  for (let i = 0; i < length; i++) {
    const byte = scratch[i]!;
    const lower = byte >= 0x61 && byte <= 0x7a;
    const digit = byte >= 0x30 && byte <= 0x39;
    if (!lower && !digit && byte !== 0x2d && byte !== 0x5f && byte !== 0x2e) return i === 0 && byte === 0x3a;
  }
  return true;
}

/** A literal value: no control characters. */
function isValue(bytes: Uint8Array, end: number): boolean {
  const length = string(bytes, end);
  for (let i = 0; i < length; i++) if (scratch[i]! < 0x20 && scratch[i] !== 0x09) return false;
  return length >= 0;
}

/** Reads a string into `scratch`; its length, or -1. Of a very long one nothing is looked at. */
function string(bytes: Uint8Array, end: number): number {
  if (position >= end) return -1;
  const huffman = (bytes[position]! & 0x80) !== 0;
  const length = integer(bytes, end, 0x7f);
  const from = position;
  if (length < 0 || length > end - from) return -1;
  position = from + length;
  if (length > MAX_CHECKED) return 0;
  if (huffman) return huffmanDecode(bytes, from, position, scratch);
  for (let i = 0; i < length; i++) scratch[i] = bytes[from + i]!;
  return length;
}

function integer(bytes: Uint8Array, end: number, mask: number): number {
  let value = bytes[position++]! & mask;
  if (value < mask) return value;
  for (let shift = 0; shift <= 21; shift += 7) {
    if (position >= end) return -1;
    const byte = bytes[position++]!;
    value += (byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  return -1;
}
