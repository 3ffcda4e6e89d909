import type { Input, StreamContext, StreamParser } from '@sonde/core';
import { statementMasker } from '../../sql/statements.js';
import type { TdsConnection } from './connection.js';
import { confirmRequest } from './detect.js';
import { skipHeaders } from './headers.js';
import { readEncryption, readLogin } from './login.js';
import { MessageBody } from './message-body.js';
import { CONTROL, type TdsMessage, TdsRequest } from './messages.js';
import {
  endsMessage,
  HEADER,
  isHeader,
  isIgnored,
  isTlsRecord,
  MULTIPLEXED,
  PacketType,
  packetLength,
  resetsSession,
} from './packets.js';
import { type PayloadReader, utf16 } from './payload-reader.js';
import { isReleasing, readCall } from './rpc.js';

/** Bytes of a statement's text that are looked at. */
const LONGEST_TEXT = 0x8000;
/** Bytes before a TLS record, and its type where it carries data. */
const TLS_HEADER = 5;
const TLS_DATA = 0x17;

/** What the transaction manager is asked for. */
const TRANSACTIONS = new Map([
  [0, 'TM_GET_DTC_ADDRESS'],
  [1, 'TM_PROPAGATE_XACT'],
  [5, 'TM_BEGIN_XACT'],
  [6, 'TM_PROMOTE_XACT'],
  [7, 'TM_COMMIT_XACT'],
  [8, 'TM_ROLLBACK_XACT'],
  [9, 'TM_SAVE_XACT'],
]);

/** Reads what the client sends: puts messages together of their packets. */
export class TdsRequestParser implements StreamParser {
  readonly #context: StreamContext<TdsMessage, TdsConnection>;
  readonly #shared: TdsConnection;
  readonly #masker;
  readonly #body = new MessageBody();
  /** The message whose packets are being read. */
  #open: TdsRequest | null = null;
  #type = 0;

  constructor(context: StreamContext<TdsMessage, TdsConnection>) {
    this.#context = context;
    this.#shared = context.shared;
    this.#masker = statementMasker(context.redact, 'microsoft.sql_server');
  }

  read(input: Input): number {
    return this.#step(input, false);
  }

  gap(input: Input): number {
    const { start, end } = input;
    if (end - start < HEADER || !isHeader(input, start, true)) return -1;
    return this.#step(input, true) || -1;
  }

  resync(input: Input): number {
    this.#open = null;
    return confirmRequest(input) === 'yes' ? 0 : -1;
  }

  /** @param cut no more bytes of this packet will come */
  #step(input: Input, cut: boolean): number {
    const { bytes, start, end } = input;
    if (isTlsRecord(bytes, start, end) && this.#open === null) return this.#tls(input);
    if (bytes[start] === MULTIPLEXED && this.#open === null) return this.#multiplexed(input);
    if (end - start < HEADER) return 0;
    if (!isHeader(input, start, true)) this.#context.fail('not a packet of a client');
    const size = packetLength(input, start);
    const type = bytes[start]!;
    const last = endsMessage(input, start);
    if (this.#open === null && resetsSession(input, start)) this.#shared.reset();
    if (this.#open !== null && type !== this.#type) {
      if (type !== PacketType.attention) this.#context.fail('a message within a message');
      return this.#attention(size);
    }
    if (type === PacketType.bulk || type === PacketType.sspi || type === PacketType.federatedToken) {
      return this.#unread(input, type, size, last);
    }
    if (type === PacketType.attention) return this.#attention(size);
    if (end - start < size && !cut) return 0;
    const payloadEnd = Math.min(end, start + size);
    if (type === PacketType.prelogin && payloadEnd > start + HEADER && isTlsRecord(bytes, start + HEADER, payloadEnd)) {
      this.#shared.handshaking = true;
      return this.#ignore(size);
    }
    if (this.#open === null && last) return this.#single(input, type, size, payloadEnd);
    return this.#part(input, type, size, payloadEnd, last);
  }

  /** A message of one packet. */
  #single(input: Input, type: number, size: number, end: number): number {
    const reader = this.#body.readSingle(input, input.start + HEADER, end);
    const request = this.#start(type, reader);
    this.#fill(request, type, reader, end < input.start + size);
    this.#asked();
    this.#context.emit(request);
    return size;
  }

  /** A packet of a message that has several. */
  #part(input: Input, type: number, size: number, end: number, last: boolean): number {
    const { start } = input;
    if (this.#open === null) {
      this.#body.clear();
      this.#asked();
      this.#type = type;
      this.#open = this.#start(type, this.#body.readSingle(input, start + HEADER, end));
      this.#context.begin(this.#open);
    }
    this.#body.append(input, start + HEADER, end);
    if (end < start + size) this.#body.stop();
    if (!last) return size;
    const request = this.#open;
    this.#fill(request, type, this.#body.read(), this.#body.cut);
    if (isIgnored(input, start)) request.cancelled = true;
    this.#open = null;
    this.#body.clear();
    this.#context.finish(request);
    return size;
  }

  /** Packets of which only the length matters: rows, and what proves who the client is. */
  #unread(input: Input, type: number, size: number, last: boolean): number {
    if (type !== PacketType.bulk) return this.#ignore(size);
    if (this.#open === null) {
      this.#asked();
      this.#type = type;
      const request = this.#start(type, null);
      if (last) {
        this.#context.emit(request);
        return size;
      }
      this.#open = request;
      this.#context.begin(request);
    } else if (last) {
      if (isIgnored(input, input.start)) this.#open.cancelled = true;
      this.#context.finish(this.#open);
      this.#open = null;
    }
    return size;
  }

  /** The client asks to stop. It awaits an answer like any question, but the answer at hand may be that already. */
  #attention(size: number): number {
    const pending = this.#open ?? this.#context.pending();
    if (pending instanceof TdsRequest) pending.cancelled = true;
    if (this.#open !== null) {
      this.#context.finish(this.#open);
      this.#open = null;
    } else this.#context.emit(CONTROL);
    return size;
  }

  /** Records of TLS stand by themselves once its handshake, in packets, is over: the login, or everything. */
  #tls(input: Input): number {
    const { bytes, start, end } = input;
    if (end - start < TLS_HEADER) return 0;
    const size = TLS_HEADER + ((bytes[start + 3]! << 8) | bytes[start + 4]!);
    const shared = this.#shared;
    if (!shared.handshaking && this.#context.fromStart === false && shared.encrypted === null) {
      this.#context.fail('a record of TLS that nobody agreed on');
    }
    if (shared.encrypted === true) {
      this.#context.emit(CONTROL);
      this.#context.switchTo(null);
      return size;
    }
    if (!shared.handshaking || bytes[start] !== TLS_DATA) return this.#ignore(size);
    shared.handshaking = false;
    const request = new TdsRequest('Login7');
    request.encrypted = true;
    this.#asked();
    this.#context.emit(request);
    return size;
  }

  #multiplexed({ start, end }: Input): number {
    this.#context.emit(CONTROL);
    this.#context.switchTo(null);
    return end - start;
  }

  #ignore(size: number): number {
    this.#context.emit(CONTROL);
    return size;
  }

  /** A client that asks has read all answers: what still waits was answered out of sight. */
  #asked(): void {
    this.#shared.requests++;
    for (let waiting = this.#context.pending(); waiting !== undefined; waiting = this.#context.pending()) {
      this.#context.abandon(waiting, 'answered out of sight');
    }
  }

  // ------------------------------------------------------------------ what a message says

  /** A message begins, of which at least the first packet's payload is there. */
  #start(type: number, reader: PayloadReader | null): TdsRequest {
    const request = new TdsRequest(this.#operation(type, reader));
    request.database = this.#shared.database;
    return request;
  }

  #operation(type: number, reader: PayloadReader | null): string {
    switch (type) {
      case PacketType.batch:
        return 'SQLBatch';
      case PacketType.rpc:
        return 'RPC';
      case PacketType.bulk:
        return 'BulkLoad';
      case PacketType.login:
        return 'Login7';
      case PacketType.prelogin:
        return 'PreLogin';
      default: {
        const { at } = reader!;
        const headers = skipHeaders(reader!);
        const name = headers === true ? TRANSACTIONS.get(reader!.uint16()) : undefined;
        reader!.at = at;
        reader!.overrun = false;
        return name ?? 'TransactionManager';
      }
    }
  }

  /** @param cut a part of the payload isn't there */
  #fill(request: TdsRequest, type: number, reader: PayloadReader, cut: boolean): void {
    switch (type) {
      case PacketType.batch:
        this.#batch(request, reader, cut);
        break;
      case PacketType.rpc:
        this.#call(request, reader, cut);
        break;
      case PacketType.login:
        this.#login(request, reader);
        break;
      case PacketType.prelogin:
        this.#shared.clientEncryption = readEncryption(reader);
        break;
      default:
        break;
    }
    if (cut) request.truncated = true;
  }

  #headers(reader: PayloadReader): void {
    const found = skipHeaders(reader);
    if (found !== null) this.#shared.modern = found;
    reader.overrun = false;
  }

  #batch(request: TdsRequest, reader: PayloadReader, cut: boolean): void {
    this.#headers(reader);
    const last = Math.min(reader.end, reader.at + LONGEST_TEXT);
    if (last < reader.end && !cut) request.truncated = true;
    if (last > reader.at) request.statement = this.#masker.get(utf16(reader.bytes, reader.at, last));
  }

  #call(request: TdsRequest, reader: PayloadReader, cut: boolean): void {
    this.#headers(reader);
    const call = readCall(reader);
    if (call === null) return;
    request.procedure = call.procedure;
    const statement = call.statement === null ? null : this.#masker.get(call.statement);
    if (call.handle !== null) request.handle = call.handle;
    const released = isReleasing(call.procedure);
    const prepared = call.handle === null || released ? null : this.#shared.statementOf(call.handle);
    if (statement !== null) request.statement = statement;
    else if (prepared !== null) request.statement = prepared;
    else request.resource = call.procedure;
    if (call.cut && !cut) request.truncated = true;
    if (call.handle !== null && released) this.#shared.unprepared(call.handle);
  }

  #login(request: TdsRequest, reader: PayloadReader): void {
    const login = readLogin(reader);
    if (login === null) return;
    this.#shared.modern = login.modern;
    this.#shared.handshaking = false;
    this.#shared.database = this.#shared.home = login.database;
    request.version = login.version;
    request.resource = login.user;
    request.database = login.database;
    if (login.application !== null) request.application = login.application;
  }
}
