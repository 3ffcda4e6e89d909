import { CaptureClock } from './capture-clock.js';
import { CaptureReader, type CaptureReaderOptions } from './capture-reader.js';
import { FakeSink, type SeenConnection } from './fake-sink.js';
import { LinkType } from './packet.js';
import { PcapWriter } from './pcap-writer.js';

/** Start of all captures of the tests. */
export const START = 1_700_000_000_000_000_000n;

/** A packet and when it came, in milliseconds after the start. */
export type TimedPacket = [at: number, packet: Uint8Array, length?: number];

/** A pcap file with these packets. */
export function pcapOf(packets: readonly TimedPacket[], linkType: number = LinkType.raw): Buffer {
  const writer = new PcapWriter({ linkType, nanoseconds: true });
  const records = packets.map(([at, packet, length]) =>
    writer.packet(packet, START + BigInt(Math.round(at * 1e6)), length),
  );
  return Buffer.concat([writer.header(), ...records]);
}

/** Reads a capture that is in memory, whole. */
export function readBytes(bytes: Uint8Array, options: Partial<CaptureReaderOptions> = {}) {
  const sink = new FakeSink();
  const clock = new CaptureClock();
  const reader = new CaptureReader({ connections: sink, clock, ...options });
  let problem: unknown = null;
  try {
    reader.push(bytes);
    reader.end();
  } catch (error) {
    problem = error;
  }
  reader.flush();
  return { connections: sink.connections, clock, stats: reader.stats(), problem };
}

/** Reads packets, and gives the one connection that they are of. */
export function readConnection(packets: readonly TimedPacket[]): SeenConnection {
  const { connections } = readBytes(pcapOf(packets));
  if (connections.length !== 1) throw new Error(`${connections.length} connections`);
  return connections[0]!;
}
