import type { CaptureClock } from './capture-clock.js';
import { CaptureError } from './capture-error.js';
import { emptyPacket, type Packet } from './packet.js';
import { options, PcapngInterface } from './pcapng-interface.js';
import { MAX_RECORD_BYTES, type PacketListener, type RecordReader } from './record-reader.js';

/** Type of the section header block; reads the same in either byte order. */
export const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION = 1;
const PACKET = 2;
const SIMPLE_PACKET = 3;
const INTERFACE_STATISTICS = 5;
const ENHANCED_PACKET = 6;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const OPTION_IF_DROP = 5;
/** Type, length, and the length once more. */
const FRAME_BYTES = 12;

/** Reads pcapng files (draft-ietf-opsawg-pcapng): several sections, several interfaces, each with its own clock. */
export class PcapngReader implements RecordReader {
  readonly #clock: CaptureClock;
  readonly #listener: PacketListener;
  readonly #packet: Packet = emptyPacket();
  #little = true;
  #interfaces: PcapngInterface[] = [];
  /** Latest drop count that each interface of the section reported: the counts are cumulative. */
  #drops: number[] = [];
  #droppedBefore = 0;

  constructor(clock: CaptureClock, listener: PacketListener) {
    this.#clock = clock;
    this.#listener = listener;
  }

  get dropped(): number {
    return this.#drops.reduce((sum, count) => sum + (count ?? 0), this.#droppedBefore);
  }

  step(bytes: Buffer, view: DataView, start: number, end: number): number {
    if (end - start < FRAME_BYTES) return 0;
    if (view.getUint32(start, true) === SECTION_HEADER) this.#byteOrder(view, start);
    const little = this.#little;
    const length = view.getUint32(start + 4, little);
    if (length < FRAME_BYTES || length % 4 !== 0 || length > MAX_RECORD_BYTES) {
      throw new CaptureError('CAPTURE_DAMAGED', `a block claims ${length} bytes`, start);
    }
    if (end - start < length) return 0;
    if (view.getUint32(start + length - 4, little) !== length) {
      throw new CaptureError('CAPTURE_DAMAGED', 'the two lengths of a block differ', start);
    }
    this.#block(view.getUint32(start, little), bytes, view, start + 8, start + length - 4);
    return length;
  }

  #byteOrder(view: DataView, start: number): void {
    if (view.getUint32(start + 8, true) === BYTE_ORDER_MAGIC) this.#little = true;
    else if (view.getUint32(start + 8, false) === BYTE_ORDER_MAGIC) this.#little = false;
    else throw new CaptureError('CAPTURE_DAMAGED', 'a section header without byte order', start);
  }

  #block(type: number, bytes: Buffer, view: DataView, start: number, end: number): void {
    const little = this.#little;
    switch (type) {
      case SECTION_HEADER:
        this.#droppedBefore = this.dropped;
        this.#drops = [];
        this.#interfaces = [];
        return;
      case INTERFACE_DESCRIPTION:
        need(start, end, 8);
        this.#interfaces.push(new PcapngInterface(view, start, end, little));
        return;
      case ENHANCED_PACKET:
        need(start, end, 20);
        this.#emit(bytes, view, start + 20, end, view.getUint32(start, little), start + 4);
        return;
      case PACKET:
        need(start, end, 20);
        this.#emit(bytes, view, start + 20, end, view.getUint16(start, little), start + 4);
        return;
      case SIMPLE_PACKET:
        need(start, end, 4);
        this.#simple(bytes, view, start, end);
        return;
      case INTERFACE_STATISTICS:
        need(start, end, 12);
        for (const option of options(view, start + 12, end, little)) {
          if (option.code !== OPTION_IF_DROP || option.length < 8) continue;
          const index = view.getUint32(start, little);
          if (index < this.#interfaces.length) this.#drops[index] = Number(view.getBigUint64(option.start, little));
        }
    }
  }

  /** Time stamp, captured and original length stand one after the other at `fields`. */
  #emit(bytes: Buffer, view: DataView, start: number, end: number, index: number, fields: number): void {
    const little = this.#little;
    const captured = view.getUint32(fields + 8, little);
    if (captured > end - start) {
      throw new CaptureError('CAPTURE_DAMAGED', 'a packet is longer than its block', start - 28);
    }
    const from = this.#interface(index, start);
    const packet = this.#packet;
    packet.at = from.convert(this.#clock, view.getUint32(fields, little), view.getUint32(fields + 4, little));
    this.#hand(bytes, view, start, captured, view.getUint32(fields + 12, little), from);
  }

  /** A simple packet has no time: it gets that of the packet before it. */
  #simple(bytes: Buffer, view: DataView, start: number, end: number): void {
    const from = this.#interface(0, start);
    const length = view.getUint32(start, this.#little);
    const limit = from.snapLength === 0 ? length : Math.min(length, from.snapLength);
    this.#hand(bytes, view, start + 4, Math.min(limit, end - start - 4), length, from);
  }

  #hand(bytes: Buffer, view: DataView, start: number, captured: number, length: number, from: PcapngInterface): void {
    const packet = this.#packet;
    packet.linkType = from.linkType;
    packet.bytes = bytes;
    packet.view = view;
    packet.start = start;
    packet.end = start + captured;
    packet.length = Math.max(length, captured);
    this.#listener(packet);
  }

  #interface(index: number, start: number): PcapngInterface {
    const found = this.#interfaces[index];
    if (!found)
      throw new CaptureError('CAPTURE_DAMAGED', `a packet of interface ${index}, which is not described`, start);
    return found;
  }
}

function need(start: number, end: number, bytes: number): void {
  if (end - start < bytes) throw new CaptureError('CAPTURE_DAMAGED', 'a block is too short for its type', start - 8);
}
