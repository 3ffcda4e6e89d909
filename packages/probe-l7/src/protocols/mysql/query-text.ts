import { type Input, latin1 } from '@sonde/core';
import { PacketReader } from './packets.js';

const reader = new PacketReader();
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Where the statement of a `QUERY` begins, and what its attributes say. */
export interface QueryText {
  start: number;
  traceparent: string | null;
}

/**
 * Steps over the attributes that stand before the statement where both sides agreed on them (MySQL 8.0.23).
 *
 * @param at - behind the command byte
 * @param agreed - whether attributes are there; null if nobody saw the login: then the first two bytes tell, which no
 *   statement begins with
 * @returns null if the attributes can't be read
 */
export function queryText(input: Input, at: number, end: number, agreed: boolean | null): QueryText | null {
  const { bytes } = input;
  const suspected = end - at >= 2 && bytes[at]! < 9 && bytes[at + 1] === 1;
  if (agreed === false || (agreed === null && !suspected)) return { start: at, traceparent: null };
  const packet = reader.from(input, at, end);
  const count = packet.integer();
  packet.integer(); // number of sets: one
  let traceparent: string | null = null;
  if (count > 0) {
    if (count > packet.left) return null;
    traceparent = readAttributes(input, packet, count);
  }
  return packet.overrun ? null : { start: packet.at, traceparent };
}

function readAttributes(input: Input, packet: PacketReader, count: number): string | null {
  const nulls = packet.at;
  packet.skip((count + 7) >> 3);
  if (packet.byte() !== 1) return null; // no types: the values of the statement before, which nobody sends
  const types: number[] = [];
  let wanted = -1;
  for (let index = 0; index < count && !packet.overrun; index++) {
    types.push(packet.uint16() & 0xff);
    const length = packet.integer();
    if (length === 11 && latin1(input.bytes, packet.at, packet.at + 11) === 'traceparent') wanted = index;
    packet.skip(length);
  }
  let traceparent: string | null = null;
  for (let index = 0; index < count && !packet.overrun; index++) {
    if ((input.bytes[nulls + (index >> 3)]! & (1 << (index & 7))) !== 0) continue;
    const length = valueLength(packet, types[index]!);
    if (index === wanted && length === 55) traceparent = latin1(input.bytes, packet.at, packet.at + length);
    packet.skip(length);
  }
  return traceparent !== null && TRACEPARENT.test(traceparent) ? traceparent : null;
}

/** Bytes of a binary value, behind its own length field where the type has one. */
function valueLength(packet: PacketReader, type: number): number {
  switch (type) {
    case 1: // TINY
      return 1;
    case 2: // SHORT
    case 13: // YEAR
      return 2;
    case 3: // LONG
    case 4: // FLOAT
    case 9: // INT24
      return 4;
    case 5: // DOUBLE
    case 8: // LONGLONG
      return 8;
    case 6: // NULL
      return 0;
    case 7: // TIMESTAMP
    case 10: // DATE
    case 11: // TIME
    case 12: // DATETIME
      return packet.byte();
    default:
      return packet.integer();
  }
}
