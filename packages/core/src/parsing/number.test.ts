import { describe, expect, it } from 'vitest';
import { parseDecimal, parseHex } from './number.js';

const decimal = (text: string) => parseDecimal(Buffer.from(text), 0, text.length);
const hex = (text: string) => parseHex(Buffer.from(text), 0, text.length);

describe('parseDecimal', () => {
  it('reads digits', () => {
    expect(decimal('0')).toBe(0);
    expect(decimal('0042')).toBe(42);
    expect(decimal('9007199254740991')).toBe(Number.MAX_SAFE_INTEGER);
  });

  it('refuses signs, spaces, other characters and the empty range', () => {
    for (const text of ['', '-1', '+1', ' 1', '1 ', '1a', '0x1', '1.0', '٣']) expect(decimal(text), text).toBe(-1);
  });

  it('refuses what a number cannot hold exactly, however long', () => {
    expect(decimal('9007199254740992')).toBe(-1);
    expect(decimal('9'.repeat(400))).toBe(-1);
  });

  it('reads the range and nothing around it', () => {
    expect(parseDecimal(Buffer.from('$123\r\n'), 1, 4)).toBe(123);
  });
});

describe('parseHex', () => {
  it('reads digits of both cases', () => {
    expect(hex('0')).toBe(0);
    expect(hex('1fA')).toBe(0x1fa);
    expect(hex('1FFFFFFFFFFFFF')).toBe(Number.MAX_SAFE_INTEGER);
  });

  it('refuses other characters, the empty range and what a number cannot hold exactly', () => {
    for (const text of ['', 'g', '@', '`', '-1', '0x1', ' 1', '20000000000000', 'f'.repeat(300)])
      expect(hex(text), text).toBe(-1);
  });
});
