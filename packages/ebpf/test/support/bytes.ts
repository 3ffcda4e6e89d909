/** Integers as the kernel lays them out: little-endian u32s. */
export function u32s(...values: number[]): Uint8Array {
  return new Uint8Array(new Uint32Array(values).buffer);
}

/** Little-endian u64s. */
export function u64s(...values: (number | bigint)[]): Uint8Array {
  return new Uint8Array(new BigUint64Array(values.map(BigInt)).buffer);
}

/** The u32 at an offset. */
export function u32At(bytes: Uint8Array, offset = 0): number {
  return Buffer.from(bytes).readUInt32LE(offset);
}

/** The u64 at an offset, as a number. */
export function u64At(bytes: Uint8Array, offset = 0): number {
  return Number(Buffer.from(bytes).readBigUInt64LE(offset));
}
