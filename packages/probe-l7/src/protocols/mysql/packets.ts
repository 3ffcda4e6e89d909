import type { Input } from '@sonde/core';

/** Bytes before each payload: its length in three, the sequence number in one. */
export const HEADER = 4;
/** A payload of this length goes on in the next packet. */
export const LONGEST_PAYLOAD = 0xff_ffff;

/** First bytes of payloads that say what the packet is. */
export const Marker = { ok: 0x00, moreAuthentication: 0x01, infile: 0xfb, eof: 0xfe, error: 0xff } as const;

/** Capability flags that change what packets look like. The names are those of MySQL's and MariaDB's documentation. */
export const Capability = {
  connectWithDatabase: 0x8,
  compress: 0x20,
  protocol41: 0x200,
  ssl: 0x800,
  secureConnection: 0x8000,
  pluginAuthentication: 0x8_0000,
  lengthEncodedAuthentication: 0x20_0000,
  zstdCompression: 0x400_0000,
  deprecateEof: 0x100_0000,
  queryAttributes: 0x800_0000,
} as const;

/** Status flags of OK and EOF packets. */
export const Status = { moreResults: 0x0008, cursorExists: 0x0040, noBackslashEscapes: 0x0200 } as const;

/** Length of the payload whose header stands at `at`. */
export function payloadLength({ bytes }: Input, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
}

/**
 * Reads length-encoded integers one after the other, and whatever else packets are made of. Reads past the end give
 * zeros and set {@link overrun}.
 */
export class PacketReader {
  /** Something was read that isn't there. */
  overrun = false;
  #input!: Input;
  #at = 0;
  #end = 0;

  /** Starts to read `bytes[at]` up to, not including, `bytes[end]`. */
  from(input: Input, at: number, end: number): this {
    this.#input = input;
    this.#at = at;
    this.#end = end;
    this.overrun = false;
    return this;
  }

  /** Position of what is read next. */
  get at(): number {
    return this.#at;
  }

  get left(): number {
    return this.#end - this.#at;
  }

  skip(count: number): void {
    if (count > this.left) this.overrun = true;
    this.#at = Math.min(this.#at + count, this.#end);
  }

  byte(): number {
    if (this.#at >= this.#end) {
      this.overrun = true;
      return 0;
    }
    return this.#input.bytes[this.#at++]!;
  }

  uint16(): number {
    const low = this.byte();
    return low | (this.byte() << 8);
  }

  uint32(): number {
    const low = this.uint16();
    return low + this.uint16() * 0x1_0000;
  }

  /** A length-encoded integer; beyond 2^53 it loses precision. */
  integer(): number {
    const first = this.byte();
    if (first < 0xfb) return first;
    if (first === 0xfc) return this.uint16();
    if (first === 0xfd) return this.uint16() + this.byte() * 0x1_0000;
    if (first !== 0xfe) this.overrun = true;
    const low = this.uint32();
    return low + this.uint32() * 0x1_0000_0000;
  }

  /** Position of the next zero byte, or -1 if there is none; steps behind it. */
  toZero(): number {
    const { bytes } = this.#input;
    for (let at = this.#at; at < this.#end; at++) {
      if (bytes[at] !== 0) continue;
      this.#at = at + 1;
      return at;
    }
    this.overrun = true;
    return -1;
  }
}
