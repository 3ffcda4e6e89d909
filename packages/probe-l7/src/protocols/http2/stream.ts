import type { Input, StreamContext, StreamParser } from '@sonde/core';
import type { Http2Connection, Http2StreamState } from './connection.js';
import { Chain, followFrames } from './detect.js';
import { Flag, FRAME_HEADER, FrameType, payloadLength, streamOf } from './frames.js';
import type { GrpcMessages } from './grpc-messages.js';
import { Head } from './head.js';
import { HeaderBlock } from './header-block.js';
import { HpackDecoder, MAX_BLOCK } from './hpack.js';
import { CONTROL, type Http2Message, type Http2Request, type Http2Response } from './messages.js';

/** What `Input` lends, and what a stream offers its parser. */
export type Http2Context = StreamContext<Http2Message, Http2Connection>;

/** Fields of the block that was decoded last; valid until the next one. */
export const head = new Head();

/** So many bytes are waited for after a loss, until they prove that they are frames. */
const MAX_UNPROVEN = 4096;

/** What both directions of HTTP/2 have in common: frames, header blocks, bodies, and what can be saved of a loss. */
export abstract class Http2Stream implements StreamParser {
  protected readonly context: Http2Context;
  readonly #decoder: HpackDecoder;
  readonly #block = new HeaderBlock();
  readonly #isOpen = (stream: number) => this.context.shared.streams.has(stream);
  /** False while it isn't known where a frame begins. */
  #inStep: boolean;
  // The DATA frame at hand, of which `#left` octets are still to be read.
  #left = 0;
  #padding = 0;
  #state: Http2StreamState | null = null;
  #endStream = false;

  constructor(context: Http2Context) {
    this.context = context;
    this.#decoder = new HpackDecoder(context.fromStart);
    this.#inStep = context.fromStart;
    if (!context.fromStart) context.shared.losses[context.direction]++;
  }

  /** A header block is whole, or cut: its fields are in `head`. Begins, goes on with, or ends a message. */
  protected abstract headers(stream: number, endStream: boolean, cut: boolean): void;

  /** The message of this direction that is under way on a stream, or null. */
  protected abstract messageOf(state: Http2StreamState): Http2Request | Http2Response | null;

  /** The direction's message on this stream is over; it has been finished. */
  protected abstract ended(state: Http2StreamState): void;

  /** The peer ends a stream before its time. Emits something. */
  protected abstract reset(stream: number, code: number): void;

  /** `length` bytes went by that begin with a frame; the place in the stream is lost. May finish a message. */
  protected hole(_length: number): void {}

  /** Frames that say something in one direction only. Emits nothing. */
  protected goAway(_lastStream: number): void {}

  read(input: Input): number {
    if (this.#left > 0) return this.#readData(input.bytes, input.start, input.end);
    const { bytes, view, start, end } = input;
    if (!this.#inStep) {
      const skipped = this.#seek(input);
      if (skipped !== 0) return Math.max(skipped, 0);
    }
    if (end - start < FRAME_HEADER) return 0;
    const type = bytes[start + 3]!;
    const length = payloadLength(bytes, start);
    const stream = streamOf(view, start);
    if (this.#block.stream !== 0 && (type !== FrameType.continuation || stream !== this.#block.stream)) {
      this.context.fail('header block interrupted');
    }
    switch (type) {
      case FrameType.data:
        return this.#data(bytes, start, end, stream, length);
      case FrameType.headers:
      case FrameType.pushPromise:
      case FrameType.continuation:
        if (end - start < FRAME_HEADER + length) return 0;
        return this.#fragment(bytes, start, start + FRAME_HEADER + length, stream);
      case FrameType.resetStream:
        if (length !== 4) this.context.fail('frame size');
        if (end - start < FRAME_HEADER + 4) return 0;
        this.reset(stream, view.getUint32(start + FRAME_HEADER));
        return FRAME_HEADER + 4;
      case FrameType.goAway:
        if (length < 8) this.context.fail('frame size');
        if (end - start < FRAME_HEADER + 8) return 0;
        this.goAway(view.getUint32(start + FRAME_HEADER) & 0x7fff_ffff);
        break;
      case FrameType.settings:
        if (length % 6 !== 0 || stream !== 0) this.context.fail('frame size');
        break;
      case FrameType.ping:
        if (length !== 8 || stream !== 0) this.context.fail('frame size');
        break;
      case FrameType.windowUpdate:
        if (length !== 4) this.context.fail('frame size');
        break;
      case FrameType.priority:
        if (length !== 5) this.context.fail('frame size');
        break;
    }
    this.context.emit(CONTROL);
    return FRAME_HEADER + length;
  }

  gap(input: Input, missing: number): number {
    const { bytes, view, start, end } = input;
    if (this.#left > 0) return this.#dataUnseen();
    const available = end - start;
    if (!this.#inStep) return -1;
    if (available < FRAME_HEADER) {
      this.hole(available + missing);
      return -1;
    }
    const type = bytes[start + 3]!;
    const length = payloadLength(bytes, start);
    const stream = streamOf(view, start);
    const whole = FRAME_HEADER + length;
    if (type === FrameType.headers || type === FrameType.pushPromise || type === FrameType.continuation) {
      if (missing === 0 && length <= MAX_BLOCK) return -1;
      this.#fragment(bytes, start, end, stream, true);
    } else if (type === FrameType.resetStream) this.reset(stream, -1);
    else this.context.emit(CONTROL);
    return whole;
  }

  /** Any chunk will do: `read` looks for the first frame itself, since it may be cut in pieces. */
  resync(_input: Input): number {
    return 0;
  }

  /**
   * Looks for the first frame. Returns how many bytes to step over, 0 if one begins at the window's start, or -1 if more
   * bytes will tell.
   */
  #seek(input: Input): number {
    const { bytes, start, end } = input;
    const { direction } = this.context;
    for (let at = start; at < end; at++) {
      if (!mayBeFrame(bytes, at, end)) continue;
      const chain = followFrames(input, at, direction, this.#isOpen);
      if (chain === Chain.broken || (chain === Chain.possible && end - at > MAX_UNPROVEN)) continue;
      if (at > start) {
        this.context.emit(CONTROL);
        return at - start;
      }
      if (chain === Chain.possible) return -1;
      this.#inStep = true;
      return 0;
    }
    this.context.emit(CONTROL);
    return end - start;
  }

  // ------------------------------------------------------------------ header blocks

  /**
   * Takes the fragment in the frame from `start` to `end`; `cut` if the frame goes on unseen. Returns the bytes that the
   * frame takes of the window.
   */
  #fragment(bytes: Uint8Array, start: number, end: number, stream: number, cut = false): number {
    const block = this.#block;
    const type = bytes[start + 3]!;
    const flags = bytes[start + 4]!;
    let from = start + FRAME_HEADER;
    let to = end;
    if (type === FrameType.continuation) {
      if (block.stream === 0) this.context.fail('continuation of nothing');
    } else {
      if (stream === 0) this.context.fail('header block without stream');
      if ((flags & Flag.padded) !== 0 && from < end) {
        const padding = bytes[from++]!;
        if (!cut) to -= padding;
      }
      if (type === FrameType.pushPromise) from += 4;
      else if ((flags & Flag.priority) !== 0) from += 5;
      if (from > to) {
        if (!cut) this.context.fail('padding');
        from = to = end;
      }
      const promised = type === FrameType.pushPromise;
      const endStream = !promised && (flags & Flag.endStream) !== 0;
      if ((flags & Flag.endHeaders) !== 0) {
        this.#decode(bytes, from, to, stream, promised, endStream, cut);
        return end - start;
      }
      block.begin(stream, promised, endStream);
    }
    if (!block.add(bytes, from, to)) {
      this.#decoder.table.forget();
      block.end();
      this.context.fail('header block too long');
    }
    block.cut ||= cut;
    if ((flags & Flag.endHeaders) !== 0) {
      const { length, promised, endStream } = block;
      const kept = block.bytes;
      const unseen = block.cut;
      block.end();
      this.#decode(kept, 0, length, stream, promised, endStream, unseen);
    }
    return end - start;
  }

  #decode(
    bytes: Uint8Array,
    from: number,
    to: number,
    stream: number,
    promised: boolean,
    endStream: boolean,
    cut: boolean,
  ): void {
    head.reset();
    const end = to - from > MAX_BLOCK ? 'malformed' : this.#decoder.decode(bytes, from, to, head);
    if (cut || end !== 'whole') this.#decoder.table.forget();
    if (end === 'malformed' || (end === 'cut' && !cut)) this.context.fail('header block');
    if (promised) this.context.emit(CONTROL);
    else this.headers(stream, endStream, cut);
  }

  // ------------------------------------------------------------------ bodies

  #data(bytes: Uint8Array, start: number, end: number, stream: number, length: number): number {
    if (stream === 0) this.context.fail('data without stream');
    const flags = bytes[start + 4]!;
    let header = FRAME_HEADER;
    let padding = 0;
    if ((flags & Flag.padded) !== 0) {
      if (end - start < FRAME_HEADER + 1) return 0;
      padding = bytes[start + FRAME_HEADER]! + 1;
      if (padding > length) this.context.fail('padding');
      header++;
    }
    const state = this.context.shared.streams.peek(stream);
    const message = state === undefined ? null : this.messageOf(state);
    if (state === undefined || message === null) {
      this.context.emit(CONTROL);
      return FRAME_HEADER + length;
    }
    message.bodySize += length - padding;
    const endStream = (flags & Flag.endStream) !== 0;
    const messages = this.context.shared.messagesOf(state, this.context.direction);
    if (messages === null || length === padding) {
      this.#finish(state, message, endStream);
      return FRAME_HEADER + length;
    }
    this.#state = state;
    this.#left = FRAME_HEADER + length - header;
    this.#padding = Math.max(0, padding - 1);
    this.#endStream = endStream;
    return header + this.#readData(bytes, start + header, end);
  }

  /** Reads on in the body of a gRPC message, up to the next prefix that isn't there yet. */
  #readData(bytes: Uint8Array, start: number, end: number): number {
    const state = this.#state!;
    const messages = this.context.shared.messagesOf(state, this.context.direction)!;
    const body = this.#left - this.#padding;
    const seen = Math.min(body, end - start);
    messages.take(bytes, start, start + seen);
    const stepped = Math.min(body - seen, messages.skippable);
    if (stepped > 0 && messages.count !== null) messages.skip(stepped);
    const message = this.messageOf(state)!;
    message.messages = messages.count;
    const consumed = seen + stepped;
    if (consumed < body) {
      this.#left -= consumed;
      this.context.touch(message);
      return consumed;
    }
    const whole = this.#left;
    this.#endData(state, message);
    return whole;
  }

  /** The rest of the DATA frame went by unseen. */
  #dataUnseen(): number {
    const state = this.#state!;
    const messages: GrpcMessages | null = this.context.shared.messagesOf(state, this.context.direction);
    messages?.skip(this.#left - this.#padding);
    const message = this.messageOf(state)!;
    if (messages !== null) message.messages = messages.count;
    const whole = this.#left;
    this.#endData(state, message);
    return whole;
  }

  #endData(state: Http2StreamState, message: Http2Request | Http2Response): void {
    this.#left = 0;
    this.#state = null;
    this.#finish(state, message, this.#endStream);
  }

  #finish(state: Http2StreamState, message: Http2Request | Http2Response, endStream: boolean): void {
    if (!endStream) {
      this.context.touch(message);
      return;
    }
    this.context.finish(message);
    this.ended(state);
  }
}

/** A cheap look at as much of a frame's header as there is. */
function mayBeFrame(bytes: Uint8Array, at: number, end: number): boolean {
  if (bytes[at] !== 0) return false;
  return at + 5 >= end || (bytes[at + 3]! <= FrameType.windowUpdate && bytes[at + 5]! <= 0x7f);
}
