import type { Detection, Input, Verdict } from '@sonde/core';
import { isText, looksLikeSql } from '../../sql/looks-like-sql.js';
import { Command, commandName } from './commands.js';
import { readGreeting, readLogin } from './login.js';
import { Capability, HEADER, LONGEST_PAYLOAD, Marker, PacketReader, payloadLength } from './packets.js';
import { queryText } from './query-text.js';

const reader = new PacketReader();

const length = (min: number, max: number) =>
  ({ offset: 0, size: 3, endian: 'little', plus: HEADER, compare: 'bounded', min, max }) as const;

/** Rules for chunks that begin with a greeting, a login, a command, or the first packet of an answer. */
export const detect: Detection = {
  rules: [
    {
      direction: 'response',
      match: [{ offset: 3, bytes: [0x00, 0x0a, 0x30], mask: [0xff, 0xff, 0xf0] }],
      length: length(40, 1024),
    },
    {
      direction: 'request',
      match: [
        { offset: 3, bytes: [0x01] },
        { offset: 13, bytes: new Array<number>(16).fill(0) },
      ],
      length: length(36, 0x1_0000),
    },
    {
      direction: 'request',
      match: [{ offset: 3, bytes: [0x00, 0x00], mask: [0xff, 0xe0] }],
      length: length(HEADER + 1, LONGEST_PAYLOAD + HEADER),
    },
    {
      direction: 'response',
      match: [{ offset: 3, bytes: [0x01] }],
      length: { offset: 0, size: 3, endian: 'little', plus: HEADER, compare: 'within' },
      minimum: 11,
    },
  ],
  confirm(input, direction) {
    if (direction === 'response') return input.bytes[input.start + 3] === 0 ? greeting(input) : answer(input);
    return input.bytes[input.start + 3] === 1 ? login(input) : commands(input);
  },
};

/**
 * Bytes to the next boundary in a window of the client's bytes: 0, or -1.
 *
 * @param opening - the server has greeted, so that a login comes
 */
export function requestBoundary(input: Input, opening: boolean): number {
  const { bytes, start, end } = input;
  if (end - start <= HEADER) return opening ? 0 : -1; // read will tell
  const sequence = bytes[start + 3]!;
  if (sequence > 0) return opening && sequence <= 2 ? 0 : -1;
  return commands(input) === 'yes' ? 0 : -1;
}

/**
 * Bytes to the next boundary in a window of the server's bytes: 0 where an answer begins, or -1.
 *
 * @param expected - sequence number of the answer that a waiting command will get, or null if none waits
 */
export function responseBoundary(input: Input, expected: number | null): number {
  const { bytes, start, end } = input;
  if (end - start <= HEADER) return expected === null ? -1 : 0; // read will tell
  if (expected !== null) return bytes[start + 3] === expected && payloadLength(input, start) > 0 ? 0 : -1;
  return bytes[start + 3] === 1 && answer(input) === 'yes' ? 0 : -1;
}

/** Whether the window begins with a login packet. */
export function looksLikeLogin(input: Input): boolean {
  const { bytes, start, end } = input;
  if (end - start < HEADER + 32) return false;
  const last = Math.min(end, start + HEADER + payloadLength(input, start));
  if (last < start + HEADER + 32) return false;
  for (let at = start + 13; at < start + 32; at++) if (bytes[at] !== 0) return false;
  const login = readLogin(input, start + HEADER, last);
  return (
    login !== null && (login.capabilities & Capability.protocol41) !== 0 && (login.tls || isName(login.user ?? ''))
  );
}

function greeting(input: Input): Verdict {
  const { start, end } = input;
  const last = start + HEADER + payloadLength(input, start);
  if (readGreeting(input, start + HEADER, Math.min(end, last)) !== null) return 'yes';
  return last > end && isText(input.bytes, start + HEADER + 1, Math.min(end, start + HEADER + 7)) ? 'more' : 'no';
}

function login(input: Input): Verdict {
  if (looksLikeLogin(input)) return 'yes';
  return input.end - input.start < HEADER + 32 ? 'more' : 'no';
}

/** One or more commands that fill the window, or the beginning of one that will fill more. */
function commands(input: Input): Verdict {
  const { bytes, start, end } = input;
  let at = start;
  for (let count = 0; at + HEADER < end && count < 16; count++) {
    const length = payloadLength(input, at);
    if (length === 0 || bytes[at + 3] !== 0) return 'no';
    const last = at + HEADER + length;
    if (last > end) {
      const verdict = isCommand(input, at + HEADER, end, length, false);
      return count > 0 && verdict === 'more' ? 'yes' : verdict;
    }
    const quits = count > 0 && length === 1 && bytes[at + HEADER] === Command.quit;
    if (!quits && isCommand(input, at + HEADER, last, length, true) !== 'yes') return 'no';
    at = last;
  }
  return at + HEADER < end || at === end ? 'yes' : 'no';
}

/** Whether a payload has the form of its command; `more` if what there is of it doesn't tell. */
function isCommand(input: Input, at: number, end: number, length: number, whole: boolean): Verdict {
  const { bytes, view } = input;
  const code = bytes[at]!;
  if (commandName(code) === null) return 'no';
  const unsure = whole ? 'no' : 'more';
  switch (code) {
    case Command.query:
    case Command.prepare:
      return isStatement(input, at + 1, end, whole);
    case Command.initDatabase:
    case Command.createDatabase:
    case Command.dropDatabase:
      if (length < 2 || length > 260 || !isText(bytes, at + 1, end)) return 'no';
      return whole ? 'yes' : 'more';
    case Command.fieldList:
    case Command.changeUser: {
      const zero = bytes.indexOf(0, at + 1);
      if (length < 3 || length > 2048 || !isText(bytes, at + 1, zero < 0 || zero > end ? end : zero)) return 'no';
      return !whole ? 'more' : zero > at && zero < end ? 'yes' : 'no';
    }
    case Command.execute:
      // Flags are few, and a statement is executed once.
      if (end - at < 10) return length < 10 ? 'no' : unsure;
      return bytes[at + 5]! < 16 && view.getUint32(at + 6, true) === 1 ? 'yes' : 'no';
    case Command.sendLongData:
      if (end - at < 5) return length < 7 ? 'no' : unsure;
      return length >= 7 && view.getUint32(at + 1, true) < 0x100_0000 ? (whole ? 'yes' : 'more') : 'no';
    default:
      return FORMS.get(code)?.(length) !== true ? 'no' : whole ? 'yes' : 'more';
  }
}

const statementOnly = (length: number) => length === 5;
const longer = (length: number) => length >= 11 && length < 2048;

/** Lengths of the payloads of other commands. QUIT is none of them: many things begin with zeros and ones. */
const FORMS = new Map<number, (length: number) => boolean>([
  [Command.closeStatement, statementOnly],
  [Command.resetStatement, statementOnly],
  [Command.fetch, (length) => length === 9],
  [0x1b, (length) => length === 3], // SET_OPTION
  [0x07, (length) => length === 2], // REFRESH
  [0x08, (length) => length <= 2], // SHUTDOWN
  [0x0c, statementOnly], // PROCESS_KILL
  [Command.binlogDump, longer],
  [Command.binlogDumpGtid, longer],
  [0x15, longer], // REGISTER_SLAVE
  ...[0x09, 0x0a, 0x0d, 0x0e, 0x1f].map((code) => [code, (length: number) => length === 1] as const),
]);

/** A statement, behind the attributes that may stand before it. */
function isStatement(input: Input, at: number, end: number, whole: boolean): Verdict {
  const { bytes } = input;
  if (end - at < 2) return whole ? 'no' : 'more';
  let from = at;
  if (bytes[at]! < 9) {
    if (bytes[at + 1] !== 1) return 'no';
    const text = queryText(input, at, end, true);
    if (text === null) return whole ? 'no' : 'more';
    from = text.start;
  }
  if (from >= end) return whole ? 'no' : 'more';
  return looksLikeSql(bytes, from, end, whole);
}

/** The first packet of an answer, and the packets after it in sequence. */
function answer(input: Input): Verdict {
  const { bytes, start, end } = input;
  const length = payloadLength(input, start);
  const last = start + HEADER + length;
  if (length === 0 || last > end) return 'no';
  const form = firstForm(input, start + HEADER, last, length);
  if (form === 'no') return 'no';
  let packets = 1;
  let at = last;
  for (; at + HEADER < end; packets++) {
    if (bytes[at + 3] !== (packets + 1) % 256) return 'no';
    if (form === 'set' && packets === 1 && !isDefinition(bytes, at + HEADER)) return 'no';
    at += HEADER + payloadLength(input, at);
  }
  return form === 'set' && packets === 1 ? 'no' : 'yes';
}

/** What the first packet of an answer is: alone (OK, an error), the head of a set (followed by definitions), or none. */
function firstForm(input: Input, at: number, end: number, length: number): 'alone' | 'set' | 'no' {
  const { bytes } = input;
  const marker = bytes[at]!;
  if (marker === Marker.error) {
    return length >= 9 && bytes[at + 3] === 0x23 && isName(String.fromCharCode(...bytes.subarray(at + 4, at + 9)))
      ? 'alone'
      : 'no';
  }
  if (marker === Marker.ok) {
    if (length === 12 && bytes[at + 9] === 0) return 'alone'; // PREPARE_OK
    const packet = reader.from(input, at + 1, end);
    packet.integer();
    packet.integer();
    const status = packet.uint16();
    packet.uint16();
    // Autocommit or a transaction is always on; more results may follow.
    return !packet.overrun && (status & 0x0003) !== 0 && (length < 12 || isText(bytes, packet.at + 1, end))
      ? 'alone'
      : 'no';
  }
  return length <= 4 && marker > 0 && marker < Marker.infile ? 'set' : 'no';
}

/** A column definition begins with its catalogue: `def`. */
function isDefinition(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 3 && bytes[at + 1] === 0x64 && bytes[at + 2] === 0x65 && bytes[at + 3] === 0x66;
}

function isName(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: names hold none
  return !/[\u0000-\u001f\u007f]/.test(text);
}
