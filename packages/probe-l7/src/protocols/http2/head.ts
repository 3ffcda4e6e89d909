import { type Redactor, redactMessage } from '@sonde/core';
import { maskedTarget, shownHost } from '../http-target.js';
import { FIELD_COUNT, Field, LAST_PSEUDO } from './fields.js';
import type { HeaderSink } from './hpack.js';
import { type Http2Request, type Http2Response, isGrpcType } from './messages.js';

/** Collects the fields of one header block that an exchange reports, and makes messages of them. */
export class Head implements HeaderSink {
  readonly #values: (string | null)[] = new Array(FIELD_COUNT).fill(null);
  /** Fields that refer to entries that nobody saw. */
  unknown = 0;
  /** Whether there was a pseudo-header field: trailers have none (RFC 9113 §8.1). */
  pseudo = false;

  reset(): void {
    this.#values.fill(null);
    this.unknown = 0;
    this.pseudo = false;
  }

  header(field: number, name: string | null, value: string | null): void {
    if (name === null || (field !== Field.other && value === null)) this.unknown++;
    if (field === Field.other) return;
    if (field <= LAST_PSEUDO) this.pseudo = true;
    this.#values[field] ??= value;
  }

  /** True if nothing in the block opens a request or a response. */
  get trailers(): boolean {
    return !this.pseudo && this.unknown === 0;
  }

  /** `:status`, or null. */
  get status(): number | null {
    const value = this.#values[Field.status]!;
    return value === null || !/^[1-9][0-9][0-9]$/.test(value) ? null : Number(value);
  }

  request(id: number, redact: Redactor): Http2Request {
    const values = this.#values;
    const path = values[Field.path]!;
    const message: Http2Request = {
      kind: 'request',
      id,
      streamId: id,
      operation: values[Field.method]!,
      resource: path === null ? null : maskedTarget(path, redact),
      version: 'HTTP/2',
      scheme: values[Field.scheme]!,
      host: shownHost(values[Field.authority] ?? values[Field.host]!, redact),
      userAgent: values[Field.userAgent]!,
      contentType: values[Field.contentType]!,
      contentLength: decimal(values[Field.contentLength]!),
      bodySize: 0,
    };
    if (isGrpcType(message.contentType)) message.messages = 0;
    if (values[Field.protocol] !== null) message.protocol = values[Field.protocol]!;
    if (values[Field.traceparent] !== null) message.traceparent = values[Field.traceparent]!;
    const b3 = values[Field.b3] ?? this.#severalB3();
    if (b3 !== null) message.b3 = b3;
    if (values[Field.sw8] !== null) message.sw8 = values[Field.sw8]!;
    if (values[Field.requestId] !== null) message.requestId = values[Field.requestId]!;
    if (this.unknown > 0) message.unknownFields = this.unknown;
    return message;
  }

  response(id: number, redact: Redactor): Http2Response {
    const values = this.#values;
    const { status } = this;
    const message: Http2Response = {
      kind: status !== null && status < 200 ? 'interim' : 'response',
      id,
      status,
      contentType: values[Field.contentType]!,
      contentLength: decimal(values[Field.contentLength]!),
      bodySize: 0,
    };
    if (this.unknown > 0) message.unknownFields = this.unknown;
    this.grpc(message, redact);
    return message;
  }

  /** Adds what gRPC says of the outcome, in trailers or in a head without body. */
  grpc(message: Http2Response, redact: Redactor): void {
    const status = this.#values[Field.grpcStatus]!;
    if (status === null) return;
    message.grpcStatus = decimal(status);
    const text = this.#values[Field.grpcMessage]!;
    message.grpcMessage = text === null ? null : masked(percentDecoded(text), redact);
  }

  #severalB3(): string | null {
    const trace = this.#values[Field.b3TraceId]!;
    const span = this.#values[Field.b3SpanId]!;
    if (trace === null || span === null) return null;
    const sampled = this.#values[Field.b3Sampled]!;
    return sampled === null ? `${trace}-${span}` : `${trace}-${span}-${sampled}`;
  }
}

function decimal(text: string | null): number | null {
  if (text === null || !/^\d{1,15}$/.test(text)) return null;
  return Number(text);
}

/** `grpc-message` is percent-encoded; what is no valid encoding stands as it is. */
function percentDecoded(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A server's message in its language: what it quotes may be a user's data. */
function masked(text: string, redact: Redactor): string {
  return redact.enabled ? redactMessage(text) : text;
}
