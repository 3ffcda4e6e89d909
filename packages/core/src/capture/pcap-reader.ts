import type { CaptureClock } from './capture-clock.js';
import { CaptureError } from './capture-error.js';
import { emptyPacket, type Packet } from './packet.js';
import { MAX_RECORD_BYTES, type PacketListener, type RecordReader } from './record-reader.js';

/** Length of the header of a classic pcap file. */
export const PCAP_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;

/** What the first four bytes of a classic pcap file say, or null if they aren't one's. */
export function pcapFlavour(view: DataView, start: number): { little: boolean; nanoseconds: boolean } | null {
  for (const little of [true, false]) {
    const magic = view.getUint32(start, little);
    if (magic === 0xa1b2c3d4) return { little, nanoseconds: false };
    if (magic === 0xa1b23c4d) return { little, nanoseconds: true };
  }
  return null;
}

/** Reads classic pcap files (draft-ietf-opsawg-pcap), microseconds and nanoseconds, of either byte order. */
export class PcapReader implements RecordReader {
  readonly dropped = 0;
  readonly #clock: CaptureClock;
  readonly #listener: PacketListener;
  readonly #packet: Packet = emptyPacket();
  #little = true;
  #scale = 1000;
  #begun = false;

  constructor(clock: CaptureClock, listener: PacketListener) {
    this.#clock = clock;
    this.#listener = listener;
  }

  step(bytes: Buffer, view: DataView, start: number, end: number): number {
    return this.#begun ? this.#record(bytes, view, start, end) : this.#header(view, start, end);
  }

  #header(view: DataView, start: number, end: number): number {
    if (end - start < PCAP_HEADER_BYTES) return 0;
    const flavour = pcapFlavour(view, start);
    if (flavour === null) throw new CaptureError('CAPTURE_DAMAGED', 'the pcap header is damaged', start);
    this.#little = flavour.little;
    this.#scale = flavour.nanoseconds ? 1 : 1000;
    // The upper bits tell the length of the frame check sequence; the IP length cuts that off anyway.
    this.#packet.linkType = view.getUint32(start + 20, this.#little) & 0xffff;
    this.#begun = true;
    return PCAP_HEADER_BYTES;
  }

  #record(bytes: Buffer, view: DataView, start: number, end: number): number {
    if (end - start < RECORD_HEADER_BYTES) return 0;
    const little = this.#little;
    const captured = view.getUint32(start + 8, little);
    if (captured > MAX_RECORD_BYTES) {
      throw new CaptureError('CAPTURE_DAMAGED', `a packet record claims ${captured} bytes`, start);
    }
    const body = start + RECORD_HEADER_BYTES;
    if (end - body < captured) return 0;
    const packet = this.#packet;
    packet.at = this.#clock.convert(view.getUint32(start, little), view.getUint32(start + 4, little) * this.#scale);
    packet.bytes = bytes;
    packet.view = view;
    packet.start = body;
    packet.end = body + captured;
    packet.length = Math.max(view.getUint32(start + 12, little), captured);
    this.#listener(packet);
    return RECORD_HEADER_BYTES + captured;
  }
}
