import { describe, expect, it } from 'vitest';
import type { Cursor } from './cursor.js';
import { cursor, string, u32, u64, varint } from './wire.fixture.js';

describe('a cursor', () => {
  it.each([0, 1, 127, 128, 16_383, 16_384, 2 ** 32, 2 ** 53 - 1])('reads the variable-length integer %d', (value) => {
    const all = cursor(`${varint(value)}x`);
    expect([all.varint(), all.left, all.overrun]).toEqual([value, 1, false]);
  });

  it('takes an integer without an end for one that is too large', () => {
    const all = cursor('\xff'.repeat(20));
    expect(all.varint()).toBe(Number.POSITIVE_INFINITY);
    expect(cursor(`${'\xff'.repeat(20)}`).skipString()).toBe(Number.POSITIVE_INFINITY);
  });

  it('reads bytes, numbers with the low byte first, and strings', () => {
    const all = cursor(`\x07${u32(-60 >>> 0)}${u64(2 ** 40 + 3)}${string('word')}${string('gr\xc3\xb6\xc3\x9fe')}`);
    expect([all.byte(), all.int32(), all.uint64(), all.word(), all.text()]).toEqual([
      ...[7, -60, 2 ** 40 + 3, 'word', 'größe'],
    ]);
    expect([all.left, all.overrun]).toEqual([0, false]);
  });

  it.each<[string, (all: Cursor) => unknown, unknown]>([
    ['a byte', (all) => cursorAtEnd(all).byte(), 0],
    ['an integer', (all) => cursorAtEnd(all).varint(), 0],
    ['a number of four bytes', (all) => all.int32(), 0],
    ['a number of eight bytes', (all) => all.uint64(), 0],
    ['a word', (all) => all.word(), ''],
    ['a text', (all) => all.text(), ''],
  ])('does not have %s that is not there', (_what, take, nothing) => {
    const all = cursor('\x05ab');
    expect([take(all), all.overrun]).toEqual([nothing, true]);
    expect(all.at).toBeLessThanOrEqual(all.end);
  });

  it('steps over bytes that are there, and over no others', () => {
    const all = cursor(`${string('abc')}xyz`);
    expect([all.skipString(), all.at]).toEqual([3, 4]);
    all.skip(4);
    expect([all.at, all.overrun]).toEqual([4, true]);
  });
});

function cursorAtEnd(all: Cursor): Cursor {
  all.skip(all.left);
  return all;
}
