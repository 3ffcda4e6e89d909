import type { Direction, Input, Verdict } from '@sonde/core';
import { looksLikeDocument, SMALLEST_DOCUMENT, zero } from './bson.js';
import { compressorName, isOpcode, Opcode } from './opcodes.js';

/** Bytes of the header: length, request id, the id that is answered, opcode; little endian. */
export const HEADER = 16;
/** Longest message that servers take, and some room for what surrounds the documents. */
export const MAX_MESSAGE = 48_000_000 + 16_384;
/** Longest namespace (database and collection) that is believed. */
export const LONGEST_NAMESPACE = 400;

/** Flags of an OP_MSG. */
export const Flag = { checksum: 1, moreToCome: 2, exhaustAllowed: 0x1_0000 } as const;
/** Flags of which a receiver has to know the meaning, and that have none. */
const UNKNOWN_FLAGS = 0xfffc;
const UNKNOWN_QUERY_FLAGS = 0xffff_ff00 | 1;
const UNKNOWN_REPLY_FLAGS = 0xffff_fff0;

/** Whether length and opcode of a header are such as `direction` carries. The window holds {@link HEADER} bytes. */
export function isHeader(view: DataView, at: number, fromClient: boolean): boolean {
  const length = view.getInt32(at, true);
  return length > HEADER && length <= MAX_MESSAGE && isOpcode(view.getInt32(at + 12, true), fromClient);
}

/** Bytes of the fixed part after the header; for legacy requests up to the namespace, which begins after it. */
export function fixedPart(opcode: number): number {
  switch (opcode) {
    case Opcode.reply:
      return 20;
    case Opcode.compressed:
      return 9;
    case Opcode.killCursors:
      return 8;
    case Opcode.command:
    case Opcode.commandReply:
      return 0;
    default:
      return 4;
  }
}

/** Whether the window begins with a message that `direction` may carry, by all that the format promises of its start. */
export function checkMessage(input: Input, direction: Direction): Verdict {
  const { bytes, view, start } = input;
  const fromClient = direction === 'request';
  if (input.end - start < HEADER) return 'more';
  if (!isHeader(view, start, fromClient)) return 'no';
  const opcode = view.getInt32(start + 12, true);
  const answers = view.getInt32(start + 8, true) !== 0;
  if (answers === fromClient && !(opcode === Opcode.reply)) return 'no';
  const length = view.getInt32(start, true);
  const end = Math.min(input.end, start + length);
  const at = start + HEADER;
  if (length < HEADER + fixedPart(opcode)) return 'no';
  if (end < at + fixedPart(opcode)) return 'more';
  const most = start + length - at - fixedPart(opcode);
  switch (opcode) {
    case Opcode.message:
      return checkSections(bytes, view, at, end, most);
    case Opcode.compressed: {
      const original = view.getInt32(at, true);
      const size = view.getInt32(at + 4, true);
      const known = original !== Opcode.compressed && isOpcode(original, fromClient);
      return known && size >= 0 && size <= MAX_MESSAGE && compressorName(bytes[at + 8]!) !== null ? 'yes' : 'no';
    }
    case Opcode.reply: {
      const documents = view.getInt32(at + 16, true);
      if ((view.getUint32(at, true) & UNKNOWN_REPLY_FLAGS) !== 0 || documents < 0 || view.getInt32(at + 12, true) < 0) {
        return 'no';
      }
      if (documents === 0) return most === 0 ? 'yes' : 'no';
      return looksLikeDocument(bytes, view, at + 20, end, most);
    }
    case Opcode.commandReply:
      return looksLikeDocument(bytes, view, at, end, most);
    case Opcode.killCursors: {
      const count = view.getInt32(at + 4, true);
      return view.getInt32(at, true) === 0 && count > 0 && most === 8 * count ? 'yes' : 'no';
    }
    default:
      return checkLegacy(bytes, view, opcode, at, end, start + length);
  }
}

function checkSections(bytes: Uint8Array, view: DataView, at: number, end: number, most: number): Verdict {
  if ((view.getUint32(at, true) & UNKNOWN_FLAGS) !== 0) return 'no';
  if (at + 5 > end) return most === 0 ? 'no' : 'more';
  const kind = bytes[at + 4]!;
  if (kind === 0) return looksLikeDocument(bytes, view, at + 5, end, most - 1);
  if (kind !== 1) return 'no';
  if (at + 9 > end) return 'more';
  const size = view.getInt32(at + 5, true);
  if (size < SMALLEST_DOCUMENT || size > most - 1) return 'no';
  const name = nameEnd(bytes, at + 9, end);
  return name === -1 ? 'more' : name === -2 ? 'no' : 'yes';
}

/** A namespace with a dot in it, or the database of an OP_COMMAND and its command. */
function checkLegacy(
  bytes: Uint8Array,
  view: DataView,
  opcode: number,
  at: number,
  end: number,
  messageEnd: number,
): Verdict {
  const from = at + fixedPart(opcode);
  const flags = opcode === Opcode.command ? 0 : view.getUint32(at, true);
  if (opcode === Opcode.query ? (flags & UNKNOWN_QUERY_FLAGS) !== 0 : flags > 1) return 'no';
  const name = nameEnd(bytes, from, end);
  if (name < 0) return name === -2 || end === messageEnd ? 'no' : 'more';
  if (opcode === Opcode.command) {
    const command = nameEnd(bytes, name + 1, end);
    return command === -1 ? 'more' : command === -2 ? 'no' : 'yes';
  }
  if (bytes.indexOf(0x2e, from) >= name || bytes.indexOf(0x2e, from) < 0) return 'no';
  const rest = name + 1;
  switch (opcode) {
    case Opcode.query:
      return looksLikeDocument(bytes, view, rest + 8, end, messageEnd - rest - 8);
    case Opcode.getMore:
      return messageEnd - rest === 12 ? 'yes' : 'no';
    case Opcode.insert:
      return looksLikeDocument(bytes, view, rest, end, messageEnd - rest);
    default: // update, delete: flags, then documents
      return looksLikeDocument(bytes, view, rest + 4, end, messageEnd - rest - 4);
  }
}

/** Position of the zero that ends a printable, not empty name; -1 if more bytes are needed, -2 if none begins here. */
export function nameEnd(bytes: Uint8Array, at: number, end: number): number {
  const limit = Math.min(end, at + LONGEST_NAMESPACE);
  const found = zero(bytes, at, limit);
  const last = found < 0 ? limit : found;
  for (let position = at; position < last; position++) {
    if (bytes[position]! < 0x20 || bytes[position] === 0x7f) return -2;
  }
  if (found < 0) return limit < end ? -2 : -1;
  return found === at ? -2 : found;
}
