import { Interner } from '@sonde/core';

/** Longest name on the wire, its length bytes included (RFC 1035 §2.3.4). */
const MAX_NAME = 255;

/** What {@link readName} returns where no name can be read. */
export const NAME_BAD = -1;
/** What it returns where the name goes on beyond the bytes that there are. */
export const NAME_SHORT = -2;

const labels = new Interner({ capacity: 4096, longest: 63 });
const names = { text: '' };

/** Text of the name that {@link readName} read last, without the final dot; `.` for the root. */
export function lastName(): string {
  return names.text;
}

/**
 * Reads a name at `at` of the message that begins at `start` (RFC 1035 §4.1.4). A pointer has to lead to an earlier
 * place than the one before it, so that no chain of them can go round.
 *
 * @returns the position after the name where it stands, or {@link NAME_BAD}, {@link NAME_SHORT}
 */
export function readName(bytes: Uint8Array, start: number, at: number, end: number, wanted: boolean): number {
  let text = '';
  let position = at;
  let after = -1;
  let earliest = at;
  let length = 1;
  for (;;) {
    if (position >= end) return NAME_SHORT;
    const size = bytes[position]!;
    if (size === 0) break;
    if (size >= 0xc0) {
      if (position + 1 >= end) return NAME_SHORT;
      if (after < 0) after = position + 2;
      const target = start + (((size & 0x3f) << 8) | bytes[position + 1]!);
      if (target >= earliest || target < start + 12) return NAME_BAD;
      earliest = target;
      position = target;
      continue;
    }
    if (size > 63) return NAME_BAD;
    length += size + 1;
    if (length > MAX_NAME) return NAME_BAD;
    if (position + 1 + size > end) return NAME_SHORT;
    if (wanted) text += (text === '' ? '' : '.') + label(bytes, position + 1, position + 1 + size);
    position += size + 1;
  }
  if (wanted) names.text = text === '' ? '.' : text;
  return after < 0 ? position + 1 : after;
}

/** A label as master files write it (RFC 1035 §5.1): what is no printable ASCII as `\DDD`, dots and backslashes escaped. */
function label(bytes: Uint8Array, start: number, end: number): string {
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (byte <= 0x20 || byte > 0x7e || byte === 0x2e || byte === 0x5c) return escaped(bytes, start, end);
  }
  return labels.take(bytes, start, end);
}

function escaped(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (byte === 0x2e || byte === 0x5c) text += `\\${String.fromCharCode(byte)}`;
    else if (byte === 0x20 || (byte > 0x20 && byte <= 0x7e)) text += String.fromCharCode(byte);
    else text += `\\${String(byte).padStart(3, '0')}`;
  }
  return text;
}
