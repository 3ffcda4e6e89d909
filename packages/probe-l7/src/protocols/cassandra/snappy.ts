/**
 * Decompresses a Snappy block, as far as it is there: what follows a cut isn't needed.
 *
 * @param most - bytes wanted at most; `out` has room for them
 * @returns bytes made, or -1 if this is no Snappy block
 * @see https://github.com/google/snappy/blob/main/format_description.txt
 */
export function decompressSnappy(source: Uint8Array, from: number, to: number, out: Uint8Array, most: number): number {
  let at = from;
  // The length of the whole, seven bits a byte.
  for (let bytes = 0; at < to && source[at]! > 0x7f; bytes++) if (bytes === 4 || ++at >= to) return -1;
  at++;
  let made = 0;
  while (at < to && made < most) {
    const tag = source[at++]!;
    if ((tag & 3) === 0) {
      let length = tag >> 2;
      if (length >= 60) {
        const extra = length - 59;
        if (at + extra > to) return made;
        length = littleEndian(source, at, extra);
        at += extra;
      }
      const end = Math.min(made + length + 1, made + to - at, most);
      while (made < end) out[made++] = source[at++]!;
      continue;
    }
    const bytes = (tag & 3) === 3 ? 4 : tag & 3;
    if (at + bytes > to) return made;
    const short = bytes === 1;
    const distance = short ? ((tag >> 5) << 8) | source[at]! : littleEndian(source, at, bytes);
    const length = short ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
    at += bytes;
    if (distance === 0 || distance > made) return -1;
    for (const end = Math.min(made + length, most); made < end; made++) out[made] = out[made - distance]!;
  }
  return made;
}

/** The size that a Snappy block says it has when it is decompressed, or -1. */
export function snappySize(source: Uint8Array, from: number, to: number): number {
  let size = 0;
  for (let index = 0; index < 4 && from + index < to; index++) {
    const byte = source[from + index]!;
    size |= (byte & 0x7f) << (7 * index);
    if (byte < 0x80) return size;
  }
  return -1;
}

function littleEndian(source: Uint8Array, at: number, bytes: number): number {
  let value = 0;
  for (let index = bytes - 1; index >= 0; index--) value = value * 256 + source[at + index]!;
  return value;
}
