import {
  type Detection,
  type DetectRule,
  type Direction,
  equalsAscii,
  findByte,
  findCrLf,
  type Input,
  parseDecimal,
  type Verdict,
} from '@sonde/core';
import { isCommand } from './commands.js';
import { isType, ReplyReader } from './reply-reader.js';
import { isWord, word } from './words.js';

/** Ports at which weak signs are believed: Redis, its sentinels, clusters of test and production. */
const PORTS = [6379, 6380, 6381, 7000, 7001, 7002, 7003, 7004, 7005, 16_379, 26_379];

/** Most elements of a command that is still believed without further proof. */
const MAX_COUNT = 1024 * 1024;

/** Longest inline command, and longest name of a command, that recognition waits for. */
const MAX_INLINE = 2048;
const LONGEST_NAME = 24;

/** A type and up to four digits, then CR LF: the high half of a byte tells digits well enough for the kernel. */
function counted(direction: Direction, type: string, digits: number, ports?: readonly number[]): DetectRule {
  const bytes = [type.charCodeAt(0), ...Array<number>(digits).fill(0x30), 0x0d, 0x0a];
  const mask = [0xff, ...Array<number>(digits).fill(0xf0), 0xff, 0xff];
  return { direction, match: [{ offset: 0, bytes, mask }], ...(ports && { ports }) };
}

const starts = (direction: Direction, bytes: string, ports?: readonly number[]): DetectRule => ({
  direction,
  match: [{ offset: 0, bytes }],
  ...(ports && { ports }),
});

const rules: DetectRule[] = [
  counted('request', '*', 1),
  counted('request', '*', 2),
  counted('request', '*', 3),
  counted('request', '*', 4),
  // Inline commands look like those of other protocols; of a PING, the answer tells.
  starts('request', 'PING\r\n'),
  { direction: 'request', ports: PORTS, minimum: 6 },
  ...['$', '*'].flatMap((type) => [1, 2, 3, 4, 5].map((digits) => counted('response', type, digits))),
  ...['%', '~', '>'].flatMap((type) => [1, 2].map((digits) => counted('response', type, digits))),
  ...['$-1\r\n', '*-1\r\n', '+PONG\r\n', '+QUEUED\r\n', '-ASK ', '-OOM '].map((text) => starts('response', text)),
  // An error of four capitals or more: `-ERR ` is also POP3's and NATS'.
  {
    direction: 'response',
    match: [{ offset: 0, bytes: [0x2d, 0x40, 0x40, 0x40, 0x40], mask: [0xff, 0xe0, 0xe0, 0xe0, 0xe0] }],
  },
  starts('response', '-ERR wrong numbe'),
  starts('response', '-ERR value is no'),
  ...['+OK\r\n', '-ERR ', ':'].map((text) => starts('response', text, PORTS)),
];

/** Whether a command begins at `start`, be it inline. */
function confirmRequest(bytes: Uint8Array, start: number, end: number): Verdict {
  return bytes[start] === 0x2a ? beginsRequest(bytes, start, end) : beginsInline(bytes, start, end);
}

/** Whether a command begins at `start`, as an array with a known command, or one of a module, as its first element. */
export function beginsRequest(bytes: Uint8Array, start: number, end: number): Verdict {
  if (bytes[start] !== 0x2a) return 'no';
  const line = findCrLf(bytes, start + 1, Math.min(end, start + 16));
  if (line < 0) return onlyDigits(bytes, start + 1, end) ? 'more' : 'no';
  const count = parseDecimal(bytes, start + 1, line);
  if (count < 1 || count > MAX_COUNT) return 'no';
  const first = line + 2;
  if (first === end) return 'more';
  if (bytes[first] !== 0x24) return 'no';
  const second = findCrLf(bytes, first + 1, Math.min(end, first + 8));
  if (second < 0) return onlyDigits(bytes, first + 1, end) ? 'more' : 'no';
  const length = parseDecimal(bytes, first + 1, second);
  if (length < 2 || length > 32) return 'no';
  const name = second + 2;
  const nameEnd = name + length;
  if (nameEnd + 2 > end) return isWord(bytes, name, Math.min(end, nameEnd)) || name >= end ? 'more' : 'no';
  if (bytes[nameEnd] !== 0x0d || bytes[nameEnd + 1] !== 0x0a || !isWord(bytes, name, nameEnd)) return 'no';
  const command = word(bytes, name, nameEnd);
  return isCommand(command) || /^[A-Z]+\./.test(command) ? 'yes' : 'no';
}

function beginsInline(bytes: Uint8Array, start: number, end: number): Verdict {
  const lineEnd = findByte(bytes, 0x0a, start, Math.min(end, start + MAX_INLINE));
  const stop = lineEnd < 0 ? end : lineEnd;
  let nameEnd = start;
  while (nameEnd < stop && bytes[nameEnd]! > 0x20) nameEnd++;
  if (!isWord(bytes, start, nameEnd) || nameEnd - start > LONGEST_NAME) return 'no';
  if (nameEnd === end) return 'more';
  // NATS has the same word: `+PONG` is what tells Redis.
  if (lineEnd - nameEnd < 2 && lineEnd > 0 && word(bytes, start, nameEnd) === 'PING') return 'more';
  if (!isCommand(word(bytes, start, nameEnd))) return 'no';
  if (lineEnd < 0) return end - start < MAX_INLINE ? 'more' : 'no';
  const isHttp = equalsAscii(bytes, lineEnd - 9, lineEnd - 2, 'HTTP/1.') && nameEnd < lineEnd - 9;
  return isHttp ? 'no' : 'yes';
}

const reader = new ReplyReader();

/**
 * Whether replies begin at `start`: everything there has to be a reply, up to the last one, which may go on. An array
 * that could as well be a command is none.
 */
export function beginsReply(bytes: Uint8Array, start: number, end: number): Verdict {
  if (start >= end || !isType(bytes[start]!)) return 'no';
  if (bytes[start] === 0x2d && end - start > 1 && !isCapital(bytes[start + 1]!)) return 'no';
  // NATS quotes its errors.
  if (end - start > 5 && equalsAscii(bytes, start, start + 6, "-ERR '")) return 'no';
  if (bytes[start] === 0x2a) {
    const request = beginsRequest(bytes, start, end);
    if (request !== 'no') return request === 'yes' ? 'no' : 'more';
  }
  reader.reset();
  let at = start;
  while (at < end) {
    const next = reader.advance(bytes, at, end);
    if (reader.fault !== null) return 'no';
    if (!reader.done) return next > start ? 'yes' : 'more';
    reader.reset();
    at = next;
  }
  return 'yes';
}

function isCapital(byte: number): boolean {
  return byte >= 0x41 && byte <= 0x5a;
}

function onlyDigits(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if ((byte < 0x30 || byte > 0x39) && byte !== 0x0d) return false;
  }
  return true;
}

/** How Redis is recognised: by a command that it knows, or by replies that are nothing else. */
export const detect: Detection = {
  rules,
  confirm({ bytes, start, end }: Input, direction: Direction) {
    return direction === 'request' ? confirmRequest(bytes, start, end) : beginsReply(bytes, start, end);
  },
};
