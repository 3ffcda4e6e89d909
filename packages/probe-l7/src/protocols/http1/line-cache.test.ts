import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { LineCache } from './line-cache.js';

const bytes = (text: string) => Buffer.from(text, 'latin1');

describe('LineCache', () => {
  it('reads a line once, and knows it again', () => {
    const read = vi.fn((line: Uint8Array, start: number, end: number) => ({ length: end - start, first: line[start] }));
    const cache = new LineCache(16, read);
    const first = cache.take(bytes('..GET'), 2, 5);
    expect(first).toEqual({ length: 3, first: 0x47 });
    expect(cache.take(bytes('GET..'), 0, 3)).toBe(first);
    expect(read).toHaveBeenCalledTimes(1);
  });

  it('gives each line its own value, whatever came before and however few places there are', () => {
    const cache = new LineCache(4, (line, start, end) => Buffer.from(line).toString('latin1', start, end));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (line) => {
        for (let round = 0; round < 2; round++) {
          expect(cache.take(line, 0, line.length)).toBe(Buffer.from(line).toString('latin1'));
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('keeps neither what is no line nor what is too long', () => {
    const read = vi.fn((_line: Uint8Array, start: number, end: number) => (end - start > 300 ? 'long' : null));
    const cache = new LineCache(16, read);
    for (const length of [3, 3, 400, 400]) cache.take(new Uint8Array(length), 0, length);
    expect(read).toHaveBeenCalledTimes(4);
  });
});
