import { type Input, Interner, latin1, type StreamParser, type Verdict } from '@sonde/core';
import { targetText } from '../http-target.js';
import { CR, isToken, isVersion, LF, SP, VERSION_LENGTH, versionText } from './characters.js';
import { beginsRequest } from './detect.js';
import { HeadScanner, INVALID_LENGTH } from './head.js';
import type { Http1Request } from './messages.js';
import { CHUNKED, Http1Stream, UNFRAMED } from './stream.js';
import { optionalText, text } from './text.js';

const methods = new Interner({ capacity: 64, longest: 24 });
const scanner = new HeadScanner();

/** Longest method that is waited for. */
const MAX_METHOD = 64;

/** Of a request line that nobody captured whole, so much of a target is worth reporting. */
const LONG_TARGET = 256;

/** What a request line says; valid until the next one is read. */
const line = { methodEnd: 0, targetEnd: 0, plain: true, version: '' };

/** Reads the requests of a connection. */
export class Http1RequestStream extends Http1Stream<Http1Request> implements StreamParser {
  /** Final responses that had been seen when the request's first bytes came. */
  #responsesBefore = -1;

  protected head({ bytes, view, start, end }: Input): number {
    if (this.#responsesBefore < 0) this.#responsesBefore = this.context.shared.responses;
    const fields = this.#line(bytes, start, end);
    if (fields === 0) return 0;
    const headEnd = scanner.scan(bytes, view, fields, end);
    if (headEnd < 0) return 0;
    this.#responsesBefore = -1;
    const message = this.#message(bytes, start);
    return this.follow(message, bodyLength(message), bytes, start, headEnd, end);
  }

  protected cutHead({ bytes, view, start, end }: Input): Http1Request | null {
    // Another request may hide in the hole if this one isn't alone, or if its answer is already there.
    const alone = this.context.pending() === undefined && this.context.shared.responses === this.#responsesBefore;
    this.#responsesBefore = -1;
    if (!alone) return null;
    const fields = this.#line(bytes, start, end, true);
    if (fields === 0) return null;
    scanner.scan(bytes, view, fields, end);
    const message = this.#message(bytes, start);
    bodyLength(message);
    message.bodySize = message.contentLength;
    return message;
  }

  protected begins(bytes: Uint8Array, start: number, end: number): Verdict {
    return beginsRequest(bytes, start, end);
  }

  protected get alone(): boolean {
    return this.context.pending() === this.context.shared.newest;
  }

  /**
   * Reads a request line into `line`. With `cut`, as much of a target as there is will do.
   *
   * @returns the position after the line, or 0 for more
   */
  #line(bytes: Uint8Array, start: number, end: number, cut = false): number {
    let at = start;
    while (at < end && isToken(bytes[at]!)) at++;
    if (at === end) return at - start > MAX_METHOD ? this.context.fail('not a request line') : 0;
    if (at === start || bytes[at] !== SP) this.context.fail('not a request line');
    line.methodEnd = at++;
    line.plain = bytes[at] === 0x2f;
    // Servers answer a path with spaces in it, be it by 400; with them, any other text could be a request.
    const lowest = line.plain ? SP : SP + 1;
    for (; at < end && bytes[at] !== LF; at++) {
      if (bytes[at] === 0x3f) line.plain = false;
      else if (bytes[at]! < lowest && !isTargetEnd(bytes, at, end)) this.context.fail('not a request line');
    }
    if (at === end) {
      if (!cut || at - line.methodEnd <= LONG_TARGET) return 0;
      line.targetEnd = at;
      line.version = 'HTTP/1.1';
      return at;
    }
    const lineEnd = bytes[at - 1] === CR ? at - 1 : at;
    const version = lineEnd - VERSION_LENGTH;
    if (version - 1 <= line.methodEnd || !isVersion(bytes, version) || bytes[version - 1] !== SP)
      this.context.fail('not a request line');
    line.targetEnd = version - 1;
    line.version = versionText(bytes[lineEnd - 1]!);
    return at + 1;
  }

  #message(bytes: Uint8Array, start: number): Http1Request {
    const length = scanner.contentLength;
    const { shared } = this.context;
    const before = shared.newest;
    const message: Http1Request = {
      kind: 'request',
      operation: methods.take(bytes, start, line.methodEnd),
      resource: targetText(bytes, line.methodEnd + 1, line.targetEnd, line.plain, this.context.redact),
      version: line.version,
      host: text(bytes, scanner.host, before?.host),
      userAgent: text(bytes, scanner.userAgent, before?.userAgent),
      contentType: text(bytes, scanner.contentType, before?.contentType),
      contentLength: length < 0 || scanner.transferEncoding ? null : length,
      bodySize: null,
      traceparent: optionalText(bytes, scanner.traceparent),
      b3: b3(bytes),
      sw8: optionalText(bytes, scanner.sw8),
      requestId: optionalText(bytes, scanner.requestId),
    };
    shared.newest = message;
    return message;
  }
}

/** True at a CR, and at the space before the version (or what may become it). */
function isTargetEnd(bytes: Uint8Array, at: number, end: number): boolean {
  return bytes[at] === CR || (bytes[at] === SP && (at + 1 === end || bytes[at + 1] === 0x48));
}

/** Length of the body by RFC 9112 §6.3, where a request without a length has none. */
function bodyLength(message: Http1Request): number {
  if (scanner.transferEncoding) return scanner.chunked ? CHUNKED : UNFRAMED;
  if (scanner.contentLength === INVALID_LENGTH) return UNFRAMED;
  return message.contentLength ?? 0;
}

function b3(bytes: Uint8Array): string | undefined {
  const single = optionalText(bytes, scanner.b3);
  if (single !== undefined || scanner.b3TraceId.start < 0 || scanner.b3SpanId.start < 0) return single;
  const ids = `${latin1(bytes, scanner.b3TraceId.start, scanner.b3TraceId.end)}-${latin1(bytes, scanner.b3SpanId.start, scanner.b3SpanId.end)}`;
  const sampled = optionalText(bytes, scanner.b3Sampled);
  return sampled === undefined ? ids : `${ids}-${sampled}`;
}
