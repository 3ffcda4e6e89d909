import type { StreamContext } from '@sonde/core';
import { Body } from './body.js';
import { Flag, HEADER } from './envelope.js';
import { decompressLz4 } from './lz4.js';
import {
  type CassandraConnection,
  type CassandraEvent,
  type CassandraMessage,
  CassandraRequest,
  type CassandraResponse,
} from './messages.js';
import { Opcode, opcodeName } from './opcodes.js';
import { type PreparedStatements, preparedStatements } from './prepared-statements.js';
import { readRequest } from './request-body.js';
import { readResponse, skipPreamble } from './response-body.js';
import { decompressSnappy, snappySize } from './snappy.js';
import { cqlMasker } from './statements.js';

/** Of a longer body only so many bytes are read; values and rows stand at its end. */
export const MAX_READ = 16_384;

const body = new Body();
/** The beginning of a body that was compressed. */
const scratch = new Uint8Array(MAX_READ);
const scratchView = new DataView(scratch.buffer);

/** Makes messages of envelopes, in two steps: of the header, and of the body once it is there. */
export class EnvelopeReader {
  readonly #context: StreamContext<CassandraMessage, CassandraConnection>;
  readonly #mask: (statement: string) => string;
  readonly #prepared: PreparedStatements;
  /** The request that the response at hand answers. */
  #asked: CassandraRequest | undefined;

  constructor(context: StreamContext<CassandraMessage, CassandraConnection>) {
    this.#context = context;
    const masker = cqlMasker(context.redact);
    this.#mask = (statement) => masker.get(statement);
    this.#prepared = preparedStatements(context.redact);
  }

  /** The message of the header at `at`. */
  head(bytes: Uint8Array, view: DataView, at: number): CassandraMessage {
    const opcode = bytes[at + 4]!;
    const flags = bytes[at + 1]!;
    const stream = view.getInt16(at + 2);
    this.#context.shared.version = bytes[at]! & 0x7f;
    if (this.#context.direction === 'request') return this.#request(bytes[at]!, flags, stream, opcode);
    if (opcode === Opcode.event) return { kind: 'oneway', operation: 'EVENT', resource: null };
    return this.#response(flags, stream, opcode);
  }

  /** Reads the body of the envelope at `at` into its message, as far as it is there: up to `end`. */
  fill(message: CassandraMessage, bytes: Uint8Array, view: DataView, at: number, end: number): void {
    const flags = bytes[at + 1]!;
    const opcode = bytes[at + 4]!;
    body.over(bytes, view, at + HEADER, end);
    if ((flags & Flag.compressed) !== 0) {
      const whole = end - at - HEADER === view.getUint32(at + 5);
      if (!this.#decompress(whole)) return;
    }
    if (message instanceof CassandraRequest) {
      if ((flags & Flag.customPayload) !== 0) body.skipBytesMap();
      readRequest(body, opcode, message, this.#prepared, this.#mask);
      if (message.operation === 'STARTUP') this.#context.shared.compression = message.compression ?? null;
    } else if (message.kind === 'oneway') this.#event(message, flags);
    else if (message.kind === 'response' && 'opcode' in message) {
      const warnings = skipPreamble(body, flags);
      if (warnings > 0) message.warnings = warnings;
      if (this.#asked === undefined) return;
      readResponse(body, opcode, message, this.#asked, this.#context.shared, this.#prepared);
    }
  }

  #request(version: number, flags: number, stream: number, opcode: number): CassandraRequest {
    const { shared } = this.#context;
    const message = new CassandraRequest(stream, opcodeName(opcode)!, version, shared.losses);
    message.keyspace = shared.keyspace;
    if ((flags & Flag.tracing) !== 0) message.tracing = true;
    if ((flags & Flag.customPayload) !== 0) message.customPayload = true;
    if ((flags & Flag.compressed) !== 0) message.compressed = true;
    return message;
  }

  #response(flags: number, stream: number, opcode: number): CassandraResponse {
    const message: CassandraResponse = { kind: 'response', id: stream, opcode: opcodeName(opcode)! };
    this.#asked = this.#context.pending(stream) as CassandraRequest | undefined;
    if (this.#asked !== undefined && CassandraRequest.lossesAt(this.#asked) !== this.#context.shared.losses) {
      // Its answer may have been lost, and this be the answer to a later request on the same stream.
      this.#context.abandon(this.#asked, 'lost');
      message.kind = 'control';
    }
    if ((flags & Flag.tracing) !== 0) message.tracing = true;
    if ((flags & Flag.customPayload) !== 0) message.customPayload = true;
    if ((flags & Flag.compressed) !== 0) message.compressed = true;
    return message;
  }

  #event(message: CassandraEvent, flags: number): void {
    skipPreamble(body, flags);
    const type = body.string();
    const change = body.string();
    if (type !== '') message.resource = type;
    if (!body.short) message.change = change;
  }

  /** Opens the body anew on what its beginning decompresses to. False if nobody knows how. */
  #decompress(whole: boolean): boolean {
    const { shared } = this.#context;
    let made = -1;
    if (shared.compression === 'lz4') made = unpackLz4();
    else if (shared.compression === 'snappy') made = unpackSnappy();
    else if (shared.compression === undefined && whole) {
      // The STARTUP wasn't seen: a body that comes out as long as it says tells.
      made = unpackLz4();
      if (made > 0 && made === body.view.getUint32(body.at)) shared.compression = 'lz4';
      else {
        made = unpackSnappy();
        if (made > 0 && made === snappySize(body.bytes, body.at, body.end)) shared.compression = 'snappy';
        else made = -1;
      }
    }
    if (made >= 0) body.over(scratch, scratchView, 0, made);
    return made >= 0;
  }
}

function unpackLz4(): number {
  const { bytes, view, at, end } = body;
  return end - at <= 4 ? -1 : decompressLz4(bytes, at + 4, end, scratch, Math.min(view.getUint32(at), MAX_READ));
}

function unpackSnappy(): number {
  return decompressSnappy(body.bytes, body.at, body.end, scratch, MAX_READ);
}
