import { toBytes } from '../conversation.fixture.js';

/** What arguments are made of: numbers are octets, strings are latin1. */
type Part = string | number | readonly number[] | Uint8Array;

/** Bytes of some parts. */
export function join(...parts: Part[]): Buffer {
  const pieces = parts.map((part) => {
    if (typeof part === 'number') return Uint8Array.of(part);
    return typeof part === 'string' ? toBytes(part) : Uint8Array.from(part);
  });
  return Buffer.concat(pieces);
}

/** A short string. */
export const short = (text: string) => join(text.length, text);
/** A long string, or a table. */
export const long = (text: string) => join(u32(text.length), text);

/** A frame of any type. */
export function frame(type: number, channel: number, payload: Uint8Array): Buffer {
  return join(type, u16(channel), u32(payload.length), payload, 0xce);
}

/** A method: class, method, arguments. */
export function method(channel: number, classId: number, methodId: number, ...parts: Part[]): Buffer {
  return frame(1, channel, join(u16(classId), u16(methodId), ...parts));
}

/** Content header and body frames of at most `size` bytes each. */
export function content(channel: number, body: string, properties: Uint8Array = join(0, 0), size = 1000): Buffer {
  const header = frame(2, channel, join(u16(60), u16(0), u32(0), u32(body.length), properties));
  const bodies: Buffer[] = [];
  for (let at = 0; at < body.length; at += size) bodies.push(frame(3, channel, toBytes(body.slice(at, at + size))));
  return Buffer.concat([header, ...bodies]);
}

/** Basic.Publish without its content. */
export const publish = (channel: number, exchange: string, key: string, flags = 0) =>
  method(channel, 60, 40, 0, 0, short(exchange), short(key), flags);
/** A broker's, or a consumer's, acknowledgement; `nack` with method 120. */
export const ack = (channel: number, tag: number, multiple = 0, id = 80) =>
  method(channel, 60, id, u32(0), u32(tag), multiple);

export const HEARTBEAT = join(8, 0, 0, 0, 0, 0, 0, 0xce);
export const HELLO = toBytes('AMQP\0\0\x09\x01');

export function u16(value: number): number[] {
  return [value >> 8, value & 255];
}

export function u32(value: number): number[] {
  return [(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}
