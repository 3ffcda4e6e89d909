import { PcapWriter } from '@sonde/core';
import type { Sample } from './sample.js';

const CLIENT = [10, 0, 0, 2];
const SERVER = [10, 0, 0, 1];
const HEADERS_BYTES = 14 + 20 + 20;
/** What a packet of 64 KiB has room for. */
const SEGMENT_BYTES = 65_000;
const SYN = 2;
const ACK = 16;
const FIN = 1;
/** Time between two packets, nanoseconds. */
const STEP = 1_000_000n;

/**
 * A capture (pcap) in which samples go over the wire: for `sonde decode`, for Wireshark, for another implementation of a
 * protocol. Each sample is a connection of its own, with its opening and its end; checksums are left at 0.
 *
 * @param serverPort port of the server. @default 9999
 */
export function captureOf(samples: readonly Sample[], serverPort = 9999): Buffer {
  const writer = new PcapWriter({ nanoseconds: true });
  const pieces = [writer.header()];
  let time = 1_700_000_000_000_000_000n;
  const put = (packet: Uint8Array) => {
    time += STEP;
    pieces.push(writer.packet(packet, time));
  };
  for (const [index, { transport, turns }] of samples.entries()) {
    const wire = new Wire(40_000 + (index % 20_000), serverPort, put);
    if (transport === 'udp') for (const { fromClient, bytes } of turns) wire.datagram(fromClient, bytes);
    else {
      wire
        .segment(true, SYN)
        .segment(false, SYN | ACK)
        .segment(true, ACK);
      for (const { fromClient, bytes } of turns) {
        for (let at = 0; at < bytes.length; at += SEGMENT_BYTES) {
          wire.segment(fromClient, ACK, bytes.subarray(at, at + SEGMENT_BYTES));
        }
      }
      wire
        .segment(true, FIN | ACK)
        .segment(false, FIN | ACK)
        .segment(true, ACK);
    }
  }
  return Buffer.concat(pieces);
}

/** The packets of one connection. */
class Wire {
  readonly #ports: readonly [client: number, server: number];
  readonly #put: (packet: Uint8Array) => void;
  /** Next sequence number of each side. */
  readonly #next = { client: 1_000, server: 5_000 };

  constructor(clientPort: number, serverPort: number, put: (packet: Uint8Array) => void) {
    this.#ports = [clientPort, serverPort];
    this.#put = put;
  }

  segment(fromClient: boolean, flags: number, payload: Uint8Array = new Uint8Array()): this {
    const [side, peer] = fromClient ? (['client', 'server'] as const) : (['server', 'client'] as const);
    const header = Buffer.alloc(20);
    this.#writePorts(header, fromClient);
    header.writeUInt32BE(this.#next[side], 4);
    if ((flags & ACK) !== 0) header.writeUInt32BE(this.#next[peer], 8);
    header[12] = 5 << 4;
    header[13] = flags;
    header.writeUInt16BE(65_535, 14);
    this.#packet(fromClient, 6, header, payload);
    this.#next[side] = (this.#next[side] + payload.length + ((flags & (SYN | FIN)) !== 0 ? 1 : 0)) >>> 0;
    return this;
  }

  datagram(fromClient: boolean, payload: Uint8Array): this {
    const header = Buffer.alloc(8);
    this.#writePorts(header, fromClient);
    header.writeUInt16BE(8 + payload.length, 4);
    this.#packet(fromClient, 17, header, payload);
    return this;
  }

  #writePorts(header: Buffer, fromClient: boolean): void {
    const [client, server] = this.#ports;
    header.writeUInt16BE(fromClient ? client : server, 0);
    header.writeUInt16BE(fromClient ? server : client, 2);
  }

  #packet(fromClient: boolean, protocol: number, header: Buffer, payload: Uint8Array): void {
    const frame = Buffer.alloc(HEADERS_BYTES - 20);
    frame.writeUInt16BE(0x0800, 12);
    frame[14] = 0x45;
    frame.writeUInt16BE(20 + header.length + payload.length, 16);
    frame[22] = 64;
    frame[23] = protocol;
    frame.set(fromClient ? CLIENT : SERVER, 26);
    frame.set(fromClient ? SERVER : CLIENT, 30);
    this.#put(Buffer.concat([frame, header, payload]));
  }
}
