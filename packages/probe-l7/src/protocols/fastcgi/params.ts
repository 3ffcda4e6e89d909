import { equalsAscii, Interner, latin1, parseDecimal, type Redactor } from '@sonde/core';
import { maskedTarget, shownHost } from '../http-target.js';
import { createRequest, type FastcgiRequest } from './messages.js';
import { Pairs, type TakePair } from './pairs.js';
import { Param, paramOf } from './param-names.js';

const values = new Interner({ capacity: 4096, longest: 256, encoding: 'utf8' });

/** Puts a request together from its parameters. Any but {@link Param}, credentials and cookies among them, stay unread. */
export class Params {
  readonly #pairs = new Pairs();
  readonly #redact: Redactor;
  #message: FastcgiRequest | null = null;
  /** The request before, which is like this one in most. */
  #before: FastcgiRequest = createRequest(0);
  #uri: string | null = null;
  #documentUri: string | null = null;
  #scriptName: string | null = null;
  #pathInfo: string | null = null;
  #query: string | null = null;
  /** Of this request or, without `#hasServerName`, of one before. */
  #serverName: string | null = null;
  #hasServerName = false;
  #isHttps = false;

  constructor(redact: Redactor) {
    this.#redact = redact;
  }

  /** Begins a request's parameters. */
  start(message: FastcgiRequest): void {
    this.#message = message;
    this.#pairs.reset();
    this.#uri = this.#documentUri = this.#scriptName = this.#pathInfo = this.#query = null;
    this.#hasServerName = false;
    this.#isHttps = false;
  }

  /** Goes on with `bytes[from]` up to, not including, `bytes[end]`. */
  feed(bytes: Uint8Array, from: number, end: number): void {
    this.#pairs.feed(bytes, from, end, this.#take);
  }

  /** All parameters came, or no more of them will: completes the request. */
  finish(): void {
    const message = this.#message!;
    if (this.#hasServerName) message.host ??= this.#serverName;
    message.host = shownHost(message.host, this.#redact);
    if (message.scheme === null && this.#isHttps) message.scheme = 'https';
    const target = this.#uri ?? this.#path();
    if (target !== null) message.resource = maskedTarget(target, this.#redact);
    this.#before = message;
    this.#message = null;
  }

  /** What a web server that doesn't tell the target asks for. */
  #path(): string | null {
    const script = this.#documentUri ?? this.#scriptName;
    if (script === null) return null;
    const path = this.#documentUri === null ? script + (this.#pathInfo ?? '') : script;
    return this.#query === null || this.#query === '' ? path : `${path}?${this.#query}`;
  }

  readonly #take: TakePair = (nameBytes, nameStart, nameEnd, bytes, start, end) => {
    const message = this.#message!;
    const before = this.#before;
    switch (paramOf(nameBytes, nameStart, nameEnd)) {
      case Param.REQUEST_METHOD:
        message.operation = again(before.operation, bytes, start, end);
        break;
      case Param.REQUEST_URI:
        this.#uri = values.take(bytes, start, end) || null;
        break;
      case Param.DOCUMENT_URI:
        // Only asked for where there is no target, which mostly comes first.
        if (this.#uri === null) this.#documentUri = values.take(bytes, start, end) || null;
        break;
      case Param.SCRIPT_NAME:
        this.#scriptName = values.take(bytes, start, end) || null;
        break;
      case Param.PATH_INFO:
        this.#pathInfo = values.take(bytes, start, end);
        break;
      case Param.QUERY_STRING:
        this.#query = values.take(bytes, start, end);
        break;
      case Param.SCRIPT_FILENAME:
        message.script = again(before.script, bytes, start, end);
        break;
      case Param.HTTP_HOST:
        message.host = again(before.host, bytes, start, end);
        break;
      case Param.SERVER_NAME:
        this.#hasServerName = true;
        this.#serverName = again(this.#serverName, bytes, start, end);
        break;
      case Param.SERVER_PROTOCOL:
        message.version = again(before.version, bytes, start, end);
        break;
      case Param.REQUEST_SCHEME:
        message.scheme = again(before.scheme, bytes, start, end);
        break;
      case Param.HTTPS:
        this.#isHttps = end > start && latin1(bytes, start, end) !== 'off';
        break;
      case Param.CONTENT_TYPE:
        message.contentType = again(before.contentType, bytes, start, end);
        break;
      case Param.CONTENT_LENGTH: {
        const length = parseDecimal(bytes, start, end);
        if (length >= 0) message.contentLength = length;
        break;
      }
      case Param.HTTP_USER_AGENT:
        message.userAgent = again(before.userAgent, bytes, start, end);
        break;
      case Param.HTTP_TRACEPARENT:
        message.traceparent = latin1(bytes, start, end);
        break;
      case Param.HTTP_B3:
        message.b3 = latin1(bytes, start, end);
        break;
      case Param.HTTP_SW8:
        message.sw8 = latin1(bytes, start, end);
        break;
      case Param.HTTP_X_REQUEST_ID:
        message.requestId = latin1(bytes, start, end);
        break;
      default:
    }
  };
}

/** A value, most likely the one of the request before; null for an empty one. */
function again(before: string | null, bytes: Uint8Array, start: number, end: number): string | null {
  if (before !== null && equalsAscii(bytes, start, end, before)) return before;
  return start === end ? null : values.take(bytes, start, end);
}
