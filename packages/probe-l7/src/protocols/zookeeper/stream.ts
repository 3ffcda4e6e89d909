import type { Input, StreamContext, StreamParser } from '@sonde/core';
import { eventName, isErrorCode, SESSION_EXPIRED } from './errors.js';
import { fourLetterWord, mayBeWord, REFUSAL, WORD_BYTES } from './four-letter-words.js';
import { isAnswer, isConnect, isConnected, isRequest, MAX_MESSAGE, REPLY_HEADER, REQUEST_HEADER } from './frames.js';
import {
  CONNECT,
  type ZookeeperConnection,
  type ZookeeperMessage,
  type ZookeeperRequest,
  type ZookeeperResponse,
} from './messages.js';
import { fitsXid, operationName, Xid } from './operations.js';
import { Records } from './records.js';
import { readRequest } from './request.js';
import { readResponse } from './response.js';

/** Of a longer message only so many bytes are read: paths stand before data. */
const MAX_READ = 8192;
/** An id that no request has. */
const NOBODY = -1;

const records = new Records();

/** Reads the requests or the replies of a connection: a length of four bytes before each. */
export class ZookeeperStream implements StreamParser {
  readonly #context: StreamContext<ZookeeperMessage, ZookeeperConnection>;
  readonly #shared: ZookeeperConnection;
  readonly #isRequest: boolean;
  /** Answer to a four-letter word, which goes on until the connection ends; and its bytes so far. */
  #answer: ZookeeperResponse | null = null;
  #answered = 0;

  constructor(context: StreamContext<ZookeeperMessage, ZookeeperConnection>) {
    this.#context = context;
    this.#shared = context.shared;
    this.#isRequest = context.direction === 'request';
    this.#shared.begin(this.#isRequest ? 1 : 2);
  }

  read(input: Input): number {
    if (this.#shared.command !== null || (this.#isRequest && mayBeWord(input))) return this.#text(input);
    const available = input.end - input.start;
    if (available < 4) return 0;
    const size = input.view.getInt32(input.start);
    if (size < 8 || size > MAX_MESSAGE) this.#context.fail('length of a message');
    if (available < Math.min(size + 4, MAX_READ)) return 0;
    this.#message(input, input.start + Math.min(size + 4, MAX_READ), false);
    return size + 4;
  }

  gap(input: Input): number {
    const { start, end, view } = input;
    if (this.#shared.command !== null || end - start < (this.#isRequest ? REQUEST_HEADER : REPLY_HEADER)) return -1;
    const size = view.getInt32(start);
    if (size < 8 || size > MAX_MESSAGE) return -1;
    if (this.#isRequest ? isConnect(input) === 'more' : isConnected(input) === 'more') return -1;
    this.#message(input, Math.min(end, start + size + 4), true);
    return size + 4;
  }

  resync(input: Input): number {
    const { start, end, view } = input;
    if (this.#isRequest) return end - start >= 4 && isRequest(input) === 'yes' ? 0 : -1;
    if (end - start < REPLY_HEADER) return -1;
    if (isAnswer(input) === 'yes') return 0;
    const size = view.getInt32(start);
    if (size < 16 || size > MAX_MESSAGE || !isErrorCode(view.getInt32(start + 16))) return -1;
    return this.#context.pending(view.getInt32(start + 4)) === undefined ? -1 : 0;
  }

  end(): void {
    if (this.#answer !== null) this.#context.finish(this.#answer);
    this.#answer = null;
  }

  #message(input: Input, limit: number, cut: boolean): void {
    const { bytes, view, start } = input;
    records.over(bytes, view, start + 4, limit);
    if (this.#isRequest) {
      if (isConnect(input) === 'yes') this.#connect();
      else this.#request(cut, limit - start === view.getInt32(start) + 4);
    } else if (this.#isConnected(input)) this.#connected();
    else this.#reply(cut);
  }

  /** The reply to the first request of some clients, whose number is 0, can look like that to a session. */
  #isConnected(input: Input): boolean {
    if (isConnected(input) !== 'yes') return false;
    return this.#shared.waits(CONNECT) || this.#context.pending(0) === undefined;
  }

  // ------------------------------------------------------------------ the client

  #connect(): void {
    records.int();
    records.long();
    const timeoutMs = records.int();
    this.#context.emit({
      kind: 'request',
      id: this.#shared.ask(CONNECT),
      operation: 'connect',
      resource: null,
      sessionId: records.long(),
      timeoutMs,
    });
  }

  #request(cut: boolean, whole: boolean): void {
    const xid = records.int();
    const type = records.int();
    const operation = operationName(type);
    if (operation === undefined || !fitsXid(xid, type)) this.#context.fail('operation');
    const message: ZookeeperRequest = { kind: 'request', id: xid, operation, resource: null, type, xid };
    readRequest(type, records, message);
    if (records.short && whole) this.#context.fail('request shorter than its fields');
    if (records.short && cut) message.truncated = true;
    // A cut may show late: after the reply has gone by.
    if (cut && (xid < 0 || xid <= this.#shared.lastReply)) message.kind = 'oneway';
    else if (xid < 0) message.id = this.#shared.ask(xid);
    this.#context.emit(message);
  }

  // ------------------------------------------------------------------ the server

  #connected(): void {
    records.int();
    const timeoutMs = records.int();
    const sessionId = records.long();
    const id = this.#shared.answered(CONNECT);
    const errorCode = timeoutMs === 0 ? SESSION_EXPIRED : 0;
    this.#context.emit({ kind: 'response', id: id ?? NOBODY, errorCode, sessionId, timeoutMs });
  }

  #reply(cut: boolean): void {
    const xid = records.int();
    const zxid = records.long();
    const errorCode = records.int();
    if (!isErrorCode(errorCode)) this.#context.fail('error code');
    if (xid === Xid.notification) {
      this.#notification(cut);
      return;
    }
    if (xid > this.#shared.lastReply) this.#shared.lastReply = xid;
    const id = xid < 0 ? (this.#shared.answered(xid) ?? NOBODY) : xid;
    const request = this.#context.pending(id) as ZookeeperRequest | undefined;
    const message: ZookeeperResponse = { kind: 'response', id, xid, zxid, errorCode };
    if (request?.type !== undefined && records.left > 0) {
      readResponse(request.type, records, message);
      if (records.short && cut) message.truncated = true;
    }
    this.#context.emit(message);
  }

  #notification(cut: boolean): void {
    const event = eventName(records.int());
    if (event === undefined) this.#context.fail('event');
    records.int();
    const message: ZookeeperRequest = { kind: 'oneway', operation: 'notification', resource: null, event };
    message.resource = records.string() || null;
    if (records.short && cut) message.truncated = true;
    this.#context.emit(message);
  }

  // ------------------------------------------------------------------ four-letter words

  #text(input: Input): number {
    const { start, end } = input;
    const available = end - start;
    if (this.#isRequest) {
      if (this.#shared.command !== null) {
        this.#context.emit({ kind: 'control' }); // the end of the line
        return available;
      }
      if (available < WORD_BYTES) return 0;
      const word = fourLetterWord(input);
      if (word === null) this.#context.fail('four-letter word');
      this.#shared.command = word;
      this.#context.emit({ kind: 'request', id: this.#shared.ask(CONNECT), operation: word, resource: null });
      return WORD_BYTES;
    }
    if (this.#answer === null) {
      const id = this.#shared.answered(CONNECT) ?? NOBODY;
      this.#answer = { kind: 'response', id, errorCode: null, refused: true };
      this.#context.begin(this.#answer);
    } else this.#context.touch(this.#answer);
    this.#compare(input);
    return available;
  }

  /** The answer is a refusal as long as it reads like one. */
  #compare({ bytes, start, end }: Input): void {
    const refusal = this.#shared.command + REFUSAL;
    for (let at = start; at < end && this.#answered < refusal.length && this.#answer!.refused; at++) {
      if (bytes[at] !== refusal.charCodeAt(this.#answered++)) delete this.#answer!.refused;
    }
  }
}
