const CR = 0x0d;
const LF = 0x0a;

/**
 * Finds a byte in `bytes[start]` up to, not including, `bytes[end]`.
 *
 * A plain loop: faster than `Uint8Array.indexOf` for the short distances between delimiters.
 *
 * @returns the position in `bytes`, or -1.
 */
export function findByte(bytes: Uint8Array, byte: number, start: number, end: number): number {
  for (let at = start; at < end; at++) if (bytes[at] === byte) return at;
  return -1;
}

/**
 * Finds the first CR LF pair in `bytes[start]` up to, not including, `bytes[end]`. A CR without LF doesn't count.
 *
 * @returns the position of the CR in `bytes`, or -1.
 */
export function findCrLf(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start + 1; at < end; at++) if (bytes[at] === LF && bytes[at - 1] === CR) return at - 1;
  return -1;
}
