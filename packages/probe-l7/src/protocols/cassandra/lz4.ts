/**
 * Decompresses an LZ4 block, as far as it is there: what follows a cut isn't needed.
 *
 * @param most - bytes wanted at most; `out` has room for them
 * @returns bytes made, or -1 if this is no LZ4 block
 * @see https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md
 */
export function decompressLz4(source: Uint8Array, from: number, to: number, out: Uint8Array, most: number): number {
  let at = from;
  let made = 0;
  while (at < to && made < most) {
    const token = source[at++]!;
    let literals = token >> 4;
    if (literals === 15) {
      let more: number;
      do {
        if (at >= to) return made;
        more = source[at++]!;
        literals += more;
      } while (more === 255);
    }
    const copied = Math.min(literals, to - at, most - made);
    for (let index = 0; index < copied; index++) out[made++] = source[at++]!;
    // The last sequence has literals only.
    if (copied < literals || at + 2 > to) return made;
    const distance = source[at]! | (source[at + 1]! << 8);
    at += 2;
    if (distance === 0 || distance > made) return -1;
    let length = (token & 15) + 4;
    if (length === 19) {
      let more: number;
      do {
        if (at >= to) return made;
        more = source[at++]!;
        length += more;
      } while (more === 255);
    }
    for (const end = Math.min(made + length, most); made < end; made++) out[made] = out[made - distance]!;
  }
  return made;
}
