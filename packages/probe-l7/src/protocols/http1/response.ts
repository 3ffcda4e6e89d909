import { equalsAsciiIgnoreCase, type Input, Interner, type StreamParser, type Verdict } from '@sonde/core';
import { isDigit, isVersion, LF, SP, VERSION_LENGTH, versionText } from './characters.js';
import { beginsResponse } from './detect.js';
import { HeadScanner, INVALID_LENGTH } from './head.js';
import type { Http1Request, Http1Response } from './messages.js';
import { CHUNKED, Http1Stream, UNFRAMED, UNTIL_CLOSE } from './stream.js';
import { text } from './text.js';

const reasons = new Interner({ capacity: 128, longest: 64 });
const scanner = new HeadScanner();

/** What a status line says; valid until the next one is read. */
const line = { status: 0, reasonStart: 0, reasonEnd: 0, version: '' };

const SWITCHING_PROTOCOLS = 101;

/** Reads the responses of a connection. The request that waits says what a response means: HEAD, CONNECT. */
export class Http1ResponseStream extends Http1Stream<Http1Response> implements StreamParser {
  /** Content type of the response before. */
  #contentType: string | null = null;

  protected head({ bytes, view, start, end }: Input): number {
    const fields = this.#line(bytes, start, end);
    if (fields === 0) return 0;
    const headEnd = scanner.scan(bytes, view, fields, end);
    if (headEnd < 0) return 0;
    const message = this.#message(bytes);
    const request = this.context.pending() as Http1Request | undefined;
    const consumed = this.follow(message, this.#bodyLength(message, request), bytes, start, headEnd, end);
    if (message.status === SWITCHING_PROTOCOLS) this.context.switchTo(upgradedTo(bytes));
    else if (isTunnel(message, request)) this.context.switchTo(null);
    return consumed;
  }

  protected cutHead({ bytes, view, start, end }: Input): Http1Response | null {
    if (!this.alone) return null;
    const fields = this.#line(bytes, start, end);
    if (fields === 0) return null;
    scanner.scan(bytes, view, fields, end);
    const message = this.#message(bytes);
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

  /** Reads a status line into `line`. Returns the position after it, or 0 for more. */
  #line(bytes: Uint8Array, start: number, end: number): number {
    const code = start + VERSION_LENGTH + 1;
    if (code + 4 > end) {
      if (beginsResponse(bytes, start, end) === 'no') this.context.fail('not a status line');
      return 0;
    }
    const hundreds = bytes[code]! - 0x30;
    const digits = hundreds > 0 && isDigit(bytes[code]!) && isDigit(bytes[code + 1]!) && isDigit(bytes[code + 2]!);
    if (!digits || !isVersion(bytes, start) || bytes[code - 1] !== SP) this.context.fail('not a status line');
    line.status = hundreds * 100 + (bytes[code + 1]! - 0x30) * 10 + bytes[code + 2]! - 0x30;
    line.version = versionText(bytes[start + VERSION_LENGTH - 1]!);
    let at = code + 3;
    line.reasonStart = bytes[at] === SP ? at + 1 : at;
    while (at < end && bytes[at] !== LF) at++;
    if (at === end) return 0;
    line.reasonEnd = bytes[at - 1] === 0x0d ? at - 1 : at;
    return at + 1;
  }

  #message(bytes: Uint8Array): Http1Response {
    const { status } = line;
    // After an upgrade to HTTP/2 the answer to the request comes in that protocol (RFC 7540 §3.2).
    const interim = status < 200 && (status !== SWITCHING_PROTOCOLS || upgradedTo(bytes) === 'http2');
    if (!interim) this.context.shared.responses++;
    const length = scanner.contentLength;
    this.#contentType = text(bytes, scanner.contentType, this.#contentType);
    return {
      kind: interim ? 'interim' : 'response',
      status,
      reason: line.reasonStart < line.reasonEnd ? reasons.take(bytes, line.reasonStart, line.reasonEnd) : null,
      version: line.version,
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
