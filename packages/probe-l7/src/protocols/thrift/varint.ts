/** Longest variable-length integer: 64 bits, seven in each byte. */
const LONGEST = 10;

/** A variable-length integer read by {@link readVarint}: module state, since reading one must allocate nothing. */
export const varint = { value: 0, end: 0 };

/**
 * Reads a variable-length unsigned integer into {@link varint}. Bits beyond 32 are dropped: no length has them.
 *
 * @returns null, or `more` if it goes on after `end`, or `bad` if it is longer than any integer
 */
export function readVarint(bytes: Uint8Array, at: number, end: number): null | 'more' | 'bad' {
  let value = 0;
  for (let index = 0; index < LONGEST; index++) {
    if (at + index >= end) return 'more';
    const byte = bytes[at + index]!;
    if (index < 5) value |= (byte & 0x7f) << (7 * index);
    if (byte < 0x80) {
      varint.value = value >>> 0;
      varint.end = at + index + 1;
      return null;
    }
  }
  return 'bad';
}
