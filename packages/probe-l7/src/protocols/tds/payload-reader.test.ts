import { describe, expect, it } from 'vitest';
import { type PayloadReader, utf16 } from './payload-reader.js';
import { input, long, reader, short, u16, u32, u64, wide } from './wire.fixture.js';

describe('a payload', () => {
  it('has its numbers with the low byte first', () => {
    const all = reader(`\x12${u16(0x1234)}${u32(0xfedc_ba98)}${u32(-5 >>> 0)}${u64(2 ** 40 + 3)}`);
    expect([all.byte(), all.uint16(), all.uint32(), all.int32(), all.uint64()]).toEqual([
      ...[0x12, 0x1234, 0xfedc_ba98, -5, 2 ** 40 + 3],
    ]);
    expect([all.left, all.overrun]).toEqual([0, false]);
  });

  it('has texts of two bytes for each character', () => {
    const all = reader(`${short('größe ✓')}${short('skipped')}${long('also')}${wide('ab')}`);
    expect(all.shortText()).toBe('größe ✓');
    all.skipShortText();
    all.skipLongText();
    expect([all.text(2), all.left, all.overrun]).toEqual(['ab', 0, false]);
  });

  it.each<[string, string, (all: PayloadReader) => unknown, unknown]>([
    ['a byte', '', (all) => all.byte(), 0],
    ['a number of two bytes', 'a', (all) => all.uint16(), 0],
    ['a number of four bytes', 'abc', (all) => all.uint32(), 0],
    ['a number of eight bytes', 'abcdefg', (all) => all.uint64(), 0x6463_6261],
    ['a text', 'abc', (all) => all.text(2), ''],
    ['a text as long as it says', '\x05ab', (all) => all.shortText(), ''],
  ])('that ends too early does not have %s', (_what, text, take, nothing) => {
    const all = reader(text);
    expect(take(all)).toBe(nothing);
    expect(all.overrun).toBe(true);
    expect(all.at).toBeLessThanOrEqual(all.end);
  });

  it('is read from the beginning again by whoever takes up the reader', () => {
    const all = reader('x');
    all.skip(9);
    const other = input('yz');
    expect([all.from(other, 1, 2).byte(), all.overrun]).toEqual(['z'.charCodeAt(0), false]);
  });
});

describe('a text', () => {
  it('of half a character has none', () => {
    const { bytes } = input('a\0b');
    expect([utf16(bytes, 0, 3), utf16(bytes, 2, 2)]).toEqual(['a', '']);
  });
});
