import type { Input, StreamContext, StreamParser, Verdict } from '@sonde/core';
import { ChunkedBody } from './body.js';
import { CR, LF } from './characters.js';
import type { Http1Connection, Http1Message } from './messages.js';

/** What `Input` lends, and what a stream offers its parser. */
export type Http1Context = StreamContext<Http1Message, Http1Connection>;

/** How the end of a message is found (RFC 9112 §6.3), where it isn't a number of bytes. */
export const CHUNKED = -1;
/** The body ends with the connection. */
export const UNTIL_CLOSE = -2;
/** Nobody can tell: what follows is stepped over until a message begins at the start of a chunk. */
export const UNFRAMED = -3;

/**
 * What both directions of HTTP/1 have in common: waiting for a head, stepping over its body, and what can be saved when
 * a part was not captured.
 */
export abstract class Http1Stream<M extends Http1Message> implements StreamParser {
  readonly context: Http1Context;
  readonly #chunked = new ChunkedBody();
  /** 0 before a head, else one of the three kinds of body. */
  #body = 0;
  /** The message whose body is being read. */
  #message: M | null = null;
  /** Bytes of the window that hold no end of a head; they are not looked at again. */
  #searched = 0;

  constructor(context: Http1Context) {
    this.context = context;
  }

  /**
   * Reads a head from the window's start.
   *
   * @returns bytes that the step consumes, 0 for more
   */
  protected abstract head(input: Input): number;

  /** Makes what it can of a head whose end nobody captured, or returns null. */
  protected abstract cutHead(input: Input): M | null;

  /** Whether a message begins here. */
  protected abstract begins(bytes: Uint8Array, start: number, end: number): Verdict;

  /** True while only the message at hand, or its exchange, is under way, so that a hole can't hide another one. */
  protected abstract get alone(): boolean;

  read(input: Input): number {
    const { bytes, start, end } = input;
    switch (this.#body) {
      case CHUNKED:
        return this.#readChunks(bytes, start, end);
      case UNTIL_CLOSE:
        this.#count(end - start);
        return end - start;
      case UNFRAMED: {
        const verdict = this.begins(bytes, start, end);
        if (verdict === 'no') return end - start;
        if (verdict === 'more') return 0;
        this.#body = 0;
        // What was stepped over is no part of the message that begins here.
        this.context.emit(NOTHING);
        return 0;
      }
      default:
        return this.#readHead(input);
    }
  }

  gap(input: Input, missing: number): number {
    const available = input.end - input.start;
    this.#searched = 0;
    switch (this.#body) {
      case UNTIL_CLOSE:
        this.#message!.bodySize = null;
        return available + missing;
      case CHUNKED:
        return this.#gapInChunks(available, missing);
      default: {
        // Nobody waits for what the hole holds: it is the rest of a response whose head was cut.
        const rest = this.#body === UNFRAMED && this.context.direction === 'response';
        if (rest && this.context.pending() === undefined) return available + missing;
        if (available === 0) return -1;
        const message = this.cutHead(input);
        if (message === null) return -1;
        message.truncated = true;
        this.context.emit(message);
        this.#loseFraming();
        // The rest of the head is a part of what is missing, and so may be the body's beginning.
        return available + missing + Math.max(0, (message.bodySize ?? 0) - missing);
      }
    }
  }

  resync({ bytes, start, end }: Input): number {
    // What may yet become a message is waited for: the head is checked again when it is whole.
    return this.begins(bytes, start, end) === 'no' ? -1 : 0;
  }

  end(): void {
    if (this.#body === UNTIL_CLOSE) this.context.finish();
  }

  /**
   * Goes on after a head, with a body of `length` bytes or one of the three kinds.
   *
   * @returns bytes that the step consumes
   */
  protected follow(message: M, length: number, bytes: Uint8Array, start: number, headEnd: number, end: number): number {
    this.#searched = 0;
    if (length >= 0) {
      message.bodySize = length;
      this.context.emit(message);
      return headEnd - start + length;
    }
    this.#body = length;
    if (length === UNFRAMED) {
      this.#loseFraming();
      message.truncated = true;
      this.context.emit(message);
      return headEnd - start;
    }
    this.#message = message;
    if (length === UNTIL_CLOSE) {
      message.bodySize = end - headEnd;
      this.context.begin(message);
      return end - start;
    }
    this.#chunked.reset();
    const reached = this.#chunked.advance(bytes, headEnd, end);
    if (this.#chunked.done) {
      message.bodySize = this.#chunked.size;
      this.context.emit(message);
      this.#body = 0;
      return reached - start;
    }
    this.context.begin(message);
    if (this.#chunked.fault !== null) this.context.fail(this.#chunked.fault);
    return reached - start;
  }

  #readHead(input: Input): number {
    const { bytes, start, end } = input;
    if (this.#searched === 0) {
      let at = start;
      while (at < end && (bytes[at] === CR || bytes[at] === LF)) at++;
      if (at > start) {
        // Empty lines before a message (RFC 9112 §2.2) don't belong to it: its time begins with its first word.
        this.context.emit(NOTHING);
        return at - start;
      }
    } else if (!hasHeadEnd(bytes, start + this.#searched, start, end)) {
      this.#searched = end - start;
      return 0;
    }
    const consumed = this.head(input);
    if (consumed === 0) this.#searched = end - start;
    return consumed;
  }

  #readChunks(bytes: Uint8Array, start: number, end: number): number {
    const reached = this.#chunked.advance(bytes, start, end);
    if (this.#chunked.fault !== null) this.context.fail(this.#chunked.fault);
    if (this.#chunked.done) this.#finishChunks();
    return reached - start;
  }

  #gapInChunks(available: number, missing: number): number {
    const left = available + missing;
    if (left === this.#chunked.shortestEnd) this.#finishChunks();
    else if (this.alone) {
      this.#message!.truncated = true;
      this.context.finish();
      this.#message = null;
      this.#loseFraming();
    } else return -1;
    return left;
  }

  #loseFraming(): void {
    this.#body = UNFRAMED;
    if (this.context.direction === 'response') this.context.shared.responsesHide = true;
  }

  #finishChunks(): void {
    this.#message!.bodySize = this.#chunked.size;
    this.context.finish();
    this.#message = null;
    this.#body = 0;
  }

  #count(bytes: number): void {
    const message = this.#message!;
    if (message.bodySize !== null) message.bodySize += bytes;
  }
}

const NOTHING = { kind: 'control' } as unknown as Http1Message;

/** Looks for the empty line that ends a head; the byte before `from` may already be a part of it. */
function hasHeadEnd(bytes: Uint8Array, from: number, start: number, end: number): boolean {
  for (let at = Math.max(start + 1, from); at < end; at++) {
    if (bytes[at] !== LF) continue;
    const before = bytes[at - 1];
    if (before === LF || (before === CR && at - 2 >= start && bytes[at - 2] === LF)) return true;
  }
  return false;
}
