import type { Direction, Input, Verdict } from '@sonde/core';
import { readBinaryHeader } from './binary-header.js';
import { Command } from './command.js';
import { type Reading, readJson } from './json-header.js';
import { isFromServer, isRequestCode } from './request-codes.js';
import { isResponseCode } from './response-codes.js';

/** Bytes before the header: length of what follows, then form and length of the header. */
export const PREFIX = 8;
/** Shortest header: of the binary form, without fields. */
export const MIN_HEADER = 21;
/** Longest frame that is believed: `com.rocketmq.remoting.frameMaxLength` is 16 MiB unless configured. */
export const MAX_FRAME = 64 * 1024 * 1024;
/** Forms of the header. */
export const Form = { json: 0, rocketmq: 1 } as const;

/** One header serves all connections: its fields are taken before the next is read. */
export const command = new Command();

/** Length of the frame at `start` after its first four bytes, or -1 if none may stand here. */
export function frameLength(view: DataView, start: number): number {
  const length = view.getInt32(start);
  const form = view.getUint8(start + 4);
  const header = headerLength(view, start);
  const fits = header >= MIN_HEADER && length >= header + 4 && length <= MAX_FRAME;
  return fits && form <= Form.rocketmq ? length : -1;
}

/** Length of the header. */
export function headerLength(view: DataView, start: number): number {
  return view.getUint32(start + 4) & 0xff_ffff;
}

/** Reads the header of the frame at `start` into {@link command}, as far as bytes are there. */
export function readHeader(bytes: Uint8Array, view: DataView, start: number, end: number): Reading {
  const at = start + PREFIX;
  const limit = at + headerLength(view, start);
  command.begin(bytes);
  return bytes[start + 4] === Form.json
    ? readJson(bytes, at, end, limit, command)
    : readBinaryHeader(view, at, end, limit, command);
}

/** Whether the header that was read last has what every command has. */
export function isCommand(): boolean {
  return !(Number.isNaN(command.code) || Number.isNaN(command.flag) || Number.isNaN(command.opaque));
}

/** Of a header that isn't whole, so many bytes have to agree. */
const ENOUGH = 256;

/** Whether the window begins with a frame that `direction` carries. */
export function beginsFrame({ bytes, view, start, end }: Input, direction: Direction): Verdict {
  const available = end - start;
  if (available < PREFIX + 2) return mayBegin(bytes, start, end) ? 'more' : 'no';
  if (frameLength(view, start) < 0 || !mayBegin(bytes, start, end)) return 'no';
  const reading = readHeader(bytes, view, start, end);
  if (reading === 'bad') return 'no';
  if (isCommand()) return isFrom(direction) ? 'yes' : 'no';
  if (reading === 'whole') return 'no';
  // The flag may stand behind long fields: those of a request for messages or to send some.
  const isLong = direction === 'request' && available >= ENOUGH && isRequestCode(command.code);
  return isLong ? 'yes' : 'more';
}

/** Whether the command that was read last comes from this side. */
function isFrom(direction: Direction): boolean {
  const { code, isResponse } = command;
  if (isResponse) return direction === 'response' && (isResponseCode(code) || code > 0);
  return isFromServer(code) === (direction === 'response');
}

/** As much of a frame's beginning as there is. */
function mayBegin(bytes: Uint8Array, start: number, end: number): boolean {
  const at = (offset: number) => (start + offset < end ? bytes[start + offset]! : -1);
  if (at(0) > MAX_FRAME >> 24 || at(4) > Form.rocketmq || at(5) > 0) return false;
  if (at(4) !== Form.json) return true;
  return (at(8) === -1 || at(8) === 0x7b) && (at(9) === -1 || at(9) === 0x22);
}
