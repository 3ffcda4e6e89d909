import { describe, expect, it } from 'vitest';
import { formatUnixNano } from './rfc3339.js';

describe('a time', () => {
  it.each([
    [0n, '1970-01-01T00:00:00.000000000Z'],
    [999_999_999n, '1970-01-01T00:00:00.999999999Z'],
    [1_000_000_000n, '1970-01-01T00:00:01.000000000Z'],
    [-1n, '1969-12-31T23:59:59.999999999Z'],
    [1_700_000_000_123_456_789n, '2023-11-14T22:13:20.123456789Z'],
    [253_402_300_799_000_000_000n, '9999-12-31T23:59:59.000000000Z'],
  ])('of %d ns has nine decimals', (unixNano, text) => {
    expect(formatUnixNano(unixNano)).toBe(text);
  });

  it('is right also when seconds go back and forth', () => {
    const texts = [5n, 6n, 5n, 6n].map((second) => formatUnixNano(second * 1_000_000_000n));
    expect(texts.map((text) => text.slice(17, 19))).toEqual(['05', '06', '05', '06']);
  });
});
