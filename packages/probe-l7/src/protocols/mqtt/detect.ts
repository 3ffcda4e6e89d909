import { type Detection, type Direction, equalsAscii, type Input, type Verdict } from '@sonde/core';
import { Packet, string, Type } from './packets.js';

const packet = new Packet();
const PORTS = [1883];

/** Packet types that each side may send: bit by number. */
const CLIENT = 0b1101_0101_1111_1010;
const SERVER = 0b1110_1010_1111_1100;

/** Whether the window begins with a packet that `direction` may carry; whatever follows it must be one as well. */
export function checkPacket(input: Input, direction: Direction): Verdict {
  const fault = packet.read(input);
  if (fault === 'more') return 'more';
  if (fault !== null || ((direction === 'request' ? CLIENT : SERVER) & (1 << packet.type)) === 0) return 'no';
  const { type, body } = packet;
  const { bytes, end } = input;
  const limit = Math.min(packet.end, end);
  if (type === Type.connect) return checkConnect(input, body);
  if (type === Type.connack) {
    if (body + 2 > end) return 'more';
    const known = bytes[body + 1]! <= 5 || bytes[body + 1]! >= 0x80;
    const sized = packet.end - body === 2 || (packet.end - body > 2 && bytes[body + 2] === packet.end - body - 3);
    return bytes[body]! <= 1 && known && sized ? 'yes' : 'no';
  }
  if (type === Type.publish) {
    if (body + 2 > limit) return packet.end > end ? 'more' : 'no';
    const length = input.view.getUint16(body);
    if (body + 2 + length > packet.end) return 'no';
    if (body + 2 + length > end) return 'more';
    const topic = string(input, body, end)!;
    return length > 0 && isTopic(topic) ? 'yes' : 'no';
  }
  return packet.end > end ? 'more' : packet.end === end ? 'yes' : 'no';
}

/** A topic that may be published to: printable, without wildcards. */
function isTopic(topic: string): boolean {
  return /^[^#+\p{Cc}\ufffd]+$/u.test(topic);
}

/** `MQTT` and its level, or `MQIsdp` and 3. */
function checkConnect({ bytes, start, end }: Input, body: number): Verdict {
  if (body + 9 > end) return end - start < 14 ? 'more' : 'no';
  const level = bytes[body + 6]!;
  if (bytes[body] === 0 && bytes[body + 1] === 4 && equalsAscii(bytes, body + 2, body + 6, 'MQTT')) {
    return (level === 4 || level === 5) && (bytes[body + 7]! & 1) === 0 ? 'yes' : 'no';
  }
  return equalsAscii(bytes, body + 2, body + 8, 'MQIsdp') && bytes[body + 8] === 3 ? 'yes' : 'no';
}

/** A CONNECT is unmistakable; of later packets the port has to speak. */
export const detect: Detection = {
  rules: [
    ...[2, 3, 4].flatMap((offset) =>
      ['\0\x04MQTT', '\0\x06MQIsdp'].map((bytes) => ({
        direction: 'request' as const,
        match: [
          { offset: 0, bytes: [0x10] },
          { offset, bytes },
        ],
      })),
    ),
    { direction: 'request', ports: PORTS, minimum: 2 },
    { direction: 'response', ports: PORTS, minimum: 2 },
  ],
  confirm: checkPacket,
};
