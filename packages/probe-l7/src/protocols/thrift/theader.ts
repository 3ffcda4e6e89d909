import { readVarint, varint } from './varint.js';

/** Magic (2), flags (2), sequence (4), length of the header in words (2). */
const FIXED = 10;
const BINARY = 0;
const COMPACT = 2;
const MAX_TRANSFORMS = 8;

/** What {@link readHeader} found: module state, since reading must allocate nothing. */
export const transforms = {
  /** Transformations of the payload: compression, mostly. */
  count: 0,
  /** True if the payload is neither of the binary nor of the compact protocol. */
  unknownProtocol: false,
};

/**
 * Reads the THeader at `at` (Thrift's `HeaderFormat.md`): magic, flags, sequence, length, then the payload's protocol,
 * its transformations, and key/value pairs, which are stepped over.
 *
 * @param frameEnd where the frame ends
 * @returns where the payload begins, `more`, or why this is none
 */
export function readHeader(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  end: number,
  frameEnd: number,
): number | 'more' | string {
  if (at + FIXED > end) return 'more';
  if (bytes[at + 1] !== 0xff) return 'magic of a header';
  const from = at + FIXED;
  const payload = from + 4 * view.getUint16(at + 8);
  if (payload > frameEnd) return 'length of a header';
  const limit = Math.min(end, payload);
  let fault = readVarint(bytes, from, limit);
  const protocol = varint.value;
  if (fault === null) fault = readVarint(bytes, varint.end, limit);
  if (fault !== null) return fault === 'more' && limit < payload ? 'more' : 'header';
  if (varint.value > MAX_TRANSFORMS) return 'transformations';
  transforms.count = varint.value;
  transforms.unknownProtocol = protocol !== BINARY && protocol !== COMPACT;
  return payload;
}
