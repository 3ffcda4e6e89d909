import type { IpDatagram } from './ip-header.js';

/** TCP flags (RFC 9293 §3.1). */
export const TcpFlag = { fin: 1, syn: 2, rst: 4, ack: 16 } as const;

/** One TCP segment as it was captured. One object is filled in again and again. */
export interface TcpSegment {
  sourcePort: number;
  destinationPort: number;
  /** Sequence number of the first byte of the payload (one more than the header's in a SYN). */
  sequence: number;
  acknowledgment: number;
  flags: number;
  bytes: Buffer;
  view: DataView;
  /** Captured payload: up to, not including, `end`. */
  start: number;
  end: number;
  /** Bytes of payload on the wire. */
  length: number;
  /** Nanoseconds of the capture's clock. */
  at: number;
}

/** A segment object to fill in. */
export function emptySegment(): TcpSegment {
  const bytes = Buffer.alloc(0);
  const view = new DataView(bytes.buffer, 0, 0);
  const numbers = { sourcePort: 0, destinationPort: 0, sequence: 0, acknowledgment: 0, flags: 0 };
  return { ...numbers, bytes, view, start: 0, end: 0, length: 0, at: 0 };
}

/**
 * Reads a TCP header. Checksums are not looked at: offload leaves them wrong in most captures.
 *
 * @returns false if it is malformed, or was cut within its header.
 */
export function readTcpSegment(into: TcpSegment, datagram: IpDatagram, at: number): boolean {
  const { view, start, end } = datagram;
  if (end - start < 20) return false;
  const header = (view.getUint8(start + 12) >> 4) * 4;
  if (header < 20 || datagram.length < header) return false;
  into.sourcePort = view.getUint16(start);
  into.destinationPort = view.getUint16(start + 2);
  into.flags = view.getUint8(start + 13);
  into.sequence = view.getUint32(start + 4);
  if ((into.flags & TcpFlag.syn) !== 0) into.sequence = (into.sequence + 1) >>> 0;
  into.acknowledgment = view.getUint32(start + 8);
  into.bytes = datagram.bytes;
  into.view = view;
  into.start = Math.min(start + header, end);
  into.end = end;
  into.length = datagram.length - header;
  into.at = at;
  return true;
}

/** Distance from sequence number `b` to `a`, negative if `a` is the earlier (RFC 9293 §3.4). */
export function sequenceDistance(a: number, b: number): number {
  return (a - b) | 0;
}
