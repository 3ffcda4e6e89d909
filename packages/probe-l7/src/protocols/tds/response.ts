import type { Input, StreamContext, StreamParser } from '@sonde/core';
import type { TdsConnection } from './connection.js';
import { readEncryption } from './login.js';
import { CONTROL, type TdsMessage, TdsRequest, TdsResponse } from './messages.js';
import { endsMessage, HEADER, isHeader, isTlsRecord, MULTIPLEXED, PacketType, packetLength } from './packets.js';
import { PayloadReader } from './payload-reader.js';
import { isPreparing } from './rpc.js';
import { TokenReader } from './token-reader.js';

const TLS_HEADER = 5;
/** Bytes of the tokens that an answer may end with. */
const LAST_TOKEN = 13;

/** Reads what the server sends: takes packets apart, and gives their payloads to a {@link TokenReader}. */
export class TdsResponseParser implements StreamParser {
  readonly #context: StreamContext<TdsMessage, TdsConnection>;
  readonly #shared: TdsConnection;
  readonly #tokens: TokenReader;
  readonly #reader = new PayloadReader();
  #response: TdsResponse | null = null;
  /** Somebody waits for the answer at hand. */
  #begun = false;
  /** Number of the question that is being answered. */
  #question = 0;
  /** Bytes of the packet at hand that are still to come, and whether it is the last of its message. */
  #left = 0;
  #last = false;

  constructor(context: StreamContext<TdsMessage, TdsConnection>) {
    this.#context = context;
    this.#shared = context.shared;
    this.#tokens = new TokenReader(context.shared, context.redact);
  }

  read(input: Input): number {
    if (this.#question !== this.#shared.requests && this.#response !== null) {
      const begun = this.#begun;
      this.#forget();
      if (begun) {
        this.#context.emit(CONTROL); // what was read of it belongs to no other answer
        return 0;
      }
    }
    this.#question = this.#shared.requests;
    return this.#left > 0 ? this.#payload(input) : this.#header(input);
  }

  gap({ start, end }: Input, missing: number): number {
    if (this.#left <= 0 || this.#response === null || this.#question !== this.#shared.requests) return -1;
    const there = end - start;
    if (this.#left > there + missing) {
      this.#tokens.miss();
      this.#left -= there + missing;
      return there + missing;
    }
    const size = this.#left;
    this.#tokens.miss();
    this.#left = 0;
    if (this.#last) this.#finish();
    return size;
  }

  resync(input: Input): number {
    this.#forget();
    const { bytes, start, end } = input;
    if (end - start < HEADER || bytes[start] !== PacketType.result || !isHeader(input, start, false)) return -1;
    // Servers count the packets of an answer from one.
    return bytes[start + 6] === 1 ? 0 : -1;
  }

  /** What was being read is over. */
  #forget(): void {
    this.#response = null;
    this.#begun = false;
    this.#left = 0;
    this.#question = this.#shared.requests;
  }

  // ------------------------------------------------------------------ packets

  #header(input: Input): number {
    const { bytes, start, end } = input;
    if (this.#response === null) {
      if (isTlsRecord(bytes, start, end)) return this.#tls(input);
      if (bytes[start] === MULTIPLEXED) {
        this.#context.emit(CONTROL);
        this.#context.switchTo(null);
        return end - start;
      }
    }
    if (end - start < HEADER) return 0;
    if (!isHeader(input, start, false)) this.#context.fail('not a packet of a server');
    const size = packetLength(input, start);
    const pending = this.#context.pending();
    if (this.#response === null && pending instanceof TdsRequest && pending.operation === 'PreLogin') {
      return this.#prelogin(input, size);
    }
    if (bytes[start] === PacketType.prelogin) return this.#ignore(size); // a part of a TLS handshake
    if (this.#response === null && end - start <= HEADER && size > HEADER) return 0;
    if (this.#response === null && isTlsRecord(bytes, start + HEADER, end)) return this.#ignore(size);
    if (this.#response === null) this.#begin(pending);
    this.#left = size - HEADER;
    this.#last = endsMessage(input, start);
    if (this.#left === 0 && this.#last) this.#finish();
    return HEADER;
  }

  /** The bytes of the payload that are there. */
  #payload(input: Input): number {
    const { start, end } = input;
    const there = Math.min(this.#left, end - start);
    if (this.#tokens.lost && this.#last && this.#left > there) {
      // The last token tells how it ended, wherever the others went.
      if (this.#left > LAST_TOKEN && there > this.#left - LAST_TOKEN) return 0;
    }
    this.#tokens.feed(input, start, start + there);
    this.#left -= there;
    if (this.#left > 0 || !this.#last) return there;
    if (this.#tokens.lost) this.#tokens.readLast(this.#reader.from(input, start, start + there));
    this.#finish();
    return there;
  }

  #begin(pending: TdsMessage | undefined): void {
    const response = new TdsResponse();
    this.#response = response;
    this.#begun = pending instanceof TdsRequest;
    const procedure = pending instanceof TdsRequest ? pending.procedure : undefined;
    this.#tokens.begin(response, procedure !== undefined && isPreparing(procedure));
    if (this.#begun) this.#context.begin(response);
  }

  /** The last packet of the answer is read. */
  #finish(): void {
    const response = this.#response!;
    this.#response = null;
    const pending = this.#context.pending();
    if (!this.#begun) {
      // An attention is acknowledged also where the answer was over before.
      this.#context.emit(this.#tokens.attention ? CONTROL : response);
      return;
    }
    this.#begun = false;
    if (pending instanceof TdsRequest && pending.operation === 'Login7') this.#shared.home = this.#shared.database;
    if (response.handle !== undefined && pending instanceof TdsRequest && pending.isStatement) {
      this.#shared.prepared(response.handle, pending.resource!);
    }
    this.#context.finish();
  }

  #prelogin(input: Input, size: number): number {
    const { start, end } = input;
    if (end - start < size) return 0;
    const encryption = readEncryption(this.#reader.from(input, start + HEADER, start + size));
    const shared = this.#shared;
    if (encryption !== null && shared.clientEncryption !== null) {
      shared.encrypted = encryption === 1 || encryption === 3;
    }
    const response = new TdsResponse();
    response.result = encryption === null ? null : 'OK';
    this.#context.emit(response);
    return size;
  }

  #tls(input: Input): number {
    const { bytes, start, end } = input;
    if (end - start < TLS_HEADER) return 0;
    const size = TLS_HEADER + ((bytes[start + 3]! << 8) | bytes[start + 4]!);
    this.#context.emit(CONTROL);
    if (this.#shared.encrypted === true) this.#context.switchTo(null);
    return size;
  }

  #ignore(size: number): number {
    this.#context.emit(CONTROL);
    return size;
  }
}
