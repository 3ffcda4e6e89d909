import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decompressLz4 } from './lz4.js';
import { decompressSnappy, snappySize } from './snappy.js';
import { lz4Literals } from './wire.fixture.js';

const hex = (digits: string) => Buffer.from(digits.replaceAll(' ', ''), 'hex');
const lz4 = (block: Uint8Array, most = 4096) => {
  const out = new Uint8Array(most);
  const made = decompressLz4(block, 0, block.length, out, most);
  return made < 0 ? null : Buffer.from(out.subarray(0, made)).toString('latin1');
};
const snappy = (block: Uint8Array, most = 4096) => {
  const out = new Uint8Array(most);
  const made = decompressSnappy(block, 0, block.length, out, most);
  return made < 0 ? null : Buffer.from(out.subarray(0, made)).toString('latin1');
};

describe('LZ4', () => {
  it.each([
    ['literals alone', '50 68656c6c6f', 'hello'],
    ['a copy', '32 616263 0300 50 68656c6c6f', 'abcabcabchello'],
    ['a copy that overlaps itself', '17 61 0100 10 62', `a${'a'.repeat(11)}b`],
    ['long runs', `1f 61 0100 ff 05 50 68656c6c6f`, `a${'a'.repeat(4 + 15 + 255 + 5)}hello`],
  ])('reads %s', (_, block, text) => {
    expect(lz4(hex(block))).toBe(text);
  });

  it('gives what there is of a block that is cut, and no more than is wanted', () => {
    const block = hex('32 616263 0300 50 68656c6c6f');
    for (let end = 0; end <= block.length; end++) {
      expect('abcabcabchello'.startsWith(lz4(block.subarray(0, end))!), `${end} bytes`).toBe(true);
    }
    expect(lz4(block, 5)).toBe('abcab');
  });

  it.each([
    ['before the beginning', '10 61 0500 00'],
    ['a distance of nothing', '10 61 0000 00'],
  ])('refuses a copy from %s', (_, block) => {
    expect(lz4(hex(block))).toBeNull();
  });

  it('gives literals of any length back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1200 }), (content) => {
        expect(lz4(lz4Literals(content))).toBe(Buffer.from(content).toString('latin1'));
      }),
    );
  });
});

describe('Snappy', () => {
  it.each([
    ['literals alone', '05 10 68656c6c6f', 'hello'],
    ['a copy of one byte of distance', '0c 08 616263 15 03', `abc${'abcabcabc'}`],
    ['a copy of two bytes of distance', '09 08 616263 16 0300', 'abcabcabc'],
    ['a copy of four bytes of distance', '09 08 616263 17 03000000', 'abcabcabc'],
    ['a literal with its length in a byte of its own', `46 f0 45 ${'61'.repeat(70)}`, 'a'.repeat(70)],
  ])('reads %s', (_, block, text) => {
    expect(snappy(hex(block))).toBe(text);
  });

  it.each([
    ['before the beginning', '06 00 61 15 05'],
    ['a distance of nothing', '06 00 61 15 00'],
    ['a length without end', 'ffffffffffff'],
  ])('refuses %s', (_, block) => {
    expect(snappy(hex(block))).toBeNull();
  });

  it('gives what there is of a block that is cut, and no more than is wanted', () => {
    const block = hex('09 08 616263 16 0300');
    for (let end = 1; end <= block.length; end++) {
      expect('abcabcabc'.startsWith(snappy(block.subarray(0, end))!), `${end} bytes`).toBe(true);
    }
    expect(snappy(block, 4)).toBe('abca');
  });

  it('tells the size that a block says it has', () => {
    expect(snappySize(hex('8502'), 0, 2)).toBe(261);
    expect(snappySize(hex('ffffffffff'), 0, 5)).toBe(-1);
  });
});

describe('both', () => {
  it('end with any bytes at all, within what is wanted', () => {
    const any = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.string().map((text) => Uint8Array.from(deflateSync(text))),
    );
    fc.assert(
      fc.property(any, (block) => {
        expect(lz4(block, 500)?.length ?? 0).toBeLessThanOrEqual(500);
        expect(snappy(block, 500)?.length ?? 0).toBeLessThanOrEqual(500);
      }),
    );
  });
});
