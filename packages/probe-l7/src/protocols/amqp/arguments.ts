import { Interner } from '@sonde/core';
import { FieldReader } from '../field-reader.js';
import type { AmqpRequest, MethodFields } from './messages.js';
import { Key } from './methods.js';

const names = new Interner({ capacity: 4096, encoding: 'utf8' });

/**
 * Reads arguments of a method one after another (section 4.2.5 of the specification). Beyond the end everything is
 * empty, and {@link short} says so.
 */
export class Arguments extends FieldReader {
  /** The sender of the method wants no reply. */
  noWait = false;

  override over(bytes: Uint8Array, view: DataView, start: number, end: number): this {
    this.noWait = false;
    return super.over(bytes, view, start, end);
  }

  /** A number of so many bytes; those of eight are delivery tags, which stay far below 2^53. */
  number(size: 1 | 2 | 4 | 8): number {
    const at = this.take(size);
    if (at < 0) return 0;
    if (size === 1) return this.bytes[at]!;
    if (size === 2) return this.view.getUint16(at);
    if (size === 4) return this.view.getUint32(at);
    return this.view.getUint32(at) * 0x1_0000_0000 + this.view.getUint32(at + 4);
  }

  shortString(): string {
    const at = this.take(1);
    if (at < 0) return '';
    const length = this.bytes[at]!;
    return this.take(length) < 0 ? '' : names.take(this.bytes, at + 1, at + 1 + length);
  }

  /** Steps over a table, or a long string. */
  skipLong(): void {
    const length = this.number(4);
    this.take(length);
  }
}

const bit = (bits: number, index: number) => ((bits >> index) & 1) !== 0;

/** Takes what is worth knowing of a method's arguments into `fields`; SASL tokens and secrets are never looked at. */
export function readArguments(key: number, from: Arguments, fields: MethodFields): void {
  switch (key) {
    case Key.startOk:
      from.skipLong();
      fields.mechanism = from.shortString();
      return;
    case Key.tuneOk:
      from.number(2);
      fields.frameMax = from.number(4);
      return;
    case Key.close:
    case Key.channelClose:
      fields.code = from.number(2);
      fields.text = from.shortString();
      return;
    case Key.return:
      fields.code = from.number(2);
      fields.text = from.shortString();
      fields.exchange = from.shortString();
      fields.routingKey = from.shortString();
      return;
    case Key.publish: {
      from.number(2);
      fields.exchange = from.shortString();
      fields.routingKey = from.shortString();
      if (bit(from.number(1), 0)) fields.mandatory = true;
      return;
    }
    case Key.deliver:
      fields.consumerTag = from.shortString();
      readEnvelope(from, fields);
      return;
    case Key.getOk:
      readEnvelope(from, fields);
      fields.messageCount = from.number(4);
      return;
    case Key.ack:
    case Key.nack:
      fields.deliveryTag = from.number(8);
      fields.multiple = bit(from.number(1), 0);
      return;
    case Key.reject:
      fields.deliveryTag = from.number(8);
      return;
    case Key.get:
      from.number(2);
      fields.queue = from.shortString();
      fields.noAck = bit(from.number(1), 0);
      return;
    case Key.consume:
      readConsume(from, fields);
      return;
    case Key.consumeOk:
    case Key.cancelOk:
      fields.consumerTag = from.shortString();
      return;
    case Key.cancel:
      fields.consumerTag = from.shortString();
      from.noWait = bit(from.number(1), 0);
      return;
    case Key.qos:
      from.number(4);
      fields.prefetchCount = from.number(2);
      return;
    case Key.confirmSelect:
      from.noWait = bit(from.number(1), 0);
      return;
    default:
      readTopology(key, from, fields);
  }
}

function readEnvelope(from: Arguments, fields: MethodFields): void {
  fields.deliveryTag = from.number(8);
  fields.redelivered = bit(from.number(1), 0);
  fields.exchange = from.shortString();
  fields.routingKey = from.shortString();
}

function readConsume(from: Arguments, fields: MethodFields): void {
  from.number(2);
  fields.queue = from.shortString();
  fields.consumerTag = from.shortString();
  const bits = from.number(1);
  fields.noAck = bit(bits, 1);
  from.noWait = bit(bits, 3);
}

/** Exchanges, queues and bindings. */
function readTopology(key: number, from: Arguments, fields: MethodFields): void {
  switch (key) {
    case Key.exchangeDeclare:
      from.number(2);
      fields.exchange = from.shortString();
      fields.exchangeType = from.shortString();
      from.noWait = bit(from.number(1), 4);
      return;
    case Key.exchangeDelete:
      from.number(2);
      fields.exchange = from.shortString();
      from.noWait = bit(from.number(1), 1);
      return;
    case Key.exchangeBind:
    case Key.exchangeUnbind:
      from.number(2);
      fields.exchange = from.shortString();
      from.shortString();
      fields.routingKey = from.shortString();
      from.noWait = bit(from.number(1), 0);
      return;
    case Key.queueDeclare:
      from.number(2);
      fields.queue = from.shortString();
      from.noWait = bit(from.number(1), 4);
      return;
    case Key.queueDeclareOk:
      fields.queue = from.shortString();
      fields.messageCount = from.number(4);
      fields.consumerCount = from.number(4);
      return;
    case Key.queueBind:
    case Key.queueUnbind:
      from.number(2);
      fields.queue = from.shortString();
      fields.exchange = from.shortString();
      fields.routingKey = from.shortString();
      from.noWait = key === Key.queueBind && bit(from.number(1), 0);
      return;
    case Key.queuePurge:
    case Key.queueDelete:
      from.number(2);
      fields.queue = from.shortString();
      from.noWait = bit(from.number(1), key === Key.queuePurge ? 0 : 2);
      return;
    case Key.queuePurgeOk:
    case Key.queueDeleteOk:
      fields.messageCount = from.number(4);
      return;
    default:
  }
}

/** What a method is about. The default exchange has no name: there the routing key is that of a queue. */
export function resourceOf({ operation, exchange, routingKey, queue, consumerTag }: AmqpRequest): string | null {
  if (operation.startsWith('Queue')) return queue || null;
  return exchange || routingKey || queue || consumerTag || null;
}
