import { beforeEach, describe, expect, test } from 'vitest';
import { FakeBackend } from '../test/support/fake-backend.js';
import { possibleCpus } from './cpus.js';
import { type BpfMap, createMap } from './map.js';
import { MapType } from './map-type.js';

const key = (value: number) => new Uint8Array(new Uint32Array([value]).buffer);

describe('without batches in the kernel', () => {
  let map: BpfMap;

  beforeEach(() => {
    map = createMap({ name: 'small', type: MapType.hash, keySize: 4, valueSize: 4, maxEntries: 4 }, new FakeBackend());
    map.updateBatch([
      [key(1), key(10)],
      [key(2), key(20)],
      [key(3), key(30)],
    ]);
  });

  test('entries are read one after the other', () => {
    expect([...map.entries()]).toEqual([
      [key(1), key(10)],
      [key(2), key(20)],
      [key(3), key(30)],
    ]);
    expect([...map.lookupBatch(2)].map((batch) => batch.length)).toEqual([2, 1]);
  });

  test('entries are taken one after the other', () => {
    expect(map.takeAll().map(([, value]) => value)).toEqual([key(10), key(20), key(30)]);
    expect([...map.keys()]).toEqual([]);
  });

  test('keys are deleted one after the other, and counted', () => {
    expect(map.deleteBatch([key(1), key(9), key(3)])).toBe(2);
    expect([...map.keys()]).toEqual([key(2)]);
  });

  test('a walk ends after as many keys as fit, even if others keep adding keys', () => {
    let added = 100;
    let seen = 0;
    for (const found of map.keys()) {
      seen++;
      map.delete(found);
      map.update(key(added++), key(0));
      expect(seen).toBeLessThanOrEqual(4);
    }
    expect(seen).toBeGreaterThanOrEqual(3);
  });
});

describe('keys and values of another length', () => {
  const map = createMap(
    { name: 'strict', type: MapType.hash, keySize: 8, valueSize: 4, maxEntries: 4 },
    new FakeBackend(),
  );

  test.each([
    ['lookup', () => map.lookup(key(1))],
    ['take', () => map.take(key(1))],
    ['delete', () => map.delete(key(1))],
    ['update', () => map.update(new Uint8Array(8), new Uint8Array(8))],
    ['lookupInto', () => map.lookupInto(new Uint8Array(8), new Uint8Array(3))],
    ['updateBatch', () => map.updateBatch([[new Uint8Array(8), new Uint8Array(5)]])],
    ['deleteBatch', () => map.deleteBatch([new Uint8Array(8), key(1)])],
  ])('never reach the kernel: %s', (_, attempt) => {
    expect(attempt).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringContaining('strict') }),
    );
  });
});

test('a per-CPU value has a slot of a multiple of eight bytes for each possible CPU', () => {
  const definition = { name: 'cpus', type: MapType.perCpuArray, keySize: 4, valueSize: 12, maxEntries: 1 };
  const map = createMap(definition, new FakeBackend());
  expect(map.valueStride).toBe(16);
  expect(map.valueBytes).toBe(16 * possibleCpus());
  const value = Uint8Array.from({ length: map.valueBytes }, (_, index) => index % 251);
  expect(map.cpuValues(value).map((slot) => [slot.length, slot[0]])).toEqual(
    Array.from({ length: possibleCpus() }, (_, cpu) => [12, (cpu * 16) % 251]),
  );
  expect(() => map.cpuValues(new Uint8Array(12))).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
});

test('an inner map or a program goes in by its descriptor', () => {
  const backend = new FakeBackend();
  const outer = createMap(
    { name: 'outer', type: MapType.hashOfMaps, keySize: 4, valueSize: 4, maxEntries: 2 },
    backend,
  );
  outer.updateInner(key(0), { fd: 258 });
  expect(outer.lookup(key(0))).toEqual(Uint8Array.of(2, 1, 0, 0));
});

test('a closed map says so, and is closed once', () => {
  const backend = new FakeBackend();
  const map = createMap({ name: 'gone', type: MapType.hash, keySize: 4, valueSize: 4, maxEntries: 1 }, backend);
  map.close();
  map[Symbol.dispose]();
  expect(() => map.lookup(key(1))).toThrow(expect.objectContaining({ code: 'CLOSED' }));
  expect(() => [...map.keys()]).toThrow(expect.objectContaining({ code: 'CLOSED' }));
});
