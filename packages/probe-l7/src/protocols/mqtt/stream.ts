import type { Input, StreamContext, StreamParser } from '@sonde/core';
import { checkPacket } from './detect.js';
import { ConnectionId, type MqttConnection, type MqttMessage, type MqttRequest } from './messages.js';
import { afterProperties, Packet, string, TYPES, Type } from './packets.js';

/** Most bytes of a packet that are waited for: topics and ids stand at its beginning. */
const WANTED = 2048;

const packet = new Packet();

/** Reads the packets of one direction; most may be sent by either side. */
export class MqttStream implements StreamParser {
  readonly #context: StreamContext<MqttMessage, MqttConnection>;

  constructor(context: StreamContext<MqttMessage, MqttConnection>) {
    this.#context = context;
  }

  read(input: Input): number {
    return this.#read(input, false);
  }

  gap(input: Input, missing: number): number {
    if (input.start === input.end) return -1;
    const step = this.#read(input, true);
    return step === 0 || step > input.end - input.start + missing ? -1 : step;
  }

  resync(input: Input): number {
    return checkPacket(input, this.#context.direction) === 'no' ? -1 : 0;
  }

  #read(input: Input, cut: boolean): number {
    const { start, end } = input;
    const fault = packet.read(input);
    if (fault === 'more') return 0;
    if (fault !== null) this.#context.fail(fault);
    const limit = Math.min(packet.end, end);
    if (!cut && limit < packet.end && limit - packet.body < WANTED) return 0;
    const message = this.#message(input, limit);
    if (message === null) this.#context.fail('packet shorter than its fields');
    if (limit < packet.end && cut) message.truncated = true;
    const length = packet.end - start;
    this.#context.emit(message);
    return length;
  }

  #message(input: Input, limit: number): MqttMessage | null {
    const { type, body } = packet;
    const { bytes, view } = input;
    const name = TYPES[type]!;
    switch (type) {
      case Type.connect:
        return this.#connect(input, limit);
      case Type.connack:
        return {
          kind: 'response',
          id: ConnectionId.connect,
          type: name,
          code: body + 2 > limit ? 0 : bytes[body + 1]!,
        };
      case Type.publish:
        return this.#publish(input, limit);
      case Type.subscribe:
      case Type.unsubscribe:
        return this.#subscription(input, limit);
      case Type.pingreq:
        return this.#request(name, 'request', null, ConnectionId.ping);
      case Type.pingresp:
        return { kind: 'response', id: ConnectionId.ping, type: name, code: 0 };
      case Type.disconnect:
      case Type.auth:
        return this.#request(name, 'oneway', null);
      default:
    }
    if (body + 2 > limit) return null;
    const id = view.getUint16(body);
    if (type === Type.suback || type === Type.unsuback)
      return { kind: 'response', id, type: name, code: this.#worst(input, limit) };
    const code = body + 2 < limit ? bytes[body + 2]! : 0;
    if (type === Type.pubrel) return { kind: 'control', type: name, code };
    // A PUBREC that refuses is the last word.
    const kind = type === Type.pubrec && code < 0x80 ? 'interim' : 'response';
    return { kind, id, type: name, code };
  }

  #connect(input: Input, limit: number): MqttMessage | null {
    const { body } = packet;
    const name = string(input, body, limit);
    if (name !== 'MQTT' && name !== 'MQIsdp') this.#context.fail('name of the protocol');
    const level = body + 2 + name.length;
    if (level + 4 > limit) return null;
    const version = input.bytes[level]!;
    this.#context.shared.version = version;
    const payload = version >= 5 ? afterProperties(input, level + 4, limit) : level + 4;
    return this.#request(
      'CONNECT',
      'request',
      payload < 0 ? null : string(input, payload, limit),
      ConnectionId.connect,
    );
  }

  #publish(input: Input, limit: number): MqttMessage | null {
    const { body, flags } = packet;
    const topic = string(input, body, limit);
    if (topic === null) return null;
    const qos = (flags >> 1) & 3;
    const after = body + 2 + input.view.getUint16(body);
    if (qos > 0 && after + 2 > limit) return null;
    const id = qos > 0 ? input.view.getUint16(after) : undefined;
    if (id === 0) this.#context.fail('packet id 0');
    const message = this.#request('PUBLISH', qos === 0 ? 'oneway' : 'request', topic === '' ? null : topic, id);
    message.qos = qos;
    message.retain = (flags & 1) !== 0;
    message.duplicate = (flags & 8) !== 0;
    let payload = after + (qos > 0 ? 2 : 0);
    if (this.#context.shared.version === 5) {
      const properties = afterProperties(input, payload, limit);
      if (properties < 0) return limit < packet.end ? message : null;
      const found = traceparent(input, payload, properties);
      if (found !== null) message.traceparent = found;
      payload = properties;
    }
    message.payloadBytes = packet.end - payload;
    return message;
  }

  #subscription(input: Input, limit: number): MqttMessage | null {
    const { body, type } = packet;
    if (body + 2 > limit) return null;
    const id = input.view.getUint16(body);
    let at = this.#context.shared.version === 5 ? afterProperties(input, body + 2, limit) : body + 2;
    const first = at < 0 ? null : string(input, at, limit);
    if (first === null) return null;
    let topicCount = 0;
    while (at + 2 <= limit) {
      at += 2 + input.view.getUint16(at) + (type === Type.subscribe ? 1 : 0);
      topicCount++;
    }
    const message = this.#request(TYPES[type]!, 'request', first, id);
    message.topicCount = topicCount;
    return message;
  }

  /** The highest code of a SUBACK: 0x80 and more are refusals. */
  #worst(input: Input, limit: number): number {
    const after = packet.body + 2;
    const from = this.#context.shared.version === 5 ? afterProperties(input, after, limit) : after;
    let worst = 0;
    if (from >= 0) for (let at = from; at < limit; at++) worst = Math.max(worst, input.bytes[at]!);
    return worst;
  }

  #request(operation: string, kind: MqttRequest['kind'], resource: string | null, id?: number): MqttRequest {
    const by = this.#context.direction === 'request' ? 'client' : 'server';
    return id === undefined ? { kind, operation, resource, by } : { kind, operation, resource, by, id };
  }
}

const KEY = 'traceparent';

/** The user property of this name (0x26, name, value), which W3C's draft for MQTT asks for. */
function traceparent(input: Input, start: number, end: number): string | null {
  for (let at = start; at + 3 + KEY.length + 2 + 55 <= end; at++) {
    if (input.bytes[at] !== 0x26 || input.view.getUint16(at + 1) !== KEY.length) continue;
    if (string(input, at + 1, end) === KEY) return string(input, at + 3 + KEY.length, end);
  }
  return null;
}
