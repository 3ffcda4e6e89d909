import { findByte, type Input, Interner, type StreamContext, type StreamParser, utf8 } from '@sonde/core';
import { beginsLine } from './detect.js';
import type { NatsConnection, NatsMessage, NatsRequest, NatsResponse } from './messages.js';
import { Words } from './words.js';

/** Longest line: a CONNECT or an INFO with its cluster (NATS: 4096 by default, more for INFO). */
const MAX_LINE = 32_768;
/** Longest message that is believed (NATS: at most 64 MiB). */
const MAX_PAYLOAD = 2 ** 26;
/** Headers that are waited for. */
const MAX_HEADERS = 4096;
const CONTROL = { kind: 'control' } as unknown as NatsMessage;
const words = new Words();
const names = new Interner({ capacity: 256, longest: 8 });
const MESSAGES = new Set(['PUB', 'HPUB', 'MSG', 'HMSG']);

/** Reads the lines and messages of one direction. */
export class NatsStream implements StreamParser {
  readonly #context: StreamContext<NatsMessage, NatsConnection>;
  readonly #client: boolean;

  constructor(context: StreamContext<NatsMessage, NatsConnection>) {
    this.#context = context;
    this.#client = context.direction === 'request';
    if (context.fromStart) return;
    // Made anew after a loss: whatever was on its way may have gone by in it.
    const { toServer, toClient } = context.shared;
    toServer.unsure = toServer.asked;
    toClient.unsure = toClient.asked;
  }

  read(input: Input): number {
    const { bytes, start, end } = input;
    const lineEnd = findByte(bytes, 0x0a, start, end);
    if (lineEnd < 0) {
      if (end - start > MAX_LINE || beginsLine(input, this.#context.direction) === 'no')
        this.#context.fail('not a line');
      return 0;
    }
    const stop = lineEnd > start && bytes[lineEnd - 1] === 0x0d ? lineEnd - 1 : lineEnd;
    let nameEnd = start;
    while (nameEnd < stop && bytes[nameEnd]! > 0x20) nameEnd++;
    if (nameEnd - start > 8) this.#context.fail('not a line');
    let name = names.take(bytes, start, nameEnd);
    const known = MESSAGES.has(name);
    if (!known) name = name.toUpperCase();
    if (known || MESSAGES.has(name)) return this.#messageOf(input, name, nameEnd, stop, lineEnd + 1);
    const message = this.#line(name, bytes, nameEnd, stop);
    if (message === null) this.#context.fail('not a line');
    this.#context.emit(message);
    return lineEnd + 1 - start;
  }

  resync(input: Input): number {
    return beginsLine(input, this.#context.direction) === 'no' ? -1 : 0;
  }

  #line(name: string, bytes: Uint8Array, nameEnd: number, stop: number): NatsMessage | null {
    const { shared } = this.#context;
    switch (name) {
      case 'PING':
        return {
          kind: 'request',
          operation: name,
          resource: null,
          id: (this.#client ? shared.toServer : shared.toClient).asked++,
        };
      case 'PONG':
        return this.#pong();
      case 'INFO':
      case '':
        return CONTROL;
      case 'CONNECT':
        // Nothing of its JSON is read: it holds passwords, tokens and signatures.
        return this.#client ? { kind: 'oneway', operation: name, resource: null } : null;
      case '+OK':
        return this.#client ? null : CONTROL;
      case '-ERR':
        if (this.#client) return null;
        return {
          kind: 'oneway',
          operation: name,
          resource: null,
          error: utf8(bytes, nameEnd, stop).trim().slice(0, 200),
        };
      case 'SUB':
      case 'UNSUB':
        return this.#client ? subscription(name, utf8(bytes, nameEnd, stop)) : null;
      default:
        return null;
    }
  }

  /** PONGs come in the order of the PINGs; where some were lost, the count starts anew at the last one. */
  #pong(): NatsMessage {
    const pings = this.#client ? this.#context.shared.toClient : this.#context.shared.toServer;
    let id = pings.answered;
    if (id >= pings.asked) return CONTROL;
    if (id < pings.unsure) {
      // It answers a PING of before a loss, or a later one: none of those that wait is told from the others.
      pings.answered = pings.asked;
      return CONTROL;
    }
    if (this.#context.pending(id) === undefined) id = pings.asked - 1;
    pings.answered = id + 1;
    return { kind: 'response', type: 'PONG', id };
  }

  /** `PUB subject [reply] bytes`, `MSG subject sid [reply] bytes`; with headers two numbers. */
  #messageOf(input: Input, name: string, nameEnd: number, stop: number, body: number): number {
    const { bytes, start, end } = input;
    const withHeaders = name.startsWith('H');
    if (name.endsWith('MSG') === this.#client) this.#context.fail('a message of the other side');
    let count = words.read(bytes, nameEnd, stop);
    const total = words.decimal(--count);
    const headers = withHeaders ? words.decimal(--count) : 0;
    const least = this.#client ? 1 : 2;
    if (count < least || count > least + 1) this.#context.fail('words of a message');
    if (total < 0 || headers < 0 || headers > total || total > MAX_PAYLOAD) this.#context.fail('length of a message');
    const next = body + total + 2;
    if (next <= end && (bytes[next - 2] !== 0x0d || bytes[next - 1] !== 0x0a)) this.#context.fail('end of a message');
    const wanted = Math.min(headers, MAX_HEADERS);
    if (body + wanted > end) return 0;
    const head = wanted > 0 ? utf8(bytes, body, body + wanted) : '';
    const replyTo = count > least ? words.text(least) : undefined;
    const message = this.#make(words.text(0), replyTo, total - headers, head);
    this.#context.emit(message);
    return next - start;
  }

  #make(subject: string, replyTo: string | undefined, payloadBytes: number, head: string): NatsMessage {
    const traceparent = head === '' ? undefined : /\ntraceparent: *([0-9a-f-]{55})\r/i.exec(head)?.[1];
    if (!this.#client && this.#context.pending(subject) !== undefined) {
      const code = head === '' ? undefined : /^NATS\/1\.0 (\d{3})/.exec(head)?.[1];
      const response: NatsResponse = { kind: 'response', type: 'MSG', id: subject, payloadBytes };
      if (code !== undefined) response.code = Number(code);
      return response;
    }
    const message: NatsRequest = {
      kind: 'oneway',
      operation: this.#client ? 'PUB' : 'MSG',
      resource: subject,
      payloadBytes,
    };
    if (head !== '') message.headers = true;
    if (traceparent !== undefined) message.traceparent = traceparent;
    if (replyTo !== undefined) message.replyTo = replyTo;
    // A pull of JetStream is answered by any number of messages under their own subjects.
    if (this.#client && replyTo !== undefined && !subject.startsWith('$JS.API.CONSUMER.MSG.NEXT.')) {
      message.kind = 'request';
      message.id = replyTo;
    }
    return message;
  }
}

function subscription(operation: string, text: string): NatsRequest | null {
  const words = text.trim().split(/[ \t]+/);
  if (operation === 'UNSUB') return words[0] === '' ? null : { kind: 'oneway', operation, resource: null };
  if (words.length < 2 || words.length > 3) return null;
  const message: NatsRequest = { kind: 'oneway', operation, resource: words[0]! };
  if (words.length === 3) message.queue = words[1]!;
  return message;
}
