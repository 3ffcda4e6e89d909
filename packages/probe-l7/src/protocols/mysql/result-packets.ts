import { type Input, latin1, type Redactor, utf8 } from '@sonde/core';
import type { MysqlResponse } from './messages.js';
import { PacketReader } from './packets.js';

/** Bytes of an OK packet up to its warnings: what follows is text for people and news about the session. */
export const LONGEST_OK = 23;
/** Bytes of an error that are looked at: servers send at most 512 characters. */
export const LONGEST_ERROR = 2060;
/** Error number of a MariaDB progress report, which is no error. */
export const PROGRESS = 0xffff;

const reader = new PacketReader();

/**
 * Reads an OK packet, or the OK packet that ends rows.
 *
 * @param at - first byte of the payload
 * @returns its status flags
 */
export function readOk(input: Input, at: number, end: number, into: MysqlResponse, ofRows: boolean): number {
  const packet = reader.from(input, at + 1, end);
  const affected = packet.integer();
  packet.integer(); // last insert id: data
  const status = packet.uint16();
  const warnings = packet.uint16();
  if (packet.overrun) into.truncated = true;
  if (!ofRows) into.affectedRows = (into.affectedRows ?? 0) + affected;
  if (warnings > 0) into.warnings = (into.warnings ?? 0) + warnings;
  return status;
}

/** Reads an EOF packet; returns its status flags. */
export function readEof(input: Input, at: number, end: number, into: MysqlResponse): number {
  const packet = reader.from(input, at + 1, end);
  const warnings = packet.uint16();
  if (warnings > 0) into.warnings = (into.warnings ?? 0) + warnings;
  return packet.uint16();
}

/** Error number of an error packet. */
export function errorCode({ bytes }: Input, at: number): number {
  return bytes[at + 1]! | (bytes[at + 2]! << 8);
}

/** Reads an error packet. */
export function readError(input: Input, at: number, end: number, into: MysqlResponse, redact: Redactor): void {
  const { bytes } = input;
  into.result = 'ERR';
  into.affectedRows = undefined;
  if (end - at < 3) {
    into.truncated = true;
    return;
  }
  into.errorCode = errorCode(input, at);
  let text = at + 3;
  if (bytes[text] === 0x23 && end - text >= 6) {
    into.sqlState = latin1(bytes, text + 1, text + 6);
    text += 6;
  }
  const message = utf8(bytes, text, end);
  into.message = redact.enabled ? maskMessage(message, into.errorCode) : message;
}

/**
 * Errors that quote names only: unknown or existing databases (1007, 1008, 1049), tables (1050, 1051, 1146), columns
 * (1054, 1060, 1364), keys (1061, 1091), refused users (1044, 1045, 1142, 1143, 1698), procedures (1305).
 */
const QUOTE_NAMES = new Set([
  1007, 1008, 1044, 1045, 1049, 1050, 1051, 1054, 1060, 1061, 1091, 1142, 1143, 1146, 1305, 1364, 1698,
]);

/** Masks what an error message quotes of the data or of the statement. */
export function maskMessage(message: string, code: number): string {
  return QUOTE_NAMES.has(code) ? message : message.replace(/'(?:[^'\\]|\\.|'')*'?|"[^"]*"?/gs, '?');
}
