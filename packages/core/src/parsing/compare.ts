/** True if `bytes[start]` up to, not including, `bytes[end]` are exactly the ASCII characters of `text`. */
export function equalsAscii(bytes: Uint8Array, start: number, end: number, text: string): boolean {
  if (end - start !== text.length) return false;
  for (let at = 0; at < text.length; at++) if (bytes[start + at] !== text.charCodeAt(at)) return false;
  return true;
}

/**
 * True if `bytes[start]` up to, not including, `bytes[end]` are the ASCII characters of `lower`, whatever their case.
 *
 * @param lower - text in lower case
 */
export function equalsAsciiIgnoreCase(bytes: Uint8Array, start: number, end: number, lower: string): boolean {
  if (end - start !== lower.length) return false;
  for (let at = 0; at < lower.length; at++) {
    const byte = bytes[start + at]!;
    const folded = byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
    if (folded !== lower.charCodeAt(at)) return false;
  }
  return true;
}

/** True if all of `bytes[start]` up to, not including, `bytes[end]` are printable ASCII (space to tilde). */
export function isAsciiPrintable(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (byte < 0x20 || byte > 0x7e) return false;
  }
  return true;
}
