import { describe, expect, it } from 'vitest';
import { readVarint, varint } from './varint.js';

const read = (hex: string) => {
  const bytes = Buffer.from(hex, 'hex');
  const fault = readVarint(bytes, 0, bytes.length);
  return fault ?? [varint.value, varint.end];
};

describe('integers of variable length', () => {
  it.each([
    ['00', 0, 1],
    ['7f', 127, 1],
    ['8001', 128, 2],
    ['ac02', 300, 2],
    ['ffffffff0f', 0xffff_ffff, 5],
    ['ffffffffffffffffff01', 0xffff_ffff, 10],
  ])('%s is %i in %i bytes', (hex, value, size) => {
    expect(read(hex)).toEqual([value, size]);
    expect(read(`${hex}ff`)).toEqual([value, size]);
  });

  it('wait for their last byte', () => {
    for (const hex of ['', '80', 'ffffffff']) expect(read(hex)).toBe('more');
  });

  it('are never longer than ten bytes', () => {
    expect(read('80808080808080808080')).toBe('bad');
  });
});
