import { findLf, type Input, latin1, type StreamParser, type Verdict } from '@sonde/core';
import { isEndOfMethod } from '../http-semantics.js';
import { shownHost } from '../http-target.js';
import { beginsRequest, methodEnd } from './detect.js';
import { HeadScanner, INVALID_LENGTH } from './head.js';
import type { Http1Request } from './messages.js';
import { mayBecomeRequestLine, type RequestLine, readCutRequestLine, requestLines } from './request-line.js';
import { CHUNKED, Http1Stream, UNFRAMED } from './stream.js';
import { optionalText, text } from './text.js';

const scanner = new HeadScanner();

/** Reads the requests of a connection. */
export class Http1RequestStream extends Http1Stream<Http1Request> implements StreamParser {
  /** Final responses that had been seen when the request's first bytes came. */
  #responsesBefore = -1;
  /** Where the fields of the head at hand begin. */
  #fields = 0;
  readonly #lines = requestLines(this.context.redact);

  protected head(input: Input): number {
    if (this.#responsesBefore < 0) this.#responsesBefore = this.context.shared.responses;
    const line = this.#line(input);
    if (line === null) return 0;
    const { bytes, view, start, end } = input;
    const headEnd = scanner.scan(bytes, view, this.#fields, end);
    if (headEnd < 0) return 0;
    this.#responsesBefore = -1;
    const message = this.#message(bytes, line);
    return this.follow(message, bodyLength(message), bytes, start, headEnd, end);
  }

  protected cutHead(input: Input): Http1Request | null {
    // Another request may hide in the hole if this one isn't alone, or if its answer is already there.
    const { shared } = this.context;
    const alone =
      this.context.pending() === undefined && shared.responses === this.#responsesBefore && !shared.responsesHide;
    this.#responsesBefore = -1;
    if (!alone) return null;
    const { bytes, view, start, end } = input;
    this.#fields = end;
    const line = this.#line(input) ?? readCutRequestLine(bytes, start, end, this.context.redact);
    if (line === null) return null;
    scanner.scan(bytes, view, this.#fields, end);
    const message = this.#message(bytes, line);
    bodyLength(message);
    message.bodySize = message.contentLength;
    return message;
  }

  /** Behind a loss the end of a cut method looks like another one: `ET /`. */
  protected begins(bytes: Uint8Array, start: number, end: number): Verdict {
    const verdict = beginsRequest(bytes, start, end);
    const method = methodEnd(bytes, start, end);
    if (verdict === 'no' || method === end) return verdict;
    return isEndOfMethod(latin1(bytes, start, method)) ? 'no' : verdict;
  }

  protected get alone(): boolean {
    return this.context.pending() === this.context.shared.newest;
  }

  /** Reads the line at `start`, and where the fields begin; null for more. */
  #line({ bytes, view, start, end }: Input): RequestLine | null {
    const lf = findLf(bytes, view, start, end);
    if (lf < 0) {
      if (!mayBecomeRequestLine(bytes, start, end)) this.context.fail('not a request line');
      return null;
    }
    this.#fields = lf + 1;
    return this.#lines.take(bytes, start, lf + 1) ?? this.context.fail('not a request line');
  }

  #message(bytes: Uint8Array, line: RequestLine): Http1Request {
    const length = scanner.contentLength;
    const { shared } = this.context;
    const before = shared.newest;
    const message: Http1Request = {
      kind: 'request',
      operation: line.method,
      resource: line.target,
      version: line.version,
      host: shownHost(text(bytes, scanner.host, before?.host), this.context.redact),
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
