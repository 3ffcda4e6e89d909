import { type Input, utf8 } from '@sonde/core';

/** Packet types by their number (MQTT 5, section 2.1.2). */
export const TYPES = [
  ...['', 'CONNECT', 'CONNACK', 'PUBLISH', 'PUBACK', 'PUBREC', 'PUBREL', 'PUBCOMP', 'SUBSCRIBE', 'SUBACK'],
  ...['UNSUBSCRIBE', 'UNSUBACK', 'PINGREQ', 'PINGRESP', 'DISCONNECT', 'AUTH'],
] as const;

/** Numbers of the packet types. */
export const Type = {
  ...{ connect: 1, connack: 2, publish: 3, puback: 4, pubrec: 5, pubrel: 6, pubcomp: 7, subscribe: 8, suback: 9 },
  ...{ unsubscribe: 10, unsuback: 11, pingreq: 12, pingresp: 13, disconnect: 14, auth: 15 },
} as const;

/** Low half of the first byte of each packet type but PUBLISH. */
const flagsOf = (type: number) =>
  type === Type.pubrel || type === Type.subscribe || type === Type.unsubscribe ? 2 : 0;

/** The fixed header of a packet, and whatever stands at fixed places after it. Reused from packet to packet. */
export class Packet {
  type = 0;
  flags = 0;
  /** Position of the first byte after the fixed header. */
  body = 0;
  /** Position after the packet; it may lie after the window. */
  end = 0;

  /** Reads the fixed header. Returns 'more' where it isn't whole, and what is wrong with it, or null. */
  read({ bytes, start, end }: Input): string | null {
    const first = bytes[start]!;
    this.type = first >> 4;
    this.flags = first & 15;
    if (this.type === 0) return 'packet type';
    if (this.type === Type.publish ? ((this.flags >> 1) & 3) === 3 : this.flags !== flagsOf(this.type)) return 'flags';
    let length = 0;
    for (let i = 0; i < 4; i++) {
      const at = start + 1 + i;
      if (at >= end) return 'more';
      const byte = bytes[at]!;
      length += (byte & 127) * 128 ** i;
      if (byte < 128) {
        this.body = at + 1;
        this.end = at + 1 + length;
        return this.#check(length);
      }
    }
    return 'length';
  }

  /** What no packet of its type can be. */
  #check(length: number): string | null {
    const { type } = this;
    if (type === Type.pingreq || type === Type.pingresp) return length === 0 ? null : 'length of a ping';
    if (type === Type.connect) return length >= 10 ? null : 'length of a CONNECT';
    if (type === Type.disconnect || type === Type.auth) return null;
    if (type === Type.subscribe || type === Type.unsubscribe) return length >= 5 ? null : 'length of a subscription';
    return length >= 2 ? null : 'length';
  }
}

/** Text with a length of two bytes before it; null where it goes past `limit`. */
export function string({ bytes, view }: Input, at: number, limit: number): string | null {
  if (at + 2 > limit) return null;
  const length = view.getUint16(at);
  return at + 2 + length > limit ? null : utf8(bytes, at + 2, at + 2 + length);
}

/** Position after the properties of MQTT 5 that begin at `at`; -1 where they go past `limit`. */
export function afterProperties({ bytes }: Input, at: number, limit: number): number {
  let length = 0;
  for (let i = 0; i < 4 && at + i < limit; i++) {
    length += (bytes[at + i]! & 127) * 128 ** i;
    if (bytes[at + i]! < 128) return at + i + 1 + length > limit ? -1 : at + i + 1 + length;
  }
  return -1;
}
