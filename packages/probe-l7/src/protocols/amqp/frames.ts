import type { Input } from '@sonde/core';
import { CLIENT, type Method, methodOf, SERVER } from './methods.js';

/** Types of frames (section 2.3.5 of the specification). */
export const FrameType = { method: 1, header: 2, body: 3, heartbeat: 8 } as const;

/** Type, channel, and size stand before the payload of a frame. */
export const HEADER = 7;
/** Every frame ends with this octet. */
export const FRAME_END = 0xce;
/** Header, and the octet at the end. */
export const OVERHEAD = HEADER + 1;

/** Largest payload that is believed: brokers allow 128 KiB, and some no limit at all. */
const MAX_BODY = 1 << 27;
/** A method's arguments, and a message's properties, fit in here. */
const MAX_FIELDS = 1 << 20;
/** Class, weight, size of the body and flags: the least that a content header has. */
export const MIN_CONTENT_HEADER = 14;
const BASIC = 60;

/** The frame that a window begins with; one object is used for all, so it holds until the next `read`. */
export class Frame {
  type = 0;
  channel = 0;
  /** Bytes of the payload. */
  size = 0;
  /** Where the payload begins, and where the frame's last octet stands, in the window's memory. */
  body = 0;
  last = 0;

  /** @returns null, `'more'` while the header isn't there, or what is wrong with it. */
  read({ bytes, view, end }: Input, start: number): string | null {
    const type = bytes[start]!;
    if (type !== FrameType.method && type !== FrameType.header && type !== FrameType.body) {
      if (type !== FrameType.heartbeat) return 'type of a frame';
    }
    if (end - start < HEADER) return 'more';
    this.type = type;
    this.channel = view.getUint16(start + 1);
    this.size = view.getUint32(start + 3);
    this.body = start + HEADER;
    this.last = this.body + this.size;
    if (!this.#isSized()) return 'size of a frame';
    if (this.last < end && bytes[this.last] !== FRAME_END) return 'end of a frame';
    return null;
  }

  #isSized(): boolean {
    const { type, size, channel } = this;
    if (type === FrameType.method) return size >= 4 && size <= MAX_FIELDS;
    if (type === FrameType.header) return size >= MIN_CONTENT_HEADER && size <= MAX_FIELDS && channel > 0;
    if (type === FrameType.body) return size <= MAX_BODY && channel > 0;
    return size === 0 && channel === 0;
  }
}

/**
 * The method of a frame, if this side may send it on this channel; null if it may not.
 *
 * @param sender {@link CLIENT} or {@link SERVER}
 */
export function allowedMethod(key: number, channel: number, sender: number): Method | null {
  const method = methodOf(key);
  if (method === undefined || (method.senders & sender) === 0) return null;
  // Class 10, the connection, lives on channel 0, all others elsewhere.
  return key >>> 16 === 10 ? (channel === 0 ? method : null) : channel > 0 ? method : null;
}

/**
 * What a window begins with: `'sure'` for a method that only this side may send, `'maybe'` for any other frame that is
 * right as far as it goes, `'no'`, or `'more'` bytes are needed.
 */
export function checkFrame(
  frame: Frame,
  input: Input,
  start: number,
  fromClient: boolean,
): 'sure' | 'maybe' | 'no' | 'more' {
  const fault = frame.read(input, start);
  if (fault !== null) return fault === 'more' ? 'more' : 'no';
  const { view, end } = input;
  if (frame.type === FrameType.heartbeat) return frame.last < end ? 'maybe' : 'more';
  if (frame.type === FrameType.body) return 'maybe';
  if (frame.body + 4 > end) return 'more';
  const key = view.getUint32(frame.body);
  if (frame.type === FrameType.header) return key === BASIC << 16 ? 'maybe' : 'no';
  const sender = fromClient ? CLIENT : SERVER;
  const method = allowedMethod(key, frame.channel, sender);
  return method === null ? 'no' : method.senders === sender ? 'sure' : 'maybe';
}
