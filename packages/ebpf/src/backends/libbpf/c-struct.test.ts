import { expect, test } from 'vitest';
import { CStruct, cString } from './c-struct.js';
import type { ForeignInterface } from './foreign.js';

const targets: Uint8Array[] = [];
const foreign = {
  address: (buffer: Uint8Array) => 0x1000 * targets.push(buffer),
} as unknown as ForeignInterface;

test('fields are little-endian at their offsets', () => {
  const struct = new CStruct(foreign, 24)
    .u8(0, 1)
    .u32(4, 0x0403_0201)
    .u64(8, -1n & 0xffn)
    .u64(16, 2 ** 40);
  expect(struct.bytes.toString('hex')).toBe('0100000001020304ff000000000000000000000000010000');
  expect([struct.readU32(4), struct.readU64(16)]).toEqual([0x0403_0201, 2n ** 40n]);
});

test('options begin with their own size', () => {
  expect(CStruct.options(foreign, 40).readU64(0)).toBe(40n);
});

test('pointers are addresses of what they point to, and null is NULL', () => {
  const target = Buffer.alloc(4);
  const struct = new CStruct(foreign, 24).buffer(0, target).buffer(8, null).string(16, 'ü');
  expect(struct.readU64(0)).toBe(0x1000n);
  expect(struct.readU64(8)).toBe(0n);
  expect(targets[0]).toBe(target);
  expect(targets[1]).toEqual(Buffer.from('ü\0'));
});

test('C strings end with a zero byte', () => {
  expect([...cString('ab')]).toEqual([97, 98, 0]);
  expect([...cString('')]).toEqual([0]);
});

test('a field outside of the structure is an error', () => {
  expect(() => new CStruct(foreign, 8).u64(4, 1)).toThrow(RangeError);
});
