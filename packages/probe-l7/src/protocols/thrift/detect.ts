import type { Detection, DetectRule, Direction, Input, Verdict } from '@sonde/core';
import { BinaryReader } from './binary-reader.js';
import { CompactReader } from './compact-reader.js';
import { Envelope, MAX_FRAME } from './envelope.js';
import { MessageType } from './messages.js';

const envelope = new Envelope();
const binary = new BinaryReader();
const compact = new CompactReader();

/** Ports of servers that are old enough for messages without version and frame: Hive's metastore, HBase, Scribe. */
const OLD_PORTS = [9090, 9083, 9160, 9095, 1463];

const frame = { offset: 0, size: 4, plus: 4, compare: 'bounded', min: 9, max: MAX_FRAME } as const;

/** Calls are 1 or 4, answers 2 or 3: what their bits have in common, at a place of a byte. */
const types = (direction: Direction, shift: number) =>
  direction === 'request'
    ? { value: 0, mask: (0b010 << shift) & 0xff }
    : { value: 0b010 << shift, mask: (0b110 << shift) & 0xff };

const rules = (['request', 'response'] as const).flatMap((direction): DetectRule[] => {
  const strict = types(direction, 0);
  const short = types(direction, 5);
  // 8001 00 type, then the high half of the name's length.
  const binaryMatch = (offset: number) => ({
    offset,
    bytes: [0x80, 0x01, 0x00, strict.value, 0, 0],
    mask: [0xff, 0xff, 0xff, 0xf8 | strict.mask, 0xff, 0xff],
  });
  const compactMatch = (offset: number) => ({
    offset,
    bytes: [0x82, 0x01 | short.value],
    mask: [0xff, 0x1f | short.mask],
  });
  return [
    { direction, match: [binaryMatch(4)], length: frame },
    { direction, match: [binaryMatch(0)], minimum: 12 },
    { direction, match: [compactMatch(4)], length: frame },
    { direction, match: [compactMatch(0)], minimum: 6 },
    { direction, match: [{ offset: 4, bytes: [0x0f, 0xff] }], length: frame },
    { direction, match: [{ offset: 0, bytes: [0x0f, 0xff, 0, 0] }], minimum: 16 },
    // A length, the length of a name, and a letter.
    {
      direction,
      match: [
        { offset: 0, bytes: [0] },
        { offset: 4, bytes: [0, 0, 0, 0, 0x40], mask: [0xff, 0xff, 0xff, 0x80, 0xc0] },
      ],
      length: frame,
    },
    {
      direction,
      match: [{ offset: 0, bytes: [0, 0, 0, 0, 0x40], mask: [0xff, 0xff, 0xff, 0x80, 0xc0] }],
      ports: OLD_PORTS,
      minimum: 12,
    },
  ];
});

/** How Thrift is recognised: a message of the right type, with a name and a struct that its frame holds exactly. */
export const detect: Detection = {
  rules,
  confirm: ({ bytes, view, start, end }, direction) => look(bytes, view, start, end, direction),
};

/** Bytes to the next message in the window, or -1. Within a chunk only the strict binary protocol is unmistakable. */
export function begins({ bytes, view, start, end }: Input, direction: Direction): number {
  if (look(bytes, view, start, end, direction) !== 'no') return 0;
  for (let at = start + 1; at + 8 < end; at++) {
    if (bytes[at] !== 0x80 || bytes[at + 1] !== 1 || bytes[at + 2] !== 0) continue;
    if (at - 4 > start && look(bytes, view, at - 4, end, direction) === 'yes') return at - 4 - start;
    if (look(bytes, view, at, end, direction) === 'yes') return at - start;
  }
  return -1;
}

/** Whether a message of the direction begins at `start`. */
function look(bytes: Uint8Array, view: DataView, start: number, end: number, direction: Direction): Verdict {
  const fault = envelope.read(bytes, view, start, end);
  if (fault !== null) return fault === 'more' ? 'more' : 'no';
  // Of a transformed payload nobody can say whose it is: a client speaks first.
  if (envelope.opaque) return direction === 'request' ? 'yes' : 'no';
  const isCall = envelope.type === MessageType.call || envelope.type === MessageType.oneway;
  if (isCall !== (direction === 'request') || !isName(bytes, envelope.nameStart, envelope.nameEnd)) return 'no';
  const { body, frameEnd } = envelope;
  if (body >= end) return 'more';
  const reader = envelope.encoding === 'compact' ? compact : binary;
  reader.start('first field');
  const at = reader.advance(bytes, view, body, frameEnd < 0 ? end : Math.min(end, frameEnd));
  if (reader.fault !== null) return 'no';
  if (frameEnd >= 0) {
    if (reader.done ? at !== frameEnd : at > frameEnd || (frameEnd <= end && at <= frameEnd)) return 'no';
    return 'yes';
  }
  if (!reader.done || at === end) return 'yes';
  return bytes[at] === bytes[start] || envelope.transport === 'header' ? 'yes' : 'no';
}

/** A method's name, with its service where there are several. */
function isName(bytes: Uint8Array, start: number, end: number): boolean {
  if (start === end) return false;
  for (let at = start; at < end; at++) if (NAME[bytes[at]!] === 0) return false;
  return bytes[start]! > 0x39 || end - start > 1;
}

const NAME = new Uint8Array(256);
for (const character of '_.:/$-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz') {
  NAME[character.charCodeAt(0)] = 1;
}
