import type { Detection, DetectRule, Direction, Input, LengthMatch, Verdict } from '@sonde/core';
import { MessageReader } from './message-reader.js';
import { isAssignedType, opcodeName } from './registry.js';

const DNS = [53];
const DNS_AND_MULTICAST = [53, 5353];

/** Bytes between a DNS header's start and its flags. */
const FLAGS = 2;
const HEADER = 12;
/** Of a datagram that was not captured whole, so many bytes have to agree. */
const ENOUGH = 256;

/** Header of the usual question: recursion is desired, one question, no records but EDNS'. */
const question = (shift: number) => ({
  offset: FLAGS + shift,
  bytes: [0x01, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00],
  mask: [0xff, 0xcf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe],
});
/** Header of the usual answer: recursion was desired, one question is repeated. */
const answer = (shift: number) => ({
  offset: FLAGS + shift,
  bytes: [0x81, 0x00, 0x00, 0x01],
  mask: [0xf9, 0x40, 0xff, 0xff],
});
const direction = (value: number) => ({ offset: FLAGS, bytes: [value], mask: [0x80] });
/** By TCP a length stands before each message, which may come in several chunks. */
const length: LengthMatch = { offset: 0, size: 2, plus: 2, compare: 'bounded', min: 19, max: 65_537 };

const rules: DetectRule[] = [
  { direction: 'request', transports: ['udp'], match: [question(0)], minimum: 17 },
  { direction: 'response', transports: ['udp'], match: [answer(0)], minimum: 17 },
  { direction: 'request', transports: ['tcp'], match: [question(2)], length, minimum: 19 },
  { direction: 'response', transports: ['tcp'], match: [answer(2)], length, minimum: 19 },
  { direction: 'request', transports: ['udp'], match: [direction(0)], ports: DNS_AND_MULTICAST, minimum: HEADER },
  { direction: 'response', transports: ['udp'], match: [direction(0x80)], ports: DNS_AND_MULTICAST, minimum: HEADER },
  { direction: 'request', transports: ['tcp'], ports: DNS, minimum: 2 },
  { direction: 'response', transports: ['tcp'], ports: DNS, minimum: 2 },
];

const reader = new MessageReader();

/** Whether exactly one message stands between `start` and `end`. */
export function isMessage(bytes: Uint8Array, start: number, end: number, expected: Direction): boolean {
  if (!isHeader(bytes, start, end, expected) || end - start < HEADER) return false;
  const reading = reader.read(bytes, start, end);
  if (reading === 'bad' || (reading === 'short' && (end - start < ENOUGH || reader.type < 0))) return false;
  if (reading === 'whole' && reader.end !== end) return false;
  return isPlausible();
}

/** As {@link isMessage}, for a message with its length before it, of which the end may be missing. */
export function beginsFrame(bytes: Uint8Array, start: number, end: number, expected: Direction): Verdict {
  if (end - start < 2) return 'more';
  const size = (bytes[start]! << 8) | bytes[start + 1]!;
  if (size < HEADER || !isHeader(bytes, start + 2, end, expected)) return 'no';
  if (start + 2 + size > end) return 'more';
  return isMessage(bytes, start + 2, start + 2 + size, expected) ? 'yes' : 'no';
}

/** Whether as much of a header as there is may be one: its direction, its operation, the bit that must be zero. */
function isHeader(bytes: Uint8Array, start: number, end: number, expected: Direction): boolean {
  if (end > start + 2) {
    const flags = bytes[start + 2]!;
    if (((flags & 0x80) !== 0) !== (expected === 'response') || opcodeName((flags >> 3) & 0x0f) === null) return false;
  }
  if (end > start + 3) {
    const flags = bytes[start + 3]!;
    if ((flags & 0x40) !== 0 || (expected === 'request' && (flags & 0x0f) !== 0)) return false;
  }
  return true;
}

/** Whether what was read makes sense: an assigned type, a known class, something to talk about. */
function isPlausible(): boolean {
  if (reader.type < 0) return reader.questions === 0 && reader.isResponse && reader.code !== 0;
  const classes = reader.class === 1 || reader.class === 3 || reader.class === 4 || reader.class >= 254;
  const assigned = isAssignedType(reader.type) || (reader.type >= 65_280 && reader.type < 65_535);
  if (!classes || !assigned || reader.class > 255) return false;
  return !isNetBios(reader.name, reader.type);
}

/** NetBIOS names look like DNS: 32 letters from A to P, of type 32 or 33 (RFC 1002 §4.2). */
function isNetBios(name: string, type: number): boolean {
  return (type === 32 || type === 33) && /^[A-P]{32}(\.|$)/.test(name);
}

/** How DNS is recognised: by whole, well-formed messages; by RFC 1035 they are easy to tell from anything else. */
export const detect: Detection = {
  rules,
  confirm({ bytes, start, end }: Input, expected: Direction) {
    return isMessage(bytes, start, end, expected) ? 'yes' : beginsFrame(bytes, start, end, expected);
  },
};
