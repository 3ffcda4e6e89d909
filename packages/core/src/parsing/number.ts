/**
 * Reads an unsigned decimal number that fills `bytes[start]` up to, not including, `bytes[end]`.
 *
 * @returns the value, or -1 if the range is empty, holds anything but digits, or the value is no safe integer.
 */
export function parseDecimal(bytes: Uint8Array, start: number, end: number): number {
  if (start >= end) return -1;
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = bytes[at]! - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
    if (value > Number.MAX_SAFE_INTEGER) return -1;
  }
  return value;
}

/**
 * Reads an unsigned hexadecimal number, upper or lower case and without prefix, that fills `bytes[start]` up to, not
 * including, `bytes[end]`.
 *
 * @returns the value, or -1 if the range is empty, holds anything but hex digits, or the value is no safe integer.
 */
export function parseHex(bytes: Uint8Array, start: number, end: number): number {
  if (start >= end) return -1;
  let value = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    let digit = byte - 0x30;
    if (digit < 0 || digit > 9) {
      digit = (byte | 0x20) - 0x57;
      if (digit < 10 || digit > 15) return -1;
    }
    value = value * 16 + digit;
    if (value > Number.MAX_SAFE_INTEGER) return -1;
  }
  return value;
}
