import { equalsAsciiIgnoreCase, findLf, type Input, type StreamParser, type Verdict } from '@sonde/core';
import { VERSION_LENGTH } from './characters.js';
import { beginsResponse } from './detect.js';
import { HeadScanner, INVALID_LENGTH } from './head.js';
import type { Http1Request, Http1Response } from './messages.js';
import { isStatus, type StatusLine, statusLines } from './status-line.js';
import { CHUNKED, Http1Stream, UNFRAMED, UNTIL_CLOSE } from './stream.js';
import { text } from './text.js';

const scanner = new HeadScanner();

/** Length of `HTTP/1.x NNN`. */
const SHORTEST = VERSION_LENGTH + 4;
const SWITCHING_PROTOCOLS = 101;

/** Reads the responses of a connection. The request that waits says what a response means: HEAD, CONNECT. */
export class Http1ResponseStream extends Http1Stream<Http1Response> implements StreamParser {
  /** Content type of the response before. */
  #contentType: string | null = null;
  /** Where the fields of the head at hand begin. */
  #fields = 0;

  protected head(input: Input): number {
    const line = this.#line(input);
    if (line === null) return 0;
    const { bytes, view, start, end } = input;
    const headEnd = scanner.scan(bytes, view, this.#fields, end);
    if (headEnd < 0) return 0;
    this.context.shared.responsesHide = false;
    const message = this.#message(bytes, line);
    const request = this.context.pending() as Http1Request | undefined;
    const consumed = this.follow(message, this.#bodyLength(message, request), bytes, start, headEnd, end);
    if (message.status === SWITCHING_PROTOCOLS) this.context.switchTo(upgradedTo(bytes));
    else if (isTunnel(message, request)) this.context.switchTo(null);
    return consumed;
  }

  protected cutHead(input: Input): Http1Response | null {
    if (!this.alone) return null;
    const line = this.#line(input);
    if (line === null) return null;
    scanner.scan(input.bytes, input.view, this.#fields, input.end);
    const message = this.#message(input.bytes, line);
    if (message.kind === 'interim') return null;
    const length = this.#bodyLength(message, this.context.pending() as Http1Request);
    message.bodySize = length >= 0 ? length : null;
    return message;
  }

  protected begins(bytes: Uint8Array, start: number, end: number): Verdict {
    return beginsResponse(bytes, start, end);
  }

  protected get alone(): boolean {
    const { newest } = this.context.shared;
    return newest !== null && this.context.pending() === newest;
  }

  /** Reads the line at `start`, and where the fields begin; null for more. */
  #line({ bytes, view, start, end }: Input): StatusLine | null {
    const lf = findLf(bytes, view, start, end);
    if (lf < 0) {
      const may = end - start > SHORTEST ? isStatus(bytes, start) : beginsResponse(bytes, start, end) !== 'no';
      if (!may) this.context.fail('not a status line');
      return null;
    }
    this.#fields = lf + 1;
    return statusLines.take(bytes, start, lf + 1) ?? this.context.fail('not a status line');
  }

  #message(bytes: Uint8Array, { status, reason, version }: StatusLine): Http1Response {
    // After an upgrade to HTTP/2 the answer to the request comes in that protocol (RFC 7540 §3.2).
    const interim = status < 200 && (status !== SWITCHING_PROTOCOLS || upgradedTo(bytes) === 'http2');
    if (!interim) this.context.shared.responses++;
    const length = scanner.contentLength;
    this.#contentType = text(bytes, scanner.contentType, this.#contentType);
    return {
      kind: interim ? 'interim' : 'response',
      status,
      reason,
      version,
      contentType: this.#contentType,
      contentLength: length < 0 || scanner.transferEncoding ? null : length,
      bodySize: null,
    };
  }

  /** RFC 9112 §6.3, in its order. */
  #bodyLength(message: Http1Response, request: Http1Request | undefined): number {
    const { status } = message;
    if (status < 200 || status === 204 || status === 304 || request?.operation === 'HEAD') return 0;
    if (isTunnel(message, request)) return 0;
    if (scanner.transferEncoding) return scanner.chunked ? CHUNKED : UNTIL_CLOSE;
    if (scanner.contentLength === INVALID_LENGTH) return UNFRAMED;
    return message.contentLength ?? UNTIL_CLOSE;
  }
}

function isTunnel({ status }: Http1Response, request: Http1Request | undefined): boolean {
  return request?.operation === 'CONNECT' && status >= 200 && status < 300;
}

/** Name of the protocol that follows a 101, by its token in the IANA registry; null for one that nobody reads here. */
function upgradedTo(bytes: Uint8Array): string | null {
  const { start, end } = scanner.upgrade;
  if (start < 0) return null;
  if (equalsAsciiIgnoreCase(bytes, start, end, 'h2c')) return 'http2';
  return equalsAsciiIgnoreCase(bytes, start, end, 'websocket') ? 'websocket' : null;
}
