import { describe, expect, it } from 'vitest';
import { Pairs } from './pairs.js';
import { pairs } from './wire.fixture.js';

/** What comes out of pairs that are fed in pieces of `size` bytes. */
function read(bytes: Uint8Array, size: number): Record<string, string> {
  const reader = new Pairs();
  const found: Record<string, string> = {};
  for (let at = 0; at < bytes.length; at += size) {
    reader.feed(bytes, at, Math.min(at + size, bytes.length), (names, nameStart, nameEnd, values, start, end) => {
      found[Buffer.from(names.subarray(nameStart, nameEnd)).toString()] = Buffer.from(
        values.subarray(start, end),
      ).toString();
    });
  }
  return found;
}

describe('name-value pairs', () => {
  const values = { A: '', '': 'x', NAME: 'value', [`N${'n'.repeat(126)}`]: 'v'.repeat(5000), LAST: 'z'.repeat(130) };

  it('come out the same however they are cut', () => {
    const bytes = pairs(values);
    for (const size of [1, 2, 3, 5, 8, 13, 127, 128, 129, 1000, bytes.length]) {
      expect(read(bytes, size), `pieces of ${size}`).toEqual(values);
    }
  });

  it('leave out what is too long to be kept, whether it is cut or not', () => {
    const bytes = pairs({ FIRST: '1', [`N${'n'.repeat(200)}`]: 'x', LONG: 'v'.repeat(9000), LAST: '2' });
    for (const size of [1, 7, 500, bytes.length]) expect(read(bytes, size)).toEqual({ FIRST: '1', LAST: '2' });
  });

  it('claim no memory for lengths that are never filled', () => {
    const reader = new Pairs();
    const bytes = Buffer.from('ffffffffffffffff', 'hex');
    for (let i = 0; i < 1000; i++) reader.feed(bytes, 0, bytes.length, () => expect.unreachable());
  });
});
