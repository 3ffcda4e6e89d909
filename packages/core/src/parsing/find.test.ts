import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findByte, findCrLf, findLf } from './find.js';

const bytes = (text: string) => Buffer.from(text, 'latin1');

describe('findCrLf', () => {
  it('gives the position of the CR of the first pair', () => {
    expect(findCrLf(bytes('ab\r\ncd\r\n'), 0, 8)).toBe(2);
    expect(findCrLf(bytes('ab\r\ncd\r\n'), 3, 8)).toBe(6);
  });

  it('wants both bytes inside the range', () => {
    expect(findCrLf(bytes('ab\r\n'), 0, 3)).toBe(-1);
    expect(findCrLf(bytes('ab\r\n'), 3, 4)).toBe(-1);
    expect(findCrLf(bytes(''), 0, 0)).toBe(-1);
  });

  it('takes neither a lone CR nor a lone LF for a line end', () => {
    expect(findCrLf(bytes('a\rb\nc\r\r\n'), 0, 8)).toBe(6);
    expect(findCrLf(bytes('a\rb\nc'), 0, 5)).toBe(-1);
  });
});

describe('findByte', () => {
  it('looks inside the range only', () => {
    expect(findByte(bytes('a b c'), 0x20, 0, 5)).toBe(1);
    expect(findByte(bytes('a b c'), 0x20, 2, 5)).toBe(3);
    expect(findByte(bytes('a b c'), 0x20, 2, 3)).toBe(-1);
  });
});

describe('findLf', () => {
  it('finds what a plain search finds, among any bytes and within any range', () => {
    const byte = fc.oneof(fc.constantFrom(0x0a, 0x0b, 0x8a, 0x09, 0x00, 0xff), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 40 }), fc.nat(40), fc.nat(40), (list, a, b) => {
        const memory = Uint8Array.from([1, 2, 3, ...list]);
        const inner = memory.subarray(3);
        const view = new DataView(memory.buffer, 3);
        const [start, end] = [Math.min(a, b, list.length), Math.min(Math.max(a, b), list.length)];
        const found = list.slice(start, end).indexOf(0x0a);
        expect(findLf(inner, view, start, end)).toBe(found < 0 ? -1 : start + found);
      }),
      { numRuns: 2000 },
    );
  });
});
