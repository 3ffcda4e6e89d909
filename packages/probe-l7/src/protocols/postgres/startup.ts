import { findByte, type Input, utf8 } from '@sonde/core';

/** Codes that stand where a protocol version would (`pqcomm.h`). */
export const CANCEL_REQUEST = 0x04d2_162e;
export const SSL_REQUEST = 0x04d2_162f;
export const GSSENC_REQUEST = 0x04d2_1630;

/** Longest startup packet that a server takes (`MAX_STARTUP_PACKET_LENGTH`). */
export const LONGEST_STARTUP = 10_000;

/** What a connection's first message is. */
export type StartupKind = 'startup' | 'cancel' | 'ssl' | 'gss';

/** The kind of the untyped message whose first eight bytes are in the window, or null if it is none. */
export function startupKind(input: Input, at: number): StartupKind | null {
  const length = input.view.getUint32(at);
  const code = input.view.getUint32(at + 4);
  if (code === SSL_REQUEST) return length === 8 ? 'ssl' : null;
  if (code === GSSENC_REQUEST) return length === 8 ? 'gss' : null;
  // Keys of cancel requests have a variable length since protocol 3.2.
  if (code === CANCEL_REQUEST) return length >= 16 && length <= 268 ? 'cancel' : null;
  return code >>> 16 === 3 && length >= 9 && length <= LONGEST_STARTUP ? 'startup' : null;
}

/** What is kept of a startup message. */
export interface Startup {
  user: string | null;
  /** Null if the message names none: the server then takes the user's name. */
  database: string | null;
}

/**
 * Reads the parameters of a startup message: names and values, each ended by a zero, and one more zero.
 *
 * @param at first byte of the parameters
 * @param end end of the message
 * @returns null if it isn't of that form
 */
export function readStartup(input: Input, at: number, end: number): Startup | null {
  const { bytes } = input;
  const startup: Startup = { user: null, database: null };
  let position = at;
  while (position < end && bytes[position] !== 0) {
    const nameEnd = findByte(bytes, 0, position, end);
    if (nameEnd < 0) return null;
    const valueEnd = findByte(bytes, 0, nameEnd + 1, end);
    if (valueEnd < 0) return null;
    const name = utf8(bytes, position, nameEnd);
    if (!/^[\w.-]+$/.test(name)) return null;
    if (name === 'user') startup.user = utf8(bytes, nameEnd + 1, valueEnd);
    else if (name === 'database') startup.database = utf8(bytes, nameEnd + 1, valueEnd);
    position = valueEnd + 1;
  }
  return position === end - 1 ? startup : null;
}
