import { describe, expect, it } from 'vitest';
import { MapType } from '../../map-type.js';
import { MemoryMap } from './memory-map.js';

const key = (value: number) => new Uint8Array(new Uint32Array([value]).buffer);
const map = (type: number, maxEntries: number) =>
  new MemoryMap(5, { id: 5, name: 'm', type, keySize: 4, valueSize: 4, maxEntries, flags: 0 });
const update = (target: MemoryMap, index: number, flags = 0) =>
  target.operate({ kind: 'update', key: key(index), value: key(index * 10), flags });
const lookup = (target: MemoryMap, index: number) => {
  const value = new Uint8Array(4);
  return target.operate({ kind: 'lookup', key: key(index), value }) ? new Uint32Array(value.buffer)[0] : null;
};
const next = (target: MemoryMap, from: number | null) => {
  const nextKey = new Uint8Array(4);
  const found = target.operate({ kind: 'next', key: from === null ? null : key(from), nextKey });
  return found ? new Uint32Array(nextKey.buffer)[0] : null;
};

describe('MemoryMap', () => {
  it('refuses a full hash with E2BIG, but still takes known keys', () => {
    const hash = map(MapType.hash, 2);
    update(hash, 1);
    update(hash, 2);
    expect(() => update(hash, 3)).toThrow(expect.objectContaining({ errno: 7 }));
    expect(update(hash, 2)).toBe(true);
  });

  it('pushes the row out of an LRU hash that was not written in the longest time', () => {
    const lru = map(MapType.lruHash, 2);
    update(lru, 1);
    update(lru, 2);
    update(lru, 1);
    update(lru, 3);
    expect([1, 2, 3].map((index) => lookup(lru, index))).toEqual([10, null, 30]);
  });

  it('has all entries of an array from the start, and lets none be deleted', () => {
    const array = map(MapType.array, 3);
    expect([0, 1, 2, 3].map((index) => lookup(array, index))).toEqual([0, 0, 0, null]);
    expect(update(array, 1, 1)).toBe(false);
    expect([next(array, null), next(array, 0), next(array, 2), next(array, 99)]).toEqual([0, 1, null, 0]);
    expect(() => array.operate({ kind: 'delete', key: key(0) })).toThrow(expect.objectContaining({ errno: 22 }));
  });

  it('has only those entries of an array of maps that were put there', () => {
    const outer = map(MapType.arrayOfMaps, 3);
    expect(lookup(outer, 1)).toBeNull();
    update(outer, 1);
    expect([lookup(outer, 1), next(outer, null), next(outer, 1)]).toEqual([10, 1, null]);
    expect(() => update(outer, 3)).toThrow(expect.objectContaining({ errno: 7 }));
    expect(outer.operate({ kind: 'delete', key: key(1) })).toBe(true);
  });

  it('begins anew behind a key that is gone', () => {
    const hash = map(MapType.hash, 8);
    for (const index of [1, 2, 3]) update(hash, index);
    expect(next(hash, 1)).toBe(2);
    hash.operate({ kind: 'delete', key: key(1) });
    expect(next(hash, 1)).toBe(2);
    expect([next(hash, 2), next(hash, 3)]).toEqual([3, null]);
  });

  it('walks a large map in one pass', () => {
    const hash = map(MapType.hash, 200_000);
    for (let index = 0; index < 200_000; index++) update(hash, index);
    let count = 0;
    for (let at = next(hash, null); at !== null; at = next(hash, at as number)) count++;
    expect(count).toBe(200_000);
  });

  it('refuses what only programs can reach', () => {
    const storage = map(MapType.socketStorage, 0);
    expect(() => lookup(storage, 1)).toThrow(expect.objectContaining({ code: 'MAP_FAILED', errno: 22 }));
  });
});
