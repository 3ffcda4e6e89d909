import type { Detection, DetectRule, Direction, Input, Verdict } from '@sonde/core';
import { checkEnvelope, HEADER, MAX_BODY } from './envelope.js';
import { isLz4Header, isPlainHeader, LZ4_HEADER, PLAIN_HEADER } from './segment.js';

/** The usual port of clients. */
const PORTS = [9042];

/** Version, known flags, and an opcode; a stream that isn't negative for requests. */
const envelope = (direction: Direction, version: number, mask: number): DetectRule => ({
  direction,
  match: [
    { offset: 0, bytes: [version, 0, 0], mask: [mask, 0xe0, direction === 'request' ? 0x80 : 0] },
    { offset: 4, bytes: [0, 0], mask: [0xe0, 0xf0] },
  ],
  length: { offset: 5, size: 4, plus: HEADER, compare: 'bounded', min: HEADER, max: MAX_BODY },
  minimum: HEADER,
});

/** Segments of version 5 have nothing but their length and a checksum, so that they need the port. */
const segment = (direction: Direction): DetectRule[] => [
  { direction, ports: PORTS, match: [{ offset: 2, bytes: [0], mask: [0xfc] }], minimum: LZ4_HEADER },
  { direction, ports: PORTS, match: [{ offset: 4, bytes: [0], mask: [0xf8] }], minimum: LZ4_HEADER },
];

/** Whether the window begins with a segment of version 5, by the checksum of its header. */
export function checkSegment({ bytes, start, end }: Input): Verdict {
  if (end - start < PLAIN_HEADER) return 'more';
  if (isPlainHeader(bytes, start)) return 'yes';
  if (end - start < LZ4_HEADER) return 'more';
  return isLz4Header(bytes, start) ? 'yes' : 'no';
}

/** Envelopes by their header and what their body begins with; segments by the checksum of their header. */
export const detect: Detection = {
  rules: [
    envelope('request', 0x04, 0xfe),
    envelope('request', 0x03, 0xff),
    envelope('request', 0x40, 0xfc),
    envelope('response', 0x84, 0xfe),
    envelope('response', 0x83, 0xff),
    envelope('response', 0xc0, 0xfc),
    ...segment('request'),
    ...segment('response'),
  ],
  confirm(input, direction) {
    const verdict = checkEnvelope(input, direction);
    return verdict === 'no' ? checkSegment(input) : verdict;
  },
};
