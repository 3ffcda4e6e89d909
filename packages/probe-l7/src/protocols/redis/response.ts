import { type Input, latin1, type StreamContext, type StreamParser } from '@sonde/core';
import { commandOf } from './commands.js';
import { beginsReply } from './detect.js';
import type { RedisConnection, RedisMessage, RedisPush, RedisRequest, RedisResponse } from './messages.js';
import { isConfirmation, isMessage, type Push, readPush } from './push.js';
import { describeReply } from './reply.js';
import { ReplyReader } from './reply-reader.js';

const LF = 0x0a;
const PLUS = 0x2b;
const MINUS = 0x2d;
const STAR = 0x2a;
const PUSH = 0x3e;
const BULK_ERROR = 0x21;
/** Longest bulk error that is waited for. */
const MAX_ERROR = 1024;

const NOTHING = { kind: 'control' } as unknown as RedisMessage;

/** Reads the replies of a connection, and what the server sends unasked. */
export class RedisResponseStream implements StreamParser {
  readonly #context: StreamContext<RedisMessage, RedisConnection>;
  readonly #reader = new ReplyReader();
  /** The reply that is being read, once its first line is known and the rest is not there yet. */
  #begun: RedisMessage | null = null;
  /** After a cut reply: nothing is read until somebody waits for an answer again. */
  #unframed = false;

  constructor(context: StreamContext<RedisMessage, RedisConnection>) {
    this.#context = context;
  }

  read({ bytes, start, end }: Input): number {
    const reader = this.#reader;
    if (this.#unframed) {
      if (this.#context.pending() === undefined) return end - start;
      const verdict = beginsReply(bytes, start, end);
      if (verdict === 'no') return end - start;
      if (verdict === 'more') return 0;
      this.#unframed = false;
    }
    let push: Push | null = null;
    if (reader.type === 0) {
      const first = bytes[start]!;
      if (first === LF) {
        this.#context.emit(NOTHING); // a master that prepares a snapshot keeps its replica awake
        return 1;
      }
      if (first === PUSH || (first === STAR && this.#mayPush)) {
        const look = readPush(bytes, start, end);
        if (look === 'more') return 0;
        push = look;
      }
    }
    const reached = reader.advance(bytes, start, end);
    if (reader.fault !== null) this.#context.fail(reader.fault);
    if (reader.type === 0) return reached - start;
    if (reader.type === BULK_ERROR && reached > end && reader.size <= MAX_ERROR) {
      reader.reset();
      return 0;
    }
    if (this.#begun !== null) {
      if (reader.done) this.#finish();
      return reached - start;
    }
    const message = this.#message(bytes, push, end);
    if (reader.done) {
      reader.reset();
      this.#context.emit(message);
    } else {
      this.#begun = message;
      if (message.kind !== 'interim' && message.kind !== 'control') this.#context.begin(message);
    }
    return reached - start;
  }

  gap({ bytes, start, end }: Input, missing: number): number {
    const left = end - start + missing;
    const waiting = this.#context.pending();
    // Nobody waits for what the hole holds: it is the rest of a reply that was cut.
    if (this.#unframed && waiting === undefined) return left;
    const begun = this.#begun;
    const alone = waiting !== undefined && waiting === this.#context.shared.newest;
    if (!alone || this.#unframed || (begun !== null && begun.kind !== 'response')) return -1;
    if (begun === null) {
      const cut = start < end ? this.#describe(bytes, start, end) : null;
      if (cut === null) return -1;
      cut.truncated = true;
      this.#context.shared.responses++;
      this.#context.emit(cut);
    } else {
      begun.truncated = true;
      this.#begun = null;
      this.#context.finish();
    }
    this.#reader.reset();
    this.#unframed = true;
    return left;
  }

  resync({ bytes, start, end }: Input): number {
    // What comes while nobody waits is the rest of a reply, or an answer to a command that went unseen.
    const waits = this.#context.pending() !== undefined;
    if (waits) return beginsReply(bytes, start, end) === 'no' ? -1 : 0;
    if (bytes[start] !== STAR && bytes[start] !== PUSH) return -1;
    const push = readPush(bytes, start, end);
    return push !== null && (push === 'more' || isMessage(push.word)) ? 0 : -1;
  }

  /** Whether an array may be a message of a channel: to a subscriber of RESP2, or to one who may be one. */
  get #mayPush(): boolean {
    const { shared, fromStart } = this.#context;
    if (shared.subscriber) return !shared.resp3;
    if (shared.decisive > 0) return true;
    return !fromStart && this.#context.pending() === undefined;
  }

  /** Makes the message of the reply whose first line was just read. */
  #message(bytes: Uint8Array, push: Push | null, end: number): RedisMessage {
    const { shared } = this.#context;
    const { type } = this.#reader;
    if (push !== null) {
      const unasked = this.#pushed(push, type);
      if (unasked !== null) return unasked;
    }
    const message = this.#describe(bytes, this.#reader.lineStart - 1, end) as RedisResponse;
    if (
      type === PLUS &&
      shared.monitor &&
      /^\d/.test(latin1(bytes, this.#reader.lineStart, this.#reader.lineStart + 1))
    ) {
      message.kind = 'control'; // a command of somebody else, as MONITOR shows it
      return message;
    }
    shared.responses++;
    if (type > PUSH || type === 0x25) shared.resp3 = true;
    if (shared.decisive > 0) this.#decide(message);
    return message;
  }

  #describe(bytes: Uint8Array, start: number, end: number): RedisResponse | null {
    const failed = bytes[start] === MINUS || bytes[start] === BULK_ERROR;
    const operation = failed ? (this.#context.pending()?.operation ?? '') : '';
    const scripted = failed && commandOf(operation).counted !== null;
    return describeReply(this.#reader, bytes, start, end, this.#context.redact, scripted);
  }

  /** What the server sent unasked, or a confirmation; null for an ordinary reply. */
  #pushed(push: Push, type: number): RedisMessage | null {
    const { shared } = this.#context;
    if (isConfirmation(push.word)) return this.#confirmed(push, type);
    if (type === STAR && !isMessage(push.word)) return null;
    const message: RedisPush = { kind: 'oneway', operation: push.word, resource: push.channel, type: 'push' };
    if (isMessage(push.word)) shared.subscriber = true;
    return message;
  }

  /** Each channel of a subscription is confirmed; the last confirmation answers the command. */
  #confirmed(push: Push, type: number): RedisMessage {
    const { shared } = this.#context;
    shared.subscriber = push.subscriptions !== 0;
    if (type === PUSH) shared.resp3 = true;
    const message: RedisResponse = { kind: 'control', type: type === PUSH ? 'push' : 'array', count: 3 };
    const waiting = this.#context.pending() as RedisRequest | undefined;
    if (waiting === undefined || waiting.operation !== push.word) return message;
    if (shared.confirming !== waiting) {
      shared.confirming = waiting;
      shared.confirmationsLeft = Math.max(1, waiting.argCount);
    }
    shared.confirmationsLeft--;
    message.kind = shared.confirmationsLeft > 0 ? 'interim' : 'response';
    if (message.kind === 'response') {
      shared.responses++;
      shared.confirming = null;
      if (waiting.operation.endsWith('SUBSCRIBE') && !waiting.operation.includes('UNSUB')) shared.decisive--;
    }
    return message;
  }

  /** A reply to a command that changes the connection. */
  #decide(message: RedisResponse): void {
    const { shared } = this.#context;
    const waiting = this.#context.pending() as RedisRequest | undefined;
    if (waiting === undefined) {
      shared.decisive = 0;
      return;
    }
    const accepted = message.type !== 'error';
    switch (waiting.operation) {
      case 'SELECT':
        if (accepted) shared.database = message.text === 'OK' ? Number(waiting.resource ?? Number.NaN) : null;
        if (Number.isNaN(shared.database)) shared.database = null;
        break;
      case 'MONITOR':
        shared.monitor = accepted;
        break;
      case 'RESET':
        shared.monitor = shared.subscriber = shared.resp3 = false;
        shared.database = 0;
        break;
      case 'PSYNC':
      case 'SYNC':
        if (accepted) this.#context.switchTo(null); // a replication stream follows
        break;
      case 'SUBSCRIBE':
      case 'PSUBSCRIBE':
      case 'SSUBSCRIBE':
        break;
      default:
        return;
    }
    shared.decisive--;
  }

  #finish(): void {
    const begun = this.#begun!;
    this.#begun = null;
    this.#reader.reset();
    if (begun.kind === 'interim' || begun.kind === 'control') this.#context.emit(begun);
    else this.#context.finish();
  }
}
