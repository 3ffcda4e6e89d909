import type { ForeignInterface } from './foreign.js';

/**
 * A C structure in memory, filled field by field at the offsets of the kernel's and libbpf's headers (x86_64 and arm64
 * lay them out alike). It keeps alive what its pointer fields point to.
 */
export class CStruct {
  readonly bytes: Buffer;
  readonly #view: DataView;
  readonly #foreign: ForeignInterface;
  readonly #kept: Uint8Array[] = [];

  constructor(foreign: ForeignInterface, size: number) {
    this.bytes = Buffer.alloc(size);
    this.#view = new DataView(this.bytes.buffer, this.bytes.byteOffset, size);
    this.#foreign = foreign;
  }

  /** A libbpf `…_opts` structure: its first field is its own size. */
  static options(foreign: ForeignInterface, size: number): CStruct {
    return new CStruct(foreign, size).u64(0, size);
  }

  u8(offset: number, value: number): this {
    this.#view.setUint8(offset, value);
    return this;
  }

  u32(offset: number, value: number): this {
    this.#view.setUint32(offset, value, true);
    return this;
  }

  u64(offset: number, value: number | bigint): this {
    this.#view.setBigUint64(offset, BigInt(value), true);
    return this;
  }

  /** A pointer to bytes; null is NULL. */
  buffer(offset: number, target: Uint8Array | null): this {
    if (!target) return this.u64(offset, 0);
    this.#kept.push(target);
    return this.u64(offset, this.#foreign.address(target));
  }

  /** A pointer to a NUL-terminated copy of a string. */
  string(offset: number, text: string): this {
    return this.buffer(offset, cString(text));
  }

  readU32(offset: number): number {
    return this.#view.getUint32(offset, true);
  }

  readU64(offset: number): bigint {
    return this.#view.getBigUint64(offset, true);
  }
}

/** NUL-terminated UTF-8. */
export function cString(text: string): Buffer {
  const bytes = Buffer.alloc(Buffer.byteLength(text) + 1);
  bytes.write(text);
  return bytes;
}
