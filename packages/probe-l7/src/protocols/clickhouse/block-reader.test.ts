import { describe, expect, it } from 'vitest';
import { BlockReader } from './block-reader.js';
import { Cursor } from './cursor.js';
import { block, type Column, frame, string, u32, u64, varint } from './wire.fixture.js';

/** Reads a block in pieces; gives what it came to, how many bytes it took, and its rows. */
function read(text: string, revision: number, size = Number.POSITIVE_INFINITY) {
  const reader = new BlockReader();
  const cursor = new Cursor();
  reader.begin(revision);
  const all = Buffer.from(text, 'latin1');
  let taken = 0;
  for (let end = Math.min(size, all.length); ; end = Math.min(end + size, all.length)) {
    while (taken < end || taken === all.length) {
      const bytes = Uint8Array.from(all.subarray(Math.min(taken, end), end));
      cursor.from({ bytes, view: new DataView(bytes.buffer), start: 0, end: bytes.length, at: 0 });
      const step = reader.advance(cursor);
      taken += cursor.at;
      if (step !== 'more') return { step, taken, rows: reader.rows, empty: reader.empty };
      if (cursor.at === 0 || taken >= end) break;
    }
    if (end === all.length) return { step: 'more', taken, rows: reader.rows, empty: reader.empty };
  }
}

const strings = (...all: string[]) => all.map(string).join('');
const numbers = (...all: number[]) => all.map(u64).join('');
/** The varint of 2^62 plus a distance: nine bytes. */
const lastDistance = (distance: number) => `${String.fromCharCode(distance | 0x80)}${'\x80'.repeat(7)}\x40`;

const columns: Record<string, Column> = {
  numbers: ['n', 'UInt64', numbers(1, 2, 3)],
  words: ['s', 'String', strings('a', '', 'x'.repeat(300))],
  nulls: ['m', 'Nullable(String)', `\0\x01\0${strings('a', '', 'c')}`],
  lists: ['l', 'Array(String)', numbers(2, 2, 3) + strings('a', 'b', 'c')],
  'lists of lists': ['l', 'Array(Array(UInt8))', `${numbers(1, 1, 3)}${numbers(2, 3, 4)}abcd`],
  'empty lists': ['l', 'Array(LowCardinality(String))', u64(1) + numbers(0, 0, 0)],
  maps: ['m', "Map(String, Array(DateTime('UTC')))", numbers(1, 1, 2) + strings('k', 'l') + numbers(1, 1) + u32(7)],
  tuples: ['t', 'Tuple(a UInt8, `b c` Tuple(String, Date))', `abc${strings('x', 'y', 'z')}112233`],
  enumerations: ['e', "Enum8('a,b' = 1, 'it\\'s (' = 2)", '\x01\x02\x01'],
  decimals: ['d', 'Decimal(20, 2)', 'x'.repeat(48)],
  dictionaries: [
    'c',
    'LowCardinality(Nullable(String))',
    `${u64(1)}${u64(0x601)}${u64(3)}${strings('', '', 'one')}${u64(3)}\x01\0\x02\0\x01\0`,
  ],
  points: ['p', 'Point', 'x'.repeat(48)],
  fixed: ['f', 'FixedString(5)', 'abcdeabcdeabcde'],
};

describe('the end of a block', () => {
  it.each(Object.entries(columns))('is found behind %s, in any pieces', (_name, column) => {
    for (const revision of [54_412, 54_468]) {
      const text = block(3, [column, ['after', 'UInt16', '112233']], revision);
      for (const size of [1, 3, 16, 1000]) {
        expect(read(`${text}`, revision, size), `pieces of ${size}`).toMatchObject({
          step: 'done',
          taken: text.length,
          rows: 3,
        });
      }
    }
  });

  it('is found behind columns that are often the default', () => {
    const sparse = block(
      9,
      [
        ['n', 'UInt64', `${varint(2)}${varint(3)}${lastDistance(2)}${numbers(7, 8)}`, '\x01'],
        ['t', 'Tuple(UInt8, String)', `abcdefghi${varint(8)}${lastDistance(0)}${string('last')}`, '\0\0\x01'],
      ],
      54_468,
    );
    for (const size of [1, 5, 1000]) {
      expect(read(sparse, 54_468, size)).toMatchObject({ step: 'done', taken: sparse.length });
    }
  });

  it('is known without values: a header, or nothing', () => {
    const header = block(0, [
      ['j', 'JSON', ''],
      ['s', 'String', ''],
    ]);
    expect(read(header, 54_412)).toMatchObject({ step: 'done', taken: header.length, empty: false });
    expect(read(block(0, []), 54_412)).toMatchObject({ step: 'done', empty: true });
  });

  it.each([
    ['AggregateFunction(sum, UInt64)'],
    ['Variant(String, UInt64)'],
    ['Dynamic'],
    ['JSON(max_dynamic_paths=8)'],
    ['Array(Tuple(a Dynamic))'],
    ['FixedString(0)'],
    ['Decimal(99, 1)'],
    [`${'Array('.repeat(40)}UInt8${')'.repeat(40)}`],
  ])('is unknown behind %s', (type) => {
    expect(read(block(3, [['u', type, 'anything']]), 54_412).step).toBe('unknown');
  });

  it('is unknown where strings have their lengths elsewhere', () => {
    expect(read(block(1, [['s', 'String', string('a')]], 54_492), 54_492).step).toBe('unknown');
    expect(read(block(1, [['n', 'UInt64', u64(1)]], 54_492), 54_492).step).toBe('done');
  });

  it.each([
    ['columns', `\x01\0\x02\xff\xff\xff\xff\0${varint(1e9)}\x01`],
    ['rows', `\x01\0\x02\xff\xff\xff\xff\0\x01${varint(2 ** 40)}`],
    ['elements', block(1, [['l', 'Array(UInt8)', u64(2 ** 50)]])],
    ['keys', block(1, [['c', 'LowCardinality(String)', u64(1) + u64(0x600) + u64(2 ** 50)]])],
  ])('is not looked for behind a number of %s that lies', (_what, text) => {
    expect(read(text, 54_412).step).toBe('unknown');
  });
});

describe('the end of a compressed block', () => {
  it('is that of its only frame', () => {
    const one = frame(100);
    for (const size of [1, 7, 1000]) expect(read(one, 54_412, size)).toMatchObject({ step: 'done', taken: one.length });
    expect(read(frame(10), 54_412).empty).toBe(true);
    expect(one.length).toBeGreaterThan(40);
  });

  it('is that of the first frame that is not full', () => {
    const many = frame(0x10_0000) + frame(0x10_0000) + frame(5000);
    expect(read(`${many}\x05`, 54_412)).toMatchObject({ step: 'done', taken: many.length });
  });

  it('shows in what follows a frame that is nearly full', () => {
    const nearly = frame(0xf_0000);
    expect(read(nearly, 54_412).step).toBe('more');
    expect(read(`${nearly}\x05`, 54_412)).toMatchObject({ step: 'done', taken: nearly.length });
    expect(read(nearly + frame(100), 54_412)).toMatchObject({ step: 'done', taken: nearly.length + frame(100).length });
  });

  it('is unknown where neither a block nor a frame begins', () => {
    expect(read('?'.repeat(60), 54_412).step).toBe('unknown');
  });
});
