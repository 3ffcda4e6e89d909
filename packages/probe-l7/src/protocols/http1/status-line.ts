import { latin1 } from '@sonde/core';
import { CR, isDigit, isVersion, SP, VERSION_LENGTH, versionText } from './characters.js';
import { LineCache } from './line-cache.js';

/** What a status line says (RFC 9112 §4). */
export interface StatusLine {
  /** 100 to 999 */
  readonly status: number;
  /** Reason phrase as sent, or null for an empty one. */
  readonly reason: string | null;
  /** `HTTP/1.1` */
  readonly version: string;
}

/** Reads whole status lines, with their line ends; null for what is none. */
export const statusLines = new LineCache<StatusLine>(256, readStatusLine);

/** Reads a status line, whose last byte is its LF; null for what is none. */
export function readStatusLine(bytes: Uint8Array, start: number, end: number): StatusLine | null {
  const code = start + VERSION_LENGTH + 1;
  if (code + 4 > end || !isStatus(bytes, start)) return null;
  const after = code + 3;
  const reasonStart = bytes[after] === SP ? after + 1 : after;
  const reasonEnd = bytes[end - 2] === CR ? end - 2 : end - 1;
  return {
    status: (bytes[code]! - 0x30) * 100 + (bytes[code + 1]! - 0x30) * 10 + bytes[code + 2]! - 0x30,
    reason: reasonStart < reasonEnd ? latin1(bytes, reasonStart, reasonEnd) : null,
    version: versionText(bytes[start + VERSION_LENGTH - 1]!),
  };
}

/** True if `HTTP/1.x NNN` stands at `start`; there must be so many bytes. */
export function isStatus(bytes: Uint8Array, start: number): boolean {
  const code = start + VERSION_LENGTH + 1;
  const digits = bytes[code]! > 0x30 && isDigit(bytes[code]!) && isDigit(bytes[code + 1]!) && isDigit(bytes[code + 2]!);
  return digits && isVersion(bytes, start) && bytes[code - 1] === SP;
}
