import { describe, expect, it } from 'vitest';
import { HessianReader } from './hessian.js';
import { str, u16, u32 } from './wire.fixture.js';

const bytes = (...parts: (string | number | Uint8Array)[]) =>
  Buffer.concat(
    parts.map((part) =>
      typeof part === 'number' ? Buffer.from([part]) : typeof part === 'string' ? Buffer.from(part, 'latin1') : part,
    ),
  );
const reading = (body: Uint8Array) => {
  const reader = new HessianReader();
  reader.begin(body, 0, body.length);
  return reader;
};

/** One value of each kind in the specification's table. */
const VALUES: [string, Buffer][] = [
  ['null', bytes('N')],
  ['true', bytes('T')],
  ['a date', bytes('J', Buffer.alloc(8))],
  ['a date in minutes', bytes('K', Buffer.alloc(4))],
  ['doubles', bytes('X', 0x95, 0x5b, 0x5c, 0x5d, 1, 0x5e, 1, 2, 0x5f, Buffer.alloc(4))],
  ['a double', bytes('D', Buffer.alloc(8))],
  ['ints', bytes('X', 0x94, 0x80, 0xc8, 1, 0xd4, 1, 2, 'I', Buffer.alloc(4))],
  ['longs', bytes('X', 0x95, 0xe0, 0xf8, 1, 0x3c, 1, 2, 'Y', Buffer.alloc(4), 'L', Buffer.alloc(8))],
  ['short binary data', bytes(0x23, 'abc')],
  ['longer binary data', bytes(0x35, 0, Buffer.alloc(256))],
  ['binary data in parts', bytes('A', u16(300), Buffer.alloc(300), 'A', u16(1), 'x', 'B', u16(2), 'yz')],
  ['a short text', str('abc')],
  ['a text of 600 characters', str('x'.repeat(600))],
  ['a text of 2000 characters', bytes('S', u16(2000), 'x'.repeat(2000))],
  ['a text in parts', bytes('R', u16(3), 'abc', 'R', u16(2), 'de', 0x01, 'f')],
  ['a text of more bytes than characters', bytes(4, Buffer.from('é€aß'))],
  ['a text with a pair of surrogates', bytes(3, Buffer.from('eda0bdedb88061', 'hex'))],
  ['a reference', bytes('Q', 0x91)],
  ['a map', bytes('H', str('a'), 0x91, str('b'), 'H', 'Z', 'Z')],
  ['a map with a type', bytes('M', str('java.util.Map'), str('a'), 'N', 'Z')],
  ['a map whose type was told before', bytes('M', 0x90, str('a'), 'N', 'Z')],
  ['a list of unknown length', bytes('W', 0x91, 0x92, 'Z')],
  ['a list of unknown length with a type', bytes('U', str('[int'), 0x91, 'Z')],
  ['a list', bytes('V', str('[int'), 0x92, 0x91, 0x91)],
  ['short lists', bytes(0x7a, 0x71, str('[int'), 0x91, 0x78)],
  [
    'objects',
    bytes('X', 0x93, 'C', str('Car'), 0x92, str('a'), str('b'), 0x60, 0x91, 'N', 'O', 0x90, 'T', 'F', 0x60, 'N', 'N'),
  ],
];

describe('the reader of Hessian', () => {
  it.each(VALUES)('steps over %s, and stops at each byte that is missing', (_, value) => {
    const reader = reading(bytes(value, str('after')));
    reader.skip();
    expect([reader.text(), reader.fault]).toEqual(['after', null]);
    for (let length = 0; length < value.length; length++) {
      const cut = reading(value.subarray(0, length));
      cut.skip();
      expect(cut.fault, `${length} bytes`).toBe('short');
      expect(cut.text()).toBeNull();
    }
  });

  it('reads texts, null and small numbers', () => {
    const reader = reading(bytes(str('a'), 'N', 0x93, str('y'.repeat(99)), 'S', u16(1), 'b'));
    expect([reader.text(), reader.text(), reader.small(), reader.text(), reader.text()]).toEqual([
      'a',
      null,
      3,
      'y'.repeat(99),
      'b',
    ]);
    expect(reader.fault).toBeNull();
  });

  it('reads the entries of a map, one by one', () => {
    const reader = reading(bytes('H', str('a'), str('1'), str('b'), 'N', 'Z'));
    expect(reader.map()).toBe(true);
    expect([reader.key(), reader.isText, reader.text(), reader.key(), reader.isText]).toEqual([
      'a',
      true,
      '1',
      'b',
      false,
    ]);
    reader.skip();
    expect([reader.key(), reader.fault]).toEqual([null, null]);
  });

  it('reads the class of an exception', () => {
    expect(reading(bytes('C', str('shop.Refusal'), 0x90, 0x60)).className()).toBe('shop.Refusal');
    expect(reading(bytes(0x60)).className()).toBeNull();
  });

  it.each([
    ['nothing but lists in lists', Buffer.alloc(100_000, 0x57)],
    ['objects of classes that were never defined', bytes('O', 0xbf)],
    ['a list of two thousand million values', bytes('X', 'I', u32(0x7fffffff))],
    ['codes that nobody uses', bytes(0x40)],
    ['half a character', bytes(2, 0x80, 0x80)],
    ['a count that is no number', bytes('X', 'N')],
  ])('gives up on %s', (_, body) => {
    const reader = reading(body);
    reader.skip();
    expect(reader.fault).not.toBeNull();
    expect([reader.text(), reader.small()]).toEqual([null, null]);
  });
});
