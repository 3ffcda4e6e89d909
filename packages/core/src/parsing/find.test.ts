import { describe, expect, it } from 'vitest';
import { findByte, findCrLf } from './find.js';

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
