import { Interner, latin1, parseDecimal, type Redactor } from '@sonde/core';
import { maskedTarget } from '../http-target.js';
import type { FastcgiRequest } from './messages.js';
import { Pairs, type TakePair } from './pairs.js';

const names = new Interner({ capacity: 512, longest: 64 });
const values = new Interner({ capacity: 4096, longest: 256, encoding: 'utf8' });

/**
 * Puts a request together from its parameters: CGI's variables (RFC 3875 §4.1), and what web servers add. Parameters
 * that aren't named here, credentials and cookies among them, are never looked at.
 */
export class Params {
  readonly #pairs = new Pairs();
  readonly #redact: Redactor;
  #message: FastcgiRequest | null = null;
  #uri: string | null = null;
  #documentUri: string | null = null;
  #scriptName: string | null = null;
  #pathInfo: string | null = null;
  #query: string | null = null;
  #serverName: string | null = null;
  #isHttps = false;

  constructor(redact: Redactor) {
    this.#redact = redact;
  }

  /** Begins a request's parameters. */
  start(message: FastcgiRequest): void {
    this.#message = message;
    this.#pairs.reset();
    this.#uri = this.#documentUri = this.#scriptName = this.#pathInfo = this.#query = this.#serverName = null;
    this.#isHttps = false;
  }

  /** Goes on with `bytes[from]` up to, not including, `bytes[end]`. */
  feed(bytes: Uint8Array, from: number, end: number): void {
    this.#pairs.feed(bytes, from, end, this.#take);
  }

  /** All parameters came, or no more of them will: completes the request. */
  finish(): void {
    const message = this.#message!;
    message.host ??= this.#serverName;
    if (message.scheme === null && this.#isHttps) message.scheme = 'https';
    const target = this.#uri ?? this.#path();
    if (target !== null) message.resource = maskedTarget(target, this.#redact);
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
    const name = names.take(nameBytes, nameStart, nameEnd);
    switch (name) {
      case 'REQUEST_METHOD':
        message.operation = values.take(bytes, start, end) || null;
        break;
      case 'REQUEST_URI':
        this.#uri = values.take(bytes, start, end) || null;
        break;
      case 'DOCUMENT_URI':
        this.#documentUri = values.take(bytes, start, end) || null;
        break;
      case 'SCRIPT_NAME':
        this.#scriptName = values.take(bytes, start, end) || null;
        break;
      case 'PATH_INFO':
        this.#pathInfo = values.take(bytes, start, end);
        break;
      case 'QUERY_STRING':
        this.#query = values.take(bytes, start, end);
        break;
      case 'SCRIPT_FILENAME':
        message.script = values.take(bytes, start, end) || null;
        break;
      case 'HTTP_HOST':
        message.host = values.take(bytes, start, end) || null;
        break;
      case 'SERVER_NAME':
        this.#serverName = values.take(bytes, start, end) || null;
        break;
      case 'SERVER_PROTOCOL':
        message.version = values.take(bytes, start, end) || null;
        break;
      case 'REQUEST_SCHEME':
        message.scheme = values.take(bytes, start, end) || null;
        break;
      case 'HTTPS':
        this.#isHttps = end > start && latin1(bytes, start, end) !== 'off';
        break;
      case 'CONTENT_TYPE':
        message.contentType = values.take(bytes, start, end) || null;
        break;
      case 'CONTENT_LENGTH': {
        const length = parseDecimal(bytes, start, end);
        if (length >= 0) message.contentLength = length;
        break;
      }
      case 'HTTP_USER_AGENT':
        message.userAgent = values.take(bytes, start, end) || null;
        break;
      case 'HTTP_TRACEPARENT':
        message.traceparent = latin1(bytes, start, end);
        break;
      case 'HTTP_B3':
        message.b3 = latin1(bytes, start, end);
        break;
      case 'HTTP_SW8':
        message.sw8 = latin1(bytes, start, end);
        break;
      case 'HTTP_X_REQUEST_ID':
        message.requestId = latin1(bytes, start, end);
        break;
      default:
    }
  };
}
