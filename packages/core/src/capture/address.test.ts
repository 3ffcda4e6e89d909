import { isIPv6 } from 'node:net';
import { describe, expect, it } from 'vitest';
import { formatAddress } from './address.js';

/** Writes groups of an IPv6 address as bytes. */
const groups = (...values: number[]) => Uint8Array.from(values.flatMap((value) => [value >> 8, value & 0xff]));

describe('an address as text', () => {
  it('has four numbers for IPv4', () => {
    expect(formatAddress(Uint8Array.from([9, 192, 168, 0, 1]), 1, 4)).toBe('192.168.0.1');
  });

  it.each([
    ['::', groups(0, 0, 0, 0, 0, 0, 0, 0)],
    ['::1', groups(0, 0, 0, 0, 0, 0, 0, 1)],
    ['fe80::', groups(0xfe80, 0, 0, 0, 0, 0, 0, 0)],
    ['2001:db8::1', groups(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1)],
    ['2001:db8:0:1:1:1:1:1', groups(0x2001, 0xdb8, 0, 1, 1, 1, 1, 1)],
    ['2001:0:0:1::1', groups(0x2001, 0, 0, 1, 0, 0, 0, 1)],
    ['2001:db8::1:0:0:1', groups(0x2001, 0xdb8, 0, 0, 1, 0, 0, 1)],
    ['10.0.0.1', groups(0, 0, 0, 0, 0, 0xffff, 0x0a00, 1)],
  ])('is short as RFC 5952 asks: %s', (text, bytes) => {
    expect(formatAddress(bytes, 0, 16)).toBe(text);
  });

  it('is always an address', () => {
    for (let mask = 0; mask < 256; mask++) {
      const bytes = groups(...Array.from({ length: 8 }, (_, bit) => ((mask >> bit) & 1) * 0xabc));
      expect(isIPv6(formatAddress(bytes, 0, 16))).toBe(true);
    }
  });
});
