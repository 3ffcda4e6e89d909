import { EbpfError } from './errors.js';

/** Value of a global variable: an integer, a truth value, or its bytes as the program sees them. */
export type GlobalValue = number | bigint | boolean | Uint8Array;

/**
 * Bytes of a global variable. Integers fill 1, 2, 4 or 8 bytes, little-endian, negative ones in two's complement; bytes
 * that are shorter than the variable leave its rest as it is.
 *
 * @throws EbpfError `VALUE_OUT_OF_RANGE`
 */
export function encodeGlobal(name: string, size: number, value: GlobalValue): Uint8Array {
  if (value instanceof Uint8Array) {
    if (value.length <= size) return value;
    throw outOfRange(name, size, `${value.length} bytes`);
  }
  if (typeof value === 'number' && !Number.isSafeInteger(value)) throw outOfRange(name, size, String(value));
  if (size !== 1 && size !== 2 && size !== 4 && size !== 8) {
    throw outOfRange(name, size, `the integer ${value}`);
  }
  const integer = BigInt(value);
  const bits = BigInt(size * 8);
  if (integer < -(1n << (bits - 1n)) || integer >= 1n << bits) throw outOfRange(name, size, String(value));
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, integer));
  return bytes.subarray(0, size);
}

function outOfRange(name: string, size: number, what: string): EbpfError {
  return new EbpfError('VALUE_OUT_OF_RANGE', `${what} doesn't fit global variable ${name} of ${size} bytes`);
}
