import { type Detection, type DetectRule, type Direction, equalsAscii, type Input, type Verdict } from '@sonde/core';
import { Flag, FRAME_HEADER, FrameType, isPlausibleFrame, PREFACE, payloadLength, streamOf } from './frames.js';
import { senderOfBlock } from './plausible-block.js';

/** Length of a frame, in its first three bytes; a frame may come in pieces, so that it says nothing of the chunk. */
const upTo = (max: number) => ({ offset: 0, size: 3, plus: 0, compare: 'bounded', min: 0, max }) as const;
const DIRECTIONS: readonly Direction[] = ['request', 'response'];

/** Frames that chunks of a running connection begin with, and that have a shape of their own. */
const rules: DetectRule[] = [
  {
    direction: 'request',
    match: [
      { offset: 0, bytes: PREFACE.slice(0, 16) },
      { offset: 16, bytes: PREFACE.slice(16) },
    ],
  },
  ...DIRECTIONS.flatMap((direction): DetectRule[] => [
    // SETTINGS, which a server sends first: of the connection, no flag but ACK.
    { direction, match: [{ offset: 0, bytes: [0] }, connectionFrame(FrameType.settings, 0xfe)], length: upTo(180) },
    { direction, match: [{ offset: 0, bytes: [0, 0, 8] }, connectionFrame(FrameType.ping, 0xfe)] },
    { direction, match: [{ offset: 0, bytes: [0, 0, 4, FrameType.windowUpdate, 0] }], minimum: 13 },
    // HEADERS with END_HEADERS, of a stream that a client opened.
    {
      direction,
      match: [
        { offset: 0, bytes: [0] },
        { offset: 3, bytes: [FrameType.headers, Flag.endHeaders, 0], mask: [0xff, 0xd6, 0x80] },
        { offset: 8, bytes: [1], mask: [1] },
      ],
      length: upTo(16_384),
    },
  ]),
];

function connectionFrame(type: number, flags: number) {
  return { offset: 3, bytes: [type, 0, 0, 0, 0, 0], mask: [0xff, flags, 0xff, 0xff, 0xff, 0xff] };
}

/** What a chain of frames proves. */
export const Chain = {
  /** One of them is no frame. */
  broken: 0,
  /** So far they may be frames. */
  possible: 1,
  /** They fit each other, and one is of a shape, or of a stream, that hardly comes about by chance. */
  likely: 2,
  /** A header block among them tells its sender. */
  proved: 3,
} as const;

/** Frames whose header is proof enough that there are frames, if another one follows where they end. */
const SHAPED: readonly number[] = [
  FrameType.settings,
  FrameType.ping,
  FrameType.windowUpdate,
  FrameType.goAway,
  FrameType.resetStream,
];

/**
 * Follows the frames from `start` on, as far as the window goes.
 *
 * @param isOpen whether a stream is known to be open; without it, no stream is
 * @returns one of {@link Chain}
 */
export function followFrames(
  input: Input,
  start: number,
  direction: Direction,
  isOpen?: (stream: number) => boolean,
): number {
  const { bytes, view, end } = input;
  let result: number = Chain.possible;
  let at = start;
  let shaped = false;
  while (at + FRAME_HEADER <= end) {
    if (!isPlausibleFrame(bytes, view, at, end)) return Chain.broken;
    if (shaped) result = Math.max(result, Chain.likely);
    const type = bytes[at + 3]!;
    const length = payloadLength(bytes, at);
    const next = at + FRAME_HEADER + length;
    if (type === FrameType.continuation && at === start) return Chain.broken;
    if (type === FrameType.pushPromise && direction === 'request') return Chain.broken;
    if (type === FrameType.headers && next <= end && (bytes[at + 4]! & Flag.endHeaders) !== 0) {
      const sender = senderOfBlock(bytes, at);
      if (sender === 'none' || (sender !== 'either' && sender !== direction)) return Chain.broken;
      if (sender === direction) result = Chain.proved;
    }
    shaped ||= SHAPED.includes(type) || (length > 0 && isOpen?.(streamOf(view, at)) === true);
    at = next;
  }
  return at === end && shaped ? Math.max(result, Chain.likely) : result;
}

/**
 * Whether the window holds the connection preface at its start; `no` once a byte differs.
 */
export function beginsPreface({ bytes, start, end }: Input): Verdict {
  const length = Math.min(PREFACE.length, end - start);
  if (!equalsAscii(bytes, start, start + length, PREFACE.slice(0, length))) return 'no';
  return length === PREFACE.length ? 'yes' : 'more';
}

/** How HTTP/2 is recognised: by its preface, or by a chain of frames with a header block that tells its sender. */
export const detect: Detection = {
  rules,
  confirm(input, direction) {
    if (direction === 'request') {
      const preface = beginsPreface(input);
      if (preface !== 'no') return preface;
    }
    const chain = followFrames(input, input.start, direction);
    return chain === Chain.proved ? 'yes' : chain === Chain.broken ? 'no' : 'more';
  },
};
