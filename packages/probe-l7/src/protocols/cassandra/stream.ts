import type { Input, StreamContext, StreamParser } from '@sonde/core';
import { checkSegment } from './detect.js';
import { checkEnvelope, HEADER, isHeader } from './envelope.js';
import { EnvelopeReader, MAX_READ } from './envelope-reader.js';
import { decompressLz4 } from './lz4.js';
import type { CassandraConnection, CassandraMessage } from './messages.js';
import { Opcode } from './opcodes.js';
import {
  isLz4Header,
  isPlainHeader,
  isSelfContained,
  LZ4_HEADER,
  MAX_PAYLOAD,
  originalSize,
  PLAIN_HEADER,
  payloadSize,
  TRAILER,
} from './segment.js';

/** Of a longer compressed segment only so many bytes are waited for. */
const MAX_COMPRESSED = 65_536;
/** The payload of a compressed segment; whose it is. */
const unpacked = new Uint8Array(MAX_PAYLOAD);
const unpackedView = new DataView(unpacked.buffer);
let unpackedFor: CassandraStream | null = null;

/** How the bytes of a direction are framed: envelopes alone, or in segments. */
type Framing = 'envelopes' | 'plain' | 'lz4';

/** Reads one direction: envelopes, from version 5 on in segments once the connection is set up. */
export class CassandraStream implements StreamParser {
  readonly #context: StreamContext<CassandraMessage, CassandraConnection>;
  readonly #fromClient: boolean;
  readonly #envelopes: EnvelopeReader;
  #framing: Framing = 'envelopes';
  /** Bytes of a plain segment's payload that are still to come. */
  #payload = 0;
  /** Bytes of a compressed segment's payload that were read, and that there are. */
  #inner = 0;
  #unpacked = 0;
  /** The message that has begun: its body is still to come, or the rest of it is in segments to come. */
  #open: CassandraMessage | null = null;
  /** Bytes of a long envelope that are in segments to come. */
  #rest = 0;

  constructor(context: StreamContext<CassandraMessage, CassandraConnection>) {
    this.#context = context;
    this.#fromClient = context.direction === 'request';
    this.#envelopes = new EnvelopeReader(context);
  }

  read(input: Input): number {
    if (this.#payload > 0) return this.#envelope(input, false);
    if (this.#framing === 'envelopes') {
      const { bytes, start, end } = input;
      if (end - start < HEADER) return 0;
      if (this.#open !== null || !this.#findSegments(bytes, start)) return this.#envelope(input, false);
    }
    return this.#segment(input, false);
  }

  gap(input: Input, missing: number): number {
    const { bytes, view, start, end } = input;
    const available = end - start;
    if (this.#payload > 0 || this.#framing === 'envelopes') {
      if (available >= HEADER && isHeader(bytes, view, start, this.#fromClient)) return this.#envelope(input, true);
      if (this.#payload > 0 && available + missing < this.#payload + TRAILER) {
        // What is lost lies within the segment, whose end is known.
        const step = this.#payload + TRAILER;
        this.#forget();
        this.#context.emit({ kind: 'control' });
        return step;
      }
    } else if (this.#framing === 'lz4' && available > LZ4_HEADER && this.#rest === 0 && isLz4Header(bytes, start)) {
      const step = this.#segment(input, true);
      if (step > 0) return step;
    }
    this.#forget();
    return -1;
  }

  resync(input: Input): number {
    this.#reset();
    const begins = this.#mayBegin(input);
    // A chunk that is passed over may hold answers.
    if (!begins) this.#lose();
    return begins ? 0 : -1;
  }

  #mayBegin(input: Input): boolean {
    const { bytes, view, start, end } = input;
    if (end - start < HEADER) return false;
    if (this.#mayBeSegments() && checkSegment(input) === 'yes') return true;
    if (this.#framing !== 'envelopes' || checkEnvelope(input, this.#context.direction) === 'no') return false;
    // Rows hold any bytes: only an answer that somebody waits for is one.
    if (this.#fromClient || bytes[start + 4] === Opcode.event) return true;
    return this.#context.pending(view.getInt16(start + 2)) !== undefined;
  }

  /** Bytes were lost: what was being read is cut, and whole messages may be missing. */
  #forget(): void {
    this.#reset();
    this.#lose();
  }

  #reset(): void {
    this.#payload = this.#inner = this.#rest = 0;
    if (this.#open === null) return;
    this.#open.truncated = true;
    this.#open = null;
    this.#context.finish();
  }

  #fail(reason: string): never {
    this.#lose();
    return this.#context.fail(reason);
  }

  #lose(): void {
    if (!this.#fromClient) this.#context.shared.losses++;
  }

  /** From version 5 on segments follow the set-up; their headers have a checksum, so that they can't be mistaken. */
  #findSegments(bytes: Uint8Array, start: number): boolean {
    if (!this.#mayBeSegments()) return false;
    if (isPlainHeader(bytes, start)) this.#framing = 'plain';
    else if (isLz4Header(bytes, start)) this.#framing = 'lz4';
    return this.#framing !== 'envelopes';
  }

  #mayBeSegments(): boolean {
    const { version } = this.#context.shared;
    return this.#framing !== 'envelopes' || version === 0 || version === 5 || version === 6;
  }

  /** A segment's header, or all of a segment that is compressed. `cut`: no more bytes of it will come. */
  #segment(input: Input, cut: boolean): number {
    const { bytes, start, end } = input;
    const lz4 = this.#framing === 'lz4';
    const header = lz4 ? LZ4_HEADER : PLAIN_HEADER;
    if (end - start < header) return 0;
    if (!(lz4 ? isLz4Header(bytes, start) : isPlainHeader(bytes, start))) {
      if (this.#open === null) this.#fail('checksum of a segment');
      this.#forget();
      return header;
    }
    const size = payloadSize(bytes, start);
    const original = lz4 ? originalSize(bytes, start) : 0;
    const whole = isSelfContained(bytes, start, lz4);
    if (this.#rest > 0) {
      if (!whole) return this.#continue(original || size, header + size + TRAILER);
      this.#forget();
      return 0;
    }
    if (original > 0) return this.#compressed(input, header, size, original, cut);
    if (size === 0) {
      this.#context.emit({ kind: 'control' });
      return header + TRAILER;
    }
    this.#payload = size;
    return header;
  }

  /** One more segment of a long envelope, which is stepped over. */
  #continue(size: number, step: number): number {
    this.#rest -= size;
    if (this.#rest <= 0) {
      this.#rest = 0;
      this.#open = null;
      this.#context.finish();
    }
    return step;
  }

  /** One envelope of a compressed segment, whose bytes are consumed with the last one. */
  #compressed({ bytes, start, end }: Input, header: number, size: number, original: number, cut: boolean): number {
    const available = Math.min(end - start - header, size);
    if (!cut && available < Math.min(size, MAX_COMPRESSED)) return 0;
    if (this.#inner === 0 || unpackedFor !== this) {
      unpackedFor = this;
      const from = start + header;
      this.#unpacked = decompressLz4(bytes, from, from + available, unpacked, original);
      if (this.#unpacked < 0) this.#fail('LZ4 of a segment');
    }
    const at = this.#inner;
    const there = this.#unpacked - at;
    const step = header + size + TRAILER;
    if (there < HEADER || !isHeader(unpacked, unpackedView, at, this.#fromClient)) {
      this.#inner = 0;
      if (original > at) this.#lose();
      this.#context.emit({ kind: 'control' });
      return step;
    }
    const length = HEADER + unpackedView.getUint32(at + 5);
    const inSegment = Math.min(length, original - at);
    const message = this.#envelopes.head(unpacked, unpackedView, at);
    this.#envelopes.fill(message, unpacked, unpackedView, at, at + Math.min(there, inSegment, HEADER + MAX_READ));
    if (there < Math.min(inSegment, HEADER + MAX_READ)) message.truncated = true;
    this.#inner += inSegment;
    const last = cut || this.#inner >= original || this.#unpacked - this.#inner < HEADER;
    if (last) {
      if (this.#inner < original) this.#lose();
      this.#inner = 0;
    }
    this.#leave(message, length - inSegment);
    return last ? step : 0;
  }

  /** One envelope, alone or in the payload of a segment. `cut`: no more bytes of it will come. */
  #envelope({ bytes, view, start, end }: Input, cut: boolean): number {
    if (end - start < HEADER) return 0;
    if (!isHeader(bytes, view, start, this.#fromClient)) this.#fail('header of an envelope');
    const size = HEADER + view.getUint32(start + 5);
    const inSegment = this.#payload > 0 ? Math.min(size, this.#payload) : size;
    const wanted = Math.min(inSegment, HEADER + MAX_READ);
    const available = Math.min(end - start, wanted);
    const message = this.#open ?? this.#envelopes.head(bytes, view, start);
    if (!cut && available < wanted) {
      // It is paired by when its header came, so that a loss which shows later can't tie it to a later request.
      if (this.#open === null) this.#context.begin(message);
      this.#open = message;
      return 0;
    }
    this.#envelopes.fill(message, bytes, view, start, start + available);
    if (available < wanted) message.truncated = true;
    if (this.#payload > 0) this.#payload -= inSegment;
    else {
      this.#leave(message, 0);
      return size;
    }
    this.#leave(message, size - inSegment);
    return inSegment + (this.#payload === 0 ? TRAILER : 0);
  }

  /** The message ends here, or after `rest` bytes in segments to come. */
  #leave(message: CassandraMessage, rest: number): void {
    const begun = this.#open !== null;
    this.#rest = rest;
    this.#open = rest > 0 ? message : null;
    if (!begun) this.#context.begin(message);
    if (rest === 0) this.#context.finish();
  }
}
