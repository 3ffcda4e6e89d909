import { LinkType } from './packet.js';

/** Options of a {@link PcapWriter}. */
export interface PcapWriterOptions {
  /** @default LinkType.ethernet */
  linkType?: number;
  /** @default false: microseconds */
  nanoseconds?: boolean;
  /** @default 'little' */
  endian?: 'little' | 'big';
  /** Written into the header, and obeyed. @default 262144 */
  snapLength?: number;
}

/** Writes classic pcap files, in pieces that the caller puts where they belong. */
export class PcapWriter {
  readonly #little: boolean;
  readonly #nanoseconds: boolean;
  readonly #snapLength: number;
  readonly #linkType: number;

  constructor(options: PcapWriterOptions = {}) {
    this.#little = (options.endian ?? 'little') === 'little';
    this.#nanoseconds = options.nanoseconds ?? false;
    this.#snapLength = options.snapLength ?? 262_144;
    this.#linkType = options.linkType ?? LinkType.ethernet;
  }

  /** The file's first 24 bytes. */
  header(): Buffer {
    const header = Buffer.alloc(24);
    this.#u32(header, 0, this.#nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4);
    this.#u16(header, 4, 2);
    this.#u16(header, 6, 4);
    this.#u32(header, 16, this.#snapLength);
    this.#u32(header, 20, this.#linkType);
    return header;
  }

  /**
   * A packet with its record header.
   *
   * @param unixNano nanoseconds since the Unix epoch.
   * @param length bytes on the wire, if more than `packet` holds.
   */
  packet(packet: Uint8Array, unixNano: bigint, length: number = packet.length): Buffer {
    const captured = Math.min(packet.length, this.#snapLength);
    const record = Buffer.alloc(16 + captured);
    const fraction = Number(unixNano % 1_000_000_000n);
    this.#u32(record, 0, Number(unixNano / 1_000_000_000n));
    this.#u32(record, 4, this.#nanoseconds ? fraction : Math.floor(fraction / 1000));
    this.#u32(record, 8, captured);
    this.#u32(record, 12, length);
    record.set(packet.subarray(0, captured), 16);
    return record;
  }

  #u32(into: Buffer, offset: number, value: number): void {
    if (this.#little) into.writeUInt32LE(value, offset);
    else into.writeUInt32BE(value, offset);
  }

  #u16(into: Buffer, offset: number, value: number): void {
    if (this.#little) into.writeUInt16LE(value, offset);
    else into.writeUInt16BE(value, offset);
  }
}
