import { describe, expect, it } from 'vitest';
import { EmptyPacketSearch } from './empty-packet.js';
import { EMPTY, input } from './wire.fixture.js';

/** Looks through a text in pieces of `size` bytes; gives where the packet ends, or -1. */
function search(text: string, type: number, size = text.length): number {
  const packet = new EmptyPacketSearch(type);
  packet.begin();
  for (let at = 0; at < text.length; at += size) {
    const piece = text.slice(at, at + size);
    const taken = packet.take(input(piece));
    if (packet.found) return at + taken;
    expect(taken).toBe(piece.length);
  }
  return -1;
}

describe('the packet that ends a transfer', () => {
  const end = `\x02\0${EMPTY}`;

  it.each([1, 2, 5, 11, 12, 13, 1000])('is found in unknown bytes that come in pieces of %d', (size) => {
    for (const before of ['', 'x', 'x'.repeat(30), '\xff'.repeat(9), '\x02\0\x01\0\x02\xff\xff', end.slice(0, 8)]) {
      expect(search(`${before}${end}after`, 2, size), JSON.stringify(before)).toBe(before.length + end.length);
    }
  });

  it.each([
    ['of the other side', `\x01\0${EMPTY}`],
    ['with columns', '\x02\0\x01\0\x02\xff\xff\xff\xff\0\x01\0'],
    ['with rows', '\x02\0\x01\0\x02\xff\xff\xff\xff\0\0\x01'],
    ['with a name', '\x02\x01t\x01\0\x02\xff\xff\xff\xff\0\0\0'],
    ['without its last byte', end.slice(0, -1)],
    ['in bytes that are all ones', '\xff'.repeat(200)],
    ['in nothing', ''],
  ])('is not one %s', (_what, text) => {
    for (const size of [1, 7, 1000]) expect(search(text, 2, size)).toBe(-1);
  });

  it('is looked for anew', () => {
    const packet = new EmptyPacketSearch(2);
    packet.begin();
    packet.take(input(end.slice(0, 6)));
    packet.begin();
    packet.take(input(end.slice(6)));
    expect(packet.found).toBe(false);
    expect([packet.take(input(`${end}x`)), packet.found]).toEqual([end.length, true]);
  });
});
