import type { Input, StreamContext, StreamParser } from '@sonde/core';
import { API_VERSIONS, apiName, isFlexible } from './apis.js';
import {
  body,
  clientIdEnd,
  clientIdOf,
  isHeader,
  isRequest,
  layoutOf,
  MAX_MESSAGE,
  REQUEST_HEADER,
  RESPONSE_HEADER,
  readRequestBody,
} from './header.js';
import type { KafkaConnection, KafkaMessage, KafkaRequest, KafkaResponse } from './messages.js';

/** Of a longer message only so many bytes are read; the rest, records nearly always, is stepped over. */
const MAX_READ = 65_536;
/** What can follow the last field that says something: tagged fields of a partition, a topic and the message. */
const TRAILER = 8;
/** Most topic ids remembered for a connection. */
const MAX_TOPICS = 10_000;

const SASL_HANDSHAKE = 17;
const METADATA = 3;
const CREATE_TOPICS = 19;

/** Reads the requests or the responses of a connection: a size of four bytes before each. */
export class KafkaStream implements StreamParser {
  readonly #context: StreamContext<KafkaMessage, KafkaConnection>;
  readonly #isRequest: boolean;

  constructor(context: StreamContext<KafkaMessage, KafkaConnection>) {
    this.#context = context;
    this.#isRequest = context.direction === 'request';
  }

  read(input: Input): number {
    const available = input.end - input.start;
    if (available < 4) return 0;
    const size = input.view.getInt32(input.start);
    if (size < 0 || size > MAX_MESSAGE) this.#context.fail('size of a message');
    if (available < Math.min(size + 4, MAX_READ)) return 0;
    this.#message(input, Math.min(input.end, input.start + MAX_READ));
    return size + 4;
  }

  gap(input: Input): number {
    const { start, end, view } = input;
    if (end - start < (this.#isRequest ? REQUEST_HEADER : RESPONSE_HEADER)) return -1;
    const size = view.getInt32(start);
    if (size < 4 || size > MAX_MESSAGE) return -1;
    if (this.#isRequest && (isHeader(input.bytes, view, start, end) !== 'yes' || clientIdEnd(view, start) > end)) {
      return -1;
    }
    this.#message(input, end);
    return size + 4;
  }

  resync({ bytes, view, start, end }: Input): number {
    if (this.#isRequest) return isRequest(bytes, view, start, end) === 'no' ? -1 : 0;
    // A size below 16 MiB begins with 0; what follows is told when there is more of it.
    if (end - start < RESPONSE_HEADER) return bytes[start] === 0 ? 0 : -1;
    const size = view.getInt32(start);
    return size >= 4 && size <= MAX_MESSAGE && this.#context.pending(view.getInt32(start + 4)) !== undefined ? 0 : -1;
  }

  #message({ bytes, view, start }: Input, end: number): void {
    if (this.#isRequest) this.#request(bytes, view, start, end);
    else this.#response(bytes, view, start, end);
  }

  #request(bytes: Uint8Array, view: DataView, start: number, end: number): void {
    const size = view.getInt32(start);
    const limit = start + 4 + size;
    if (isHeader(bytes, view, start, Math.min(end, limit)) !== 'yes') {
      if (!this.#context.shared.bareTokens) this.#context.fail('header of a request');
      this.#context.emit({ kind: 'control' });
      return;
    }
    const apiKey = view.getInt16(start + 4);
    const apiVersion = view.getInt16(start + 6);
    const correlationId = view.getInt32(start + 8);
    const layout = layoutOf(apiKey, apiVersion, 0);
    const reading = layout === null ? 'unknown' : readRequestBody(bytes, view, start, end, layout);
    const known = reading === 'whole' || reading === 'short';
    const message: KafkaRequest = {
      kind: known && apiKey === 0 && body.acks === 0 ? 'oneway' : 'request',
      id: correlationId,
      operation: apiName(apiKey),
      resource: null,
      correlationId,
      apiKey,
      apiVersion,
      clientId: clientIdOf(bytes, view, start, end),
    };
    if (known) {
      if (body.acks !== undefined) message.acks = body.acks;
      this.#takeFacts(message);
      message.resource = message.topics?.[0] ?? body.mechanism ?? message.group ?? message.transactionalId ?? null;
    }
    if (reading === 'short' && limit - body.position > TRAILER) message.truncated = true;
    if (apiKey === SASL_HANDSHAKE && apiVersion === 0) this.#context.shared.bareTokens = true;
    this.#context.emit(message);
  }

  #response(bytes: Uint8Array, view: DataView, start: number, end: number): void {
    const limit = start + 4 + view.getInt32(start);
    const { shared } = this.#context;
    const id = limit - start < RESPONSE_HEADER ? undefined : view.getInt32(start + 4);
    const request = id === undefined ? undefined : (this.#context.pending(id) as KafkaRequest | undefined);
    if (id === undefined || (request === undefined && shared.bareTokens)) {
      if (!shared.bareTokens) this.#context.fail('size of a response');
      this.#context.emit({ kind: 'control' });
      return;
    }
    const message: KafkaResponse = { kind: 'response', id, correlationId: id, errorCode: null };
    if (request !== undefined) this.#answer(message, request, bytes, view, start, end, limit);
    this.#context.emit(message);
  }

  #answer(
    message: KafkaResponse,
    { apiKey, apiVersion }: KafkaRequest,
    bytes: Uint8Array,
    view: DataView,
    start: number,
    end: number,
    limit: number,
  ): void {
    const layout = layoutOf(apiKey, apiVersion, 1);
    if (layout === null) return;
    const flexible = isFlexible(apiKey, apiVersion);
    const tagged = flexible && apiKey !== API_VERSIONS;
    const reading = body.read(bytes, view, start + RESPONSE_HEADER, end, limit, layout, flexible, tagged);
    // A broker that doesn't know the version of ApiVersions answers by version 0: its error code stands first anyway.
    if (reading === 'bad' && apiKey !== API_VERSIONS) return;
    if (apiKey === METADATA || apiKey === CREATE_TOPICS) this.#learnTopics();
    message.errorCode = body.errorCodes.find((code) => code !== 0) ?? (body.errorCodes.length > 0 ? 0 : null);
    // Without partitions or errors in it an answer says that all is well, if it was read to its end.
    if (message.errorCode === null && reading === 'whole') message.errorCode = 0;
    if (body.errorCodes.length > 0) message.errorCodes = body.errorCodes;
    this.#takeFacts(message);
    if (reading === 'short' && limit - body.position > TRAILER) message.truncated = true;
  }

  /** Copies what the reader found; names of topics that came as ids are looked up. */
  #takeFacts(message: KafkaRequest | KafkaResponse): void {
    const { facts, traceparent } = body;
    if (facts.topicIds !== undefined) {
      const names = this.#context.shared.topicNames;
      facts.topics ??= facts.topicIds.map((id) => names.get(id) ?? null);
    }
    Object.assign(message, facts);
    if (traceparent !== undefined) message.traceparent = traceparent;
  }

  #learnTopics(): void {
    const names = this.#context.shared.topicNames;
    for (const [id, name] of body.named) if (names.size < MAX_TOPICS) names.set(id, name);
  }
}
