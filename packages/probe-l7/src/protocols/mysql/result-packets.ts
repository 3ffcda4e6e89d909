import { type Input, latin1, type Redactor, utf8 } from '@sonde/core';
import { maskMessage, mayBeCut } from './error-message.js';
import type { MysqlResponse } from './messages.js';
import { LONGEST_PAYLOAD, Marker, PacketReader } from './packets.js';

/** Bytes of an OK packet up to its warnings: what follows is text for people and news about the session. */
export const LONGEST_OK = 23;
/** Bytes of an error that are looked at: servers send at most 512 characters. */
export const LONGEST_ERROR = 2060;
/** Error number of a MariaDB progress report, which is no error. */
export const PROGRESS = 0xffff;

/** Payload of an EOF packet since MySQL 4.1; before, it was the marker alone. */
const EOF_LENGTH = 5;
/** No payload of an EOF packet is longer; a row that begins with the same byte is. */
const LONGEST_EOF = 8;

const reader = new PacketReader();

/** Whether a payload is an EOF packet. */
export function isEof(marker: number, length: number): boolean {
  return marker === Marker.eof && (length === EOF_LENGTH || length === 1);
}

/**
 * Whether a payload ends the rows of a result set: an EOF packet, or an OK packet in its place.
 *
 * @param withoutEof - both sides agreed on OK packets
 */
export function isEndOfRows(marker: number, length: number, withoutEof: boolean): boolean {
  if (marker !== Marker.eof) return false;
  return length <= LONGEST_EOF || (withoutEof && length < LONGEST_PAYLOAD);
}

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

/**
 * Columns of a result set whose first packet this is; negative if their definitions were left out, since the client has
 * them; null if it can't be one.
 *
 * MariaDB adds a byte that tells so behind the count, MySQL (where the client asked for it) puts one before it.
 */
export function columnCount(input: Input, at: number, length: number): number | null {
  const { bytes } = input;
  const packet = reader.from(input, at, at + length);
  const flagFirst = length >= 2 && bytes[at]! <= 1 && (bytes[at] === 0 || bytes[at + 1]! > 1);
  let follows = flagFirst ? packet.byte() : 1;
  const count = packet.integer();
  if (!flagFirst && packet.left > 0) follows = packet.byte();
  if (packet.overrun || packet.left > 0 || follows > 1 || count === 0 || count > 0xffff) return null;
  return follows === 1 ? count : -count;
}

/** What a server says of a prepared statement; the counts are those of the definitions that follow. */
export interface PrepareOk {
  statement: number;
  parameters: number;
  columns: number;
}

/** Reads `PREPARE_OK`; null if it was cut. */
export function readPrepareOk(input: Input, at: number, end: number): PrepareOk | null {
  const packet = reader.from(input, at + 1, end);
  const statement = packet.uint32();
  const columns = packet.uint16();
  const parameters = packet.uint16();
  if (packet.overrun) return null;
  packet.skip(3); // a filler, warnings
  const withoutDefinitions = packet.left === 1 && packet.byte() === 0;
  return withoutDefinitions ? { statement, parameters: 0, columns: 0 } : { statement, parameters, columns };
}

/** Error number of an error packet. */
export function errorCode({ bytes }: Input, at: number): number {
  return bytes[at + 1]! | (bytes[at + 2]! << 8);
}

/**
 * Reads an error packet.
 *
 * @param cut the packet goes on beyond `end`
 */
export function readError(
  input: Input,
  at: number,
  end: number,
  cut: boolean,
  into: MysqlResponse,
  redact: Redactor,
): void {
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
  into.message = redact.enabled
    ? maskMessage(message, into.errorCode, into.sqlState, cut || mayBeCut(end - text))
    : message;
}
