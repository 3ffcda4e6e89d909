import { equalsAscii, type Input, type StreamContext, type StreamParser } from '@sonde/core';
import { Arguments, readArguments, resourceOf } from './arguments.js';
import type { AmqpConnection, Channel } from './channels.js';
import { bodySize, type Open, readProperties } from './content.js';
import { PROTOCOL_HEADER_BYTES } from './detect.js';
import {
  allowedMethod,
  checkFrame,
  FRAME_END,
  Frame,
  FrameType,
  HEADER,
  MIN_CONTENT_HEADER,
  OVERHEAD,
} from './frames.js';
import type { AmqpMessage, AmqpRequest, AmqpResponse } from './messages.js';
import { CLIENT, Key, type Method, SERVER } from './methods.js';

/** Of a longer method, or content header, only so many bytes are read: what matters stands at its beginning. */
const MAX_READ = 8192;
/** Most messages of one direction whose bodies arrive at the same time. */
const MAX_OPEN = 1024;
/** An id that no request has. */
const NOBODY = 0;

const frame = new Frame();
const fields = new Arguments();

/** Reads the frames of one direction. */
export class AmqpStream implements StreamParser {
  readonly #context: StreamContext<AmqpMessage, AmqpConnection>;
  readonly #connection: AmqpConnection;
  readonly #sender: number;
  /** Messages with content, by channel: emitted when they are whole. */
  readonly #open = new Map<number, Open>();
  /** A body was stepped over whose frames nobody saw: there can be none without a message any more. */
  #assumed = false;
  /** Time of what is read. */
  #at = 0;

  constructor(context: StreamContext<AmqpMessage, AmqpConnection>) {
    this.#context = context;
    this.#connection = context.shared;
    this.#sender = context.direction === 'request' ? CLIENT : SERVER;
    this.#connection.begin(context.direction);
  }

  read(input: Input): number {
    const { bytes, start, end } = input;
    this.#at = input.at;
    if (bytes[start] === 0x41) return this.#protocolHeader(input);
    const fault = frame.read(input, start);
    if (fault === 'more') return 0;
    if (fault !== null) this.#context.fail(fault);
    if (frame.type === FrameType.body) return this.#body();
    const whole = frame.last < end;
    if (!whole && end - frame.body < MAX_READ) return 0;
    return this.#fields(input, Math.min(frame.last, frame.body + MAX_READ), false);
  }

  gap(input: Input): number {
    const { start, end } = input;
    this.#at = input.at;
    if (end - start < HEADER) return this.#assumeBody();
    if (frame.read(input, start) !== null) return -1;
    if (frame.type === FrameType.body) return this.#body();
    const least = frame.type === FrameType.header ? MIN_CONTENT_HEADER : 4;
    if (frame.type === FrameType.heartbeat || end - frame.body < least) return -1;
    return this.#fields(input, Math.min(frame.last, end), true);
  }

  /** The next place where a method begins: at the start, or after the octet that ends a frame. */
  resync(input: Input): number {
    const { bytes, start, end } = input;
    for (let at = start; end - at > HEADER; at++) {
      if (at > start && bytes[at - 1] !== FRAME_END) continue;
      const found = checkFrame(frame, input, at, this.#sender === CLIENT);
      if (found === 'sure' || (found === 'maybe' && frame.type !== FrameType.body)) return at - start;
    }
    return -1;
  }

  #protocolHeader({ bytes, start, end }: Input): number {
    if (end - start < PROTOCOL_HEADER_BYTES) return 0;
    if (!equalsAscii(bytes, start, start + 4, 'AMQP')) this.#context.fail('type of a frame');
    this.#context.emit({ kind: 'control' });
    return PROTOCOL_HEADER_BYTES;
  }

  /** Reads a frame other than a body. Returns the bytes of the frame, or 0 if there is more to say of it. */
  #fields(input: Input, limit: number, cut: boolean): number {
    const length = frame.size + OVERHEAD;
    if (frame.type === FrameType.heartbeat) {
      this.#quiet();
      return length;
    }
    if (frame.type === FrameType.header) this.#header(input, limit, cut);
    else {
      const key = input.view.getUint32(frame.body);
      const method = allowedMethod(key, frame.channel, this.#sender);
      if (method === null) this.#context.fail('method');
      if (this.#open.has(frame.channel)) this.#context.fail('a method in place of content');
      const channel = this.#connection.channel(frame.channel);
      fields.over(input.bytes, input.view, frame.body + 4, limit);
      return this.#method(method, channel, cut) ? length : 0;
    }
    return length;
  }

  /** Content without a message belongs to one that began before anybody looked. */
  #orphan(): void {
    if (this.#assumed) this.#context.fail('content without a method');
    this.#quiet();
  }

  /** Bytes that belong to no message; in the midst of one they count to it. */
  #quiet(): void {
    if (this.#open.size === 0) this.#context.emit({ kind: 'control' });
  }

  /** Takes a method; false if it has to be read once more, for the next message that it makes. */
  #method(method: Method, channel: Channel, cut: boolean): boolean {
    if (method.role === 'reply') this.#reply(method, channel, cut);
    else if (this.#sender === SERVER && (method.key === Key.ack || method.key === Key.nack)) {
      return this.#confirmation(method, channel) || cut;
    } else if (method.key === Key.close || method.key === Key.channelClose) {
      const message = this.#request(method, channel, cut);
      if (!cut && this.#answerByClose(method, message, channel)) return false;
      this.#ask(message, method.key, channel, cut);
    } else this.#say(method, channel, cut);
    return true;
  }

  #request(method: Method, channel: Channel, cut: boolean): AmqpRequest {
    const message: AmqpRequest = {
      kind: 'oneway',
      operation: method.name,
      resource: null,
      by: this.#sender === CLIENT ? 'client' : 'server',
      channel: channel.number,
    };
    if (method.key === Key.open) message.resource = fields.shortString();
    else {
      readArguments(method.key, fields, message);
      message.resource = resourceOf(message);
    }
    if (!fields.short) return message;
    const { kind, operation, by } = message;
    return { kind, operation, resource: null, by, channel: channel.number, truncated: this.#isShort(cut) };
  }

  /** Arguments are missing: of a method that was cut, or is too long, its name is all that is told. */
  #isShort(cut: boolean): true {
    if (!cut && frame.size <= MAX_READ) this.#context.fail('a method shorter than its arguments');
    return true;
  }

  /** A call, or something that isn't answered. */
  #say(method: Method, before: Channel, cut: boolean): void {
    let channel = before;
    if (method.key === Key.channelOpen) {
      // The number may have belonged to another channel before.
      this.#connection.forget(channel.number);
      channel = this.#connection.channel(channel.number);
    }
    const message = this.#request(method, channel, cut);
    switch (method.key) {
      case Key.publish: {
        const tag = channel.nextPublication(this.#at);
        if (tag > 0) message.deliveryTag = tag;
        if (tag > 0 && !(cut && tag <= channel.confirmedTag)) {
          message.kind = 'request';
          message.id = channel.idOf(tag);
        }
        break;
      }
      case Key.deliver: {
        const queue = channel.consumers.get(message.consumerTag ?? '');
        if (queue !== undefined) message.queue = queue;
        break;
      }
      case Key.consume:
        if (fields.noWait && !fields.short) channel.consume(message.consumerTag!, message.queue!);
        break;
      case Key.confirmSelect:
        channel.confirm();
        break;
      default:
    }
    if (method.content) this.#await(message, channel);
    else if (method.role === 'call' && !fields.noWait) this.#ask(message, method.key, channel, cut);
    else this.#context.emit(message);
  }

  /** A call. Of one that was cut it is learnt late: its reply may have gone by. */
  #ask(message: AmqpRequest, key: number, channel: Channel, cut: boolean): void {
    const id = cut ? null : this.#connection.call(channel, key, this.#context.direction, message.queue);
    if (id !== null) {
      message.kind = 'request';
      message.id = id;
    }
    this.#context.emit(message);
  }

  #reply(method: Method, channel: Channel, cut: boolean): void {
    const by = this.#context.direction === 'request' ? 'response' : 'request';
    const call = this.#connection.answered(channel, method.answers, by);
    let message = this.#response(method.name, channel, call?.id ?? NOBODY);
    readArguments(method.key, fields, message);
    if (fields.short)
      message = { ...this.#response(method.name, channel, message.id as number), truncated: this.#isShort(cut) };
    if (method.key === Key.consumeOk && call?.queue && !fields.short) channel.consume(message.consumerTag!, call.queue);
    if (message.frameMax !== undefined) this.#connection.frameMax = message.frameMax;
    if (method.key === Key.channelCloseOk) this.#connection.forget(channel.number);
    if (method.content) this.#await(message, channel);
    else if (call === undefined && channel.doubtful) this.#context.emit({ kind: 'control' });
    else this.#context.emit(message);
  }

  #response(type: string, channel: Channel, id: number): AmqpResponse {
    return { kind: 'response', id, type, channel: channel.number };
  }

  /** The broker confirms publications. False if there are more that it confirms. */
  #confirmation(method: Method, channel: Channel): boolean {
    const message = this.#response(method.name, channel, NOBODY);
    readArguments(method.key, fields, message);
    // Whose confirm it was, nobody knows: a later one for many may not be theirs.
    if (fields.short) channel.missConfirms();
    else channel.confirmed(message.deliveryTag!, this.#at);
    const known = channel.nextTag - 1;
    // Tag 0 stands for all that were published.
    const last = message.deliveryTag === 0 ? known : Math.min(message.deliveryTag!, known);
    const counted =
      !fields.short && (message.deliveryTag! <= known || (channel.uncounted && message.multiple === true));
    if (counted) channel.confirmedTag = Math.max(channel.confirmedTag, last);
    const first = message.multiple ? channel.firstOf(last) : last;
    const tag = counted && last > 0 ? this.#waiting(channel, first, last) : -1;
    if (tag < 0) {
      this.#context.emit({ kind: 'control' });
      return true;
    }
    message.id = channel.idOf(tag);
    this.#context.emit(message);
    const done = tag === last || this.#waiting(channel, tag + 1, last) < 0;
    if (message.multiple) channel.lowestTag = Math.max(channel.lowestTag, done ? last + 1 : tag + 1);
    else if (tag === channel.lowestTag) channel.lowestTag++;
    return done;
  }

  /** The first publication from tag `from` to `last` that waits for its confirm, or -1. */
  #waiting(channel: Channel, from: number, last: number): number {
    for (let tag = from; tag <= last; tag++) {
      if (this.#context.pending(channel.idOf(tag)) !== undefined) return tag;
    }
    return -1;
  }

  /** A close with a fault is all the answer that the call gets which is to blame; true if it was one just now. */
  #answerByClose(method: Method, close: AmqpRequest, channel: Channel): boolean {
    if (this.#sender === CLIENT || fields.short) return false;
    const blamed = (fields.number(2) << 16) | fields.number(2);
    const place = channel.number > 0 ? channel : this.#connection.waitingFor(blamed, 'request');
    const call = place === null ? undefined : this.#connection.answered(place, blamed, 'request');
    if (call !== undefined) {
      this.#context.emit({ ...this.#response(method.name, place!, call.id), code: close.code!, text: close.text! });
      return true;
    }
    const last = channel.nextTag - 1;
    const tag = channel.number > 0 && last > 0 ? this.#waiting(channel, channel.firstOf(last), last) : -1;
    if (tag < 0) {
      // What the client publishes until it hears of the close is dropped.
      channel.stopCounting();
      return false;
    }
    channel.lowestTag = tag + 1;
    const response = this.#response(method.name, channel, channel.idOf(tag));
    this.#context.emit({ ...response, code: close.code!, text: close.text! });
    return true;
  }

  // ------------------------------------------------------------------ content

  /** Content follows; the message is emitted when it is there. */
  #await(message: AmqpRequest | AmqpResponse, channel: Channel): void {
    if (this.#open.size >= MAX_OPEN) this.#context.fail('too many messages at once');
    this.#open.set(channel.number, { message, left: -1, share: 0 });
  }

  #header({ bytes, view }: Input, limit: number, cut: boolean): void {
    const open = this.#open.get(frame.channel);
    if (open === undefined) {
      this.#orphan();
      return;
    }
    if (open.left >= 0) this.#context.fail('a second content header');
    const { message } = open;
    open.left = bodySize(view, frame.body);
    message.bodyBytes = open.left;
    readProperties(fields, bytes, view, frame.body, limit, message);
    if (cut) {
      if (fields.short) message.truncated = true;
      this.#late(message);
    }
    if (open.left === 0) this.#finish(message);
  }

  /** Bodies are stepped over, whether they are there or not. */
  #body(): number {
    const length = frame.size + OVERHEAD;
    const open = this.#open.get(frame.channel);
    if (open === undefined) {
      this.#orphan();
      return length;
    }
    if (open.share === 0) open.share = frame.size;
    open.left -= frame.size;
    if (open.left < 0) this.#context.fail('a body longer than announced');
    if (open.left === 0) this.#finish(open.message);
    return length;
  }

  #finish(message: AmqpRequest | AmqpResponse): void {
    this.#open.delete(message.channel);
    this.#context.emit(message);
  }

  /** A message was cut: its confirm may have gone by before that showed. */
  #late(message: AmqpRequest | AmqpResponse): void {
    if (message.kind !== 'request' || message.deliveryTag! > this.#connection.channel(message.channel).confirmedTag)
      return;
    message.kind = 'oneway';
    delete message.id;
  }

  /**
   * Of a message with a large body all frames but the last are of one size, so that its end is known. If it isn't so,
   * or if other channels came between, no frame begins there, and the place is looked for anew.
   */
  #assumeBody(): number {
    if (this.#open.size !== 1) return -1;
    const [open] = this.#open.values();
    const { message, left, share } = open!;
    const size = share > 0 ? share : this.#connection.frameMax - OVERHEAD;
    if (left <= 0 || size <= 0) return -1;
    this.#assumed = true;
    this.#late(message);
    this.#finish(message);
    return left + OVERHEAD * Math.ceil(left / size);
  }
}
