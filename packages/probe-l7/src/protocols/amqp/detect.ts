import { type Detection, type DetectRule, type Direction, equalsAscii, type Input, type Verdict } from '@sonde/core';
import { checkFrame, Frame, FrameType } from './frames.js';

/** What a client of AMQP 0-9-1 says first (section 4.2.2); a server that refuses it says what it speaks itself. */
export const PROTOCOL_HEADER = 'AMQP\0\0\x09\x01';
/** Bytes of a protocol header, whatever its version. */
export const PROTOCOL_HEADER_BYTES = 8;

const frame = new Frame();
/** Most frames that a look goes over until one is found that only this side may send. */
const MOST_FRAMES = 16;
/** A method that is longer isn't waited for. */
const LARGE = 1024;

/** Whether frames of this side, the first of them whole in its essentials, stand one after another in the window. */
export function confirm(input: Input, direction: Direction): Verdict {
  const { bytes, start, end } = input;
  const fromClient = direction === 'request';
  if (fromClient && bytes[start] === 0x41) {
    if (end - start < PROTOCOL_HEADER_BYTES) return 'more';
    return equalsAscii(bytes, start, start + PROTOCOL_HEADER_BYTES, PROTOCOL_HEADER) ? 'yes' : 'no';
  }
  let at = start;
  for (let count = 0; count < MOST_FRAMES && at < end; count++) {
    const found = checkFrame(frame, input, at, fromClient);
    // A connection is joined where a method begins: what belongs to one that nobody saw says little.
    if (found === 'no' || (at === start && frame.type !== FrameType.method)) return 'no';
    if (found === 'more') return 'more';
    if (found === 'sure') return frame.last < end || frame.size > LARGE ? 'yes' : 'more';
    at = frame.last + 1;
  }
  // An Ack or a Close may come from either side: what follows tells which.
  return 'more';
}

/** A method that begins a chunk: class below 128, method below 256, and a size that fits. */
const method = (direction: Direction): DetectRule => ({
  direction,
  match: [
    { offset: 0, bytes: [1] },
    { offset: 3, bytes: [0, 0] },
    { offset: 7, bytes: [0, 0, 0], mask: [0xff, 0x80, 0xff] },
  ],
  length: { offset: 3, size: 4, plus: 8, compare: 'bounded', min: 12, max: 65_535 },
  minimum: 11,
});

/** The client's protocol header, the server's greeting, and any method that both sides' frames may begin with. */
export const detect: Detection = {
  rules: [
    { direction: 'request', match: [{ offset: 0, bytes: PROTOCOL_HEADER }] },
    {
      direction: 'response',
      match: [
        { offset: 0, bytes: [1, 0, 0, 0, 0] },
        { offset: 7, bytes: [0, 10, 0, 10, 0, 9] },
      ],
    },
    method('request'),
    method('response'),
  ],
  confirm,
};
