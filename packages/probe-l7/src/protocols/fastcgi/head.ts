import { equalsAsciiIgnoreCase, Interner, parseDecimal } from '@sonde/core';
import type { FastcgiResponse } from './messages.js';

const types = new Interner({ capacity: 256, longest: 128 });

/** Longest line that is kept when it is cut, and most bytes of a head. */
const MAX_LINE = 512;
const MAX_HEAD = 65_536;

const LF = 0x0a;
const CR = 0x0d;
const COLON = 0x3a;
const SLASH = 0x2f;

/**
 * Reads the head that STDOUT begins with (RFC 3875 §6.2): `Status: 404 Not Found`, `Content-Type`, … up to an empty line,
 * wherever the records or the chunks cut it.
 */
export class Head {
  /** True behind the empty line. */
  done = false;
  #message: FastcgiResponse | null = null;
  #line = NONE;
  #size = 0;
  #seen = 0;
  #redirects = false;

  start(message: FastcgiResponse): void {
    this.#message = message;
    this.done = false;
    this.#size = this.#seen = 0;
    this.#redirects = false;
  }

  /** Goes on with `bytes[from]` up to, not including, `bytes[end]`. Returns where the body begins, or `end`. */
  feed(bytes: Uint8Array, from: number, end: number): number {
    let at = from;
    while (at < end && !this.done) {
      const next = bytes.indexOf(LF, at);
      const last = next < 0 || next >= end ? end : next;
      this.#seen += last - at + 1;
      if (last === end) {
        this.#keep(bytes, at, end);
        if (this.#seen > MAX_HEAD) this.#end();
        return end;
      }
      if (this.#size > 0) {
        this.#keep(bytes, at, last);
        this.#take(this.#line, 0, this.#size);
        this.#size = 0;
      } else this.#take(bytes, at, last);
      at = last + 1;
    }
    return at;
  }

  /** A part of the head was not captured: what it told so far has to do. */
  cut(): void {
    this.done = true;
  }

  #keep(bytes: Uint8Array, start: number, end: number): void {
    if (this.#line === NONE) this.#line = new Uint8Array(MAX_LINE);
    const added = Math.min(end - start, MAX_LINE - this.#size);
    this.#line.set(bytes.subarray(start, start + added), this.#size);
    this.#size += added;
  }

  #take(bytes: Uint8Array, start: number, lineEnd: number): void {
    const end = lineEnd > start && bytes[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd;
    if (end === start) {
      this.#end();
      return;
    }
    let colon = start;
    while (colon < end && bytes[colon] !== COLON) colon++;
    let value = colon + 1;
    while (value < end && bytes[value] === 0x20) value++;
    const message = this.#message!;
    if (equalsAsciiIgnoreCase(bytes, start, colon, 'status')) {
      const status = parseDecimal(bytes, value, Math.min(value + 3, end));
      if (status >= 100) message.status = status;
    } else if (equalsAsciiIgnoreCase(bytes, start, colon, 'content-type')) {
      message.contentType = types.take(bytes, value, end);
    } else if (equalsAsciiIgnoreCase(bytes, start, colon, 'location')) {
      // A path is for the web server, which goes there itself.
      this.#redirects = value < end && bytes[value] !== SLASH;
    }
  }

  #end(): void {
    this.done = true;
    this.#message!.status ??= this.#redirects ? 302 : 200;
  }
}

const NONE = new Uint8Array(0);
