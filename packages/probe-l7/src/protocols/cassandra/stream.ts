import type { Input, StreamContext, StreamParser } from '@sonde/core';
import { Body } from './body.js';
import { checkSegment } from './detect.js';
import { checkEnvelope, Flag, HEADER, isHeader } from './envelope.js';
import {
  type CassandraConnection,
  type CassandraEvent,
  type CassandraMessage,
  CassandraRequest,
  type CassandraResponse,
} from './messages.js';
import { Opcode, opcodeName } from './opcodes.js';
import { readRequest } from './request-body.js';
import { readResponse, skipPreamble } from './response-body.js';
import {
  isLz4Header,
  isPlainHeader,
  isSelfContained,
  LZ4_HEADER,
  originalSize,
  PLAIN_HEADER,
  payloadSize,
  TRAILER,
} from './segment.js';
import { cqlMasker } from './statements.js';

/** Of a longer body only so many bytes are waited for; values and rows stand at its end. */
const MAX_READ = 16_384;

const body = new Body();

/** How the bytes of a direction are framed: envelopes alone, or in segments. */
type Framing = 'envelopes' | 'plain' | 'lz4';

/** Reads one direction: envelopes, from version 5 on in segments once the connection is set up. */
export class CassandraStream implements StreamParser {
  readonly #context: StreamContext<CassandraMessage, CassandraConnection>;
  readonly #fromClient: boolean;
  readonly #mask: (statement: string) => string;
  #framing: Framing = 'envelopes';
  /** Bytes of the segment's payload that are still to come. */
  #payload = 0;
  /** Bytes of a long envelope that are in segments to come, and its message. */
  #rest = 0;
  #long: CassandraMessage | null = null;

  constructor(context: StreamContext<CassandraMessage, CassandraConnection>) {
    this.#context = context;
    this.#fromClient = context.direction === 'request';
    const masker = cqlMasker(context.redact);
    this.#mask = (statement) => masker.get(statement);
  }

  read(input: Input): number {
    if (this.#payload > 0) return this.#envelope(input, false);
    if (this.#framing === 'envelopes') {
      const { bytes, view, start, end } = input;
      if (end - start < HEADER) return 0;
      if (!this.#findSegments(bytes, start)) {
        if (!isHeader(bytes, view, start, this.#fromClient)) this.#context.fail('header of an envelope');
        return this.#envelope(input, false);
      }
    }
    return this.#segment(input);
  }

  gap(input: Input, missing: number): number {
    const { bytes, view, start, end } = input;
    if (this.#payload > 0 || this.#framing === 'envelopes') {
      const readable = end - start >= HEADER && isHeader(bytes, view, start, this.#fromClient);
      if (readable) return this.#envelope(input, true);
      if (this.#payload > 0 && end - start + missing < this.#payload + TRAILER) {
        // What is lost lies within the segment, whose end is known.
        const step = this.#payload + TRAILER;
        this.#payload = 0;
        this.#lose();
        this.#context.emit({ kind: 'control' });
        return step;
      }
    }
    this.#forget();
    return -1;
  }

  resync(input: Input): number {
    this.#forget();
    const { bytes, view, start, end } = input;
    if (end - start < HEADER) return -1;
    if (checkSegment(input) === 'yes') return 0;
    if (this.#framing !== 'envelopes' || checkEnvelope(input, this.#context.direction) === 'no') return -1;
    // Rows hold any bytes: only an answer that somebody waits for is one.
    if (this.#fromClient || bytes[start + 4] === Opcode.event) return 0;
    return this.#context.pending(view.getInt16(start + 2)) === undefined ? -1 : 0;
  }

  /** Bytes were lost: what was being read is cut, and whole messages may be missing. */
  #forget(): void {
    this.#payload = 0;
    if (this.#long !== null) {
      this.#long.truncated = true;
      this.#context.finish();
    }
    this.#long = null;
    this.#rest = 0;
    this.#lose();
  }

  #lose(): void {
    if (!this.#fromClient) this.#context.shared.losses++;
  }

  /** From version 5 on segments follow the set-up; their headers have a checksum, so that they can't be mistaken. */
  #findSegments(bytes: Uint8Array, start: number): boolean {
    if (isPlainHeader(bytes, start)) this.#framing = 'plain';
    else if (isLz4Header(bytes, start)) this.#framing = 'lz4';
    return this.#framing !== 'envelopes';
  }

  #segment({ bytes, start, end }: Input): number {
    const lz4 = this.#framing === 'lz4';
    const header = lz4 ? LZ4_HEADER : PLAIN_HEADER;
    if (end - start < header) return 0;
    if (!(lz4 ? isLz4Header(bytes, start) : isPlainHeader(bytes, start))) this.#context.fail('checksum of a segment');
    const size = payloadSize(bytes, start);
    const whole = isSelfContained(bytes, start, lz4);
    if (this.#long !== null) {
      if (whole) this.#cutLong();
      else return this.#continue(lz4 ? originalSize(bytes, start) || size : size, header + size + TRAILER);
    }
    if (lz4 && originalSize(bytes, start) > 0) {
      this.#context.emit({ kind: 'control' });
      return header + size + TRAILER;
    }
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
      this.#long = null;
      this.#rest = 0;
      this.#context.finish();
    }
    return step;
  }

  #cutLong(): void {
    this.#long!.truncated = true;
    this.#long = null;
    this.#rest = 0;
  }

  /** One envelope, alone or in the payload of a segment. `cut`: no more bytes of it will come. */
  #envelope({ bytes, view, start, end }: Input, cut: boolean): number {
    if (end - start < HEADER) return 0;
    if (!isHeader(bytes, view, start, this.#fromClient)) this.#context.fail('header of an envelope');
    const length = view.getUint32(start + 5);
    const size = HEADER + length;
    const inSegment = this.#payload > 0 ? Math.min(size, this.#payload) : size;
    const available = Math.min(end - start, inSegment);
    if (!cut && available < Math.min(inSegment, HEADER + MAX_READ)) return 0;
    const message = this.#message(bytes, view, start, start + available, size);
    if (cut && available < inSegment) message.truncated = true;
    if (this.#payload === 0) {
      this.#context.emit(message);
      return size;
    }
    this.#payload -= inSegment;
    if (size > inSegment) {
      this.#context.begin(message);
      this.#long = message;
      this.#rest = size - inSegment;
    } else this.#context.emit(message);
    return inSegment + (this.#payload === 0 ? TRAILER : 0);
  }

  #message(bytes: Uint8Array, view: DataView, start: number, end: number, size: number): CassandraMessage {
    const flags = bytes[start + 1]!;
    const stream = view.getInt16(start + 2);
    const opcode = bytes[start + 4]!;
    body.open(bytes, view, start + HEADER, end);
    if (this.#fromClient) return this.#request(bytes[start]!, flags, stream, opcode);
    if (opcode === Opcode.event) return this.#event(flags);
    return this.#response(flags, stream, opcode, size);
  }

  #request(version: number, flags: number, stream: number, opcode: number): CassandraRequest {
    const { shared } = this.#context;
    const message = new CassandraRequest(stream, opcodeName(opcode)!, version, shared.losses);
    message.keyspace = shared.keyspace;
    if ((flags & Flag.tracing) !== 0) message.tracing = true;
    if ((flags & Flag.customPayload) !== 0) message.customPayload = true;
    if ((flags & Flag.compressed) !== 0) {
      message.compressed = true;
      return message;
    }
    if ((flags & Flag.customPayload) !== 0) body.skipBytesMap();
    readRequest(body, opcode, message, shared, this.#mask);
    return message;
  }

  #event(flags: number): CassandraEvent {
    const message: CassandraEvent = { kind: 'oneway', operation: 'EVENT', resource: null };
    if ((flags & Flag.compressed) !== 0) return message;
    skipPreamble(body, flags);
    const type = body.string();
    const change = body.string();
    if (type !== '') message.resource = type;
    if (!body.short) message.change = change;
    return message;
  }

  #response(flags: number, stream: number, opcode: number, size: number): CassandraResponse {
    const { shared } = this.#context;
    const message: CassandraResponse = { kind: 'response', id: stream, opcode: opcodeName(opcode)! };
    const request = this.#context.pending(stream) as CassandraRequest | undefined;
    if (request !== undefined && CassandraRequest.lossesAt(request) !== shared.losses) {
      // Its answer may have been lost, and this be the answer to a later request on the same stream.
      this.#context.abandon(request, 'lost');
      message.kind = 'control';
      return message;
    }
    if ((flags & Flag.tracing) !== 0) message.tracing = true;
    if ((flags & Flag.customPayload) !== 0) message.customPayload = true;
    if ((flags & Flag.compressed) !== 0) {
      message.compressed = true;
      return message;
    }
    const warnings = skipPreamble(body, flags);
    if (warnings > 0) message.warnings = warnings;
    if (request !== undefined && size > HEADER) readResponse(body, opcode, message, request, shared);
    return message;
  }
}
