import { describe, expect, it } from 'vitest';
import { buildBtf, type RecordSpec } from '../../btf/fixtures/build-btf.js';
import { BtfKind } from '../../btf/index.js';
import { buildElf, type SectionSpec } from '../../elf/fixtures/build-elf.js';
import { MapType } from '../../map-type.js';
import { readMapDefinitions } from './map-definitions.js';

const int: RecordSpec = { name: 'int', kind: BtfKind.int, word: 4, rest: [32] };
/** `int (*field)[number]`: two types, of which the second is the field's. */
const uint = (array: number, number: number): RecordSpec[] => [
  { kind: BtfKind.array, rest: [1, 1, number] },
  { kind: BtfKind.pointer, word: array },
];

function read(records: RecordSpec[], more: SectionSpec[] = []) {
  const bytes = buildElf([
    { name: '.BTF', type: 1, data: buildBtf([int, ...records]) },
    { name: '.maps', type: 1, data: new Uint8Array(32) },
    ...more,
  ]);
  return readMapDefinitions(bytes, 'object');
}

describe('readMapDefinitions', () => {
  it('reads sizes that are given as numbers, flags and entries', () => {
    const numbers = [MapType.lruHash, 12, 40, 100, 1];
    const types = numbers.flatMap((number, index) => uint(2 + index * 2, number));
    const fields = ['type', 'key_size', 'value_size', 'max_entries', 'map_flags'];
    const maps = read([
      ...types,
      {
        kind: BtfKind.struct,
        length: 5,
        word: 40,
        rest: fields.flatMap((name, index) => [name, 3 + index * 2, index * 64]),
      },
      { name: 'cache', kind: BtfKind.variable, word: 12, rest: [1] },
      { name: '.maps', kind: BtfKind.dataSection, length: 1, rest: [13, 0, 40] },
    ]);
    expect(maps.get('cache')).toEqual({
      name: 'cache',
      type: MapType.lruHash,
      keySize: 12,
      valueSize: 40,
      maxEntries: 100,
      flags: 1,
      contents: null,
    });
  });

  it('takes sizes from the types of key and value, and four bytes for inner maps', () => {
    const maps = read([
      ...uint(2, MapType.hashOfMaps),
      { name: 'key', kind: BtfKind.struct, length: 2, word: 8, rest: ['a', 1, 0, 'b', 1, 32] },
      { kind: BtfKind.pointer, word: 4 },
      { kind: BtfKind.array, rest: [5, 1, 0] },
      { kind: BtfKind.struct, length: 3, word: 16, rest: ['type', 3, 0, 'key', 5, 64, 'values', 6, 128] },
      { name: 'outer', kind: BtfKind.variable, word: 7, rest: [1] },
      { name: '.maps', kind: BtfKind.dataSection, length: 1, rest: [8, 0, 16] },
    ]);
    expect(maps.get('outer')).toMatchObject({ type: MapType.hashOfMaps, keySize: 8, valueSize: 4, maxEntries: 0 });
  });

  it('makes a map of each section of global variables, with what it holds', () => {
    const maps = read(
      [{ name: '.maps', kind: BtfKind.dataSection, length: 0 }],
      [
        { name: '.rodata', type: 1, data: new Uint8Array([1, 2, 3]) },
        { name: '.data.named', type: 1, data: new Uint8Array([4]) },
        { name: '.databank', type: 1, data: new Uint8Array([5]) },
        { name: '.data', type: 1 },
      ],
    );
    expect([...maps.keys()]).toEqual(['.rodata', '.data.named']);
    expect(maps.get('.rodata')).toMatchObject({ type: MapType.array, keySize: 4, valueSize: 3, maxEntries: 1 });
    expect(maps.get('.rodata')?.contents).toEqual(new Uint8Array([1, 2, 3]));
    expect(maps.get('.rodata')?.flags).not.toBe(maps.get('.data.named')?.flags);
  });

  it('passes over what is in .maps and is no map', () => {
    const maps = read([
      { name: 'number', kind: BtfKind.variable, word: 1, rest: [1] },
      { name: '.maps', kind: BtfKind.dataSection, length: 2, rest: [2, 0, 4, 1, 4, 4] },
    ]);
    expect(maps.size).toBe(0);
  });

  it('says that maps can’t be read without type information', () => {
    const bytes = buildElf([{ name: '.maps', type: 1, data: new Uint8Array(8) }]);
    expect(() => readMapDefinitions(bytes, 'plain.o')).toThrow(expect.objectContaining({ code: 'BTF_MISSING' }));
  });
});
