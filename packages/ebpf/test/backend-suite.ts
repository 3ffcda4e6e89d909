import { type BpfObject, createMap, MapType, type NativeBackend, RingReader, UpdateFlag } from '@sonde/ebpf';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { u32At, u32s, u64At, u64s } from './support/bytes.js';
import { testObject } from './support/test-object.js';

/** A backend and what it can't do by itself. */
export interface BackendUnderTest {
  createBackend(): NativeBackend;
  /**
   * Puts records of 272 bytes, each with its number as u64 at the start, into ring `records` of object `ring`.
   *
   * @default a test run of the object's program `produce`, for backends that have a kernel
   */
  produce?(object: BpfObject, count: number): void;
}

/** What every {@link NativeBackend} does alike, seen from the API above it. */
export function backendSuite(name: string, { createBackend, produce = produceInKernel }: BackendUnderTest): void {
  describe(`backend ${name}`, () => {
    let backend: NativeBackend;
    let object: BpfObject;

    beforeEach(() => {
      backend = createBackend();
    });
    afterEach(() => {
      object?.close();
    });

    test('says who it is', () => {
      expect(backend.name).not.toBe('');
      expect(backend.describe()).toContain(backend.name);
    });

    test('loads the maps and programs of an object, but not those that are left out', () => {
      object = testObject('maps').load({ backend });
      expect([...object.maps.keys()]).toEqual(expect.arrayContaining(['hash', 'array', 'per_cpu', 'outer', '.rodata']));
      expect([...object.programs.keys()]).toEqual(['count']);
      expect(object.map('hash').info).toMatchObject({ type: MapType.hash, keySize: 8, valueSize: 8, maxEntries: 4096 });
    });

    test('sizes maps as it is told', () => {
      object = testObject('maps').load({ backend, mapSizes: { hash: 16 } });
      expect(object.map('hash').info.maxEntries).toBe(16);
    });

    test('writes global variables before programs see them', () => {
      object = testObject('maps').load({
        backend,
        rodata: { byte: 200, wide: 2n ** 40n, text: Buffer.from('after\0') },
      });
      expect(u64At(object.readGlobal('wide'))).toBe(2 ** 40);
      expect(object.readGlobal('byte')[0]).toBe(200);
      expect(Buffer.from(object.readGlobal('text')).toString('latin1')).toBe('after\0e\0'.replace('e\0', '\0\0'));
      expect(u32At(object.readGlobal('signed_word'))).toBe(0xffff_ffff);
    });

    test('shares a map between two objects', () => {
      object = testObject('maps').load({ backend });
      using other = testObject('maps').load({ backend, maps: { hash: object.map('hash') } });
      object.map('hash').update(u32s(1, 2), u64s(99));
      expect(u64At(other.map('hash').lookup(u32s(1, 2))!)).toBe(99);
    });

    test('looks up, updates and deletes entries, and tells those that are not there', () => {
      object = testObject('maps').load({ backend });
      const hash = object.map('hash');
      expect(hash.lookup(u32s(1, 2))).toBeNull();
      expect(hash.delete(u32s(1, 2))).toBe(false);
      expect(hash.update(u32s(1, 2), u64s(5), UpdateFlag.ifPresent)).toBe(false);
      expect(hash.update(u32s(1, 2), u64s(5), UpdateFlag.ifAbsent)).toBe(true);
      expect(hash.update(u32s(1, 2), u64s(6), UpdateFlag.ifAbsent)).toBe(false);
      expect(u64At(hash.lookup(u32s(1, 2))!)).toBe(5);
      expect(u64At(hash.take(u32s(1, 2))!)).toBe(5);
      expect(hash.lookup(u32s(1, 2))).toBeNull();
    });

    test('walks a map of a thousand entries whose keys are deleted on the way', () => {
      object = testObject('maps').load({ backend });
      const hash = object.map('hash');
      hash.updateBatch(thousand());
      const seen = new Set<number>();
      for (const key of hash.keys()) {
        seen.add(u32At(key));
        hash.delete(key);
      }
      expect(seen.size).toBe(1000);
      expect([...hash.keys()]).toEqual([]);
    });

    test('reads, takes and deletes many entries at once', () => {
      object = testObject('maps').load({ backend });
      const hash = object.map('hash');
      hash.updateBatch(thousand());
      const sum = [...hash.entries()].reduce((total, [, value]) => total + u64At(value), 0);
      expect(sum).toBe(499_500);
      expect([...hash.lookupBatch(300)].map((batch) => batch.length)).toEqual([300, 300, 300, 100]);
      expect(hash.deleteBatch([u32s(0, 7), u32s(9999, 7), u32s(1, 7), u32s(8888, 7)])).toBe(2);
      expect(hash.takeAll().length).toBe(998);
      expect([...hash.entries()]).toEqual([]);
    });

    test('zeroes an array and empties a hash', () => {
      object = testObject('maps').load({ backend });
      const array = object.map('array');
      const hash = object.map('hash');
      array.update(u32s(3), u32s(33));
      hash.update(u32s(1, 1), u64s(1));
      array.clear();
      hash.clear();
      expect(u32At(array.lookup(u32s(3))!)).toBe(0);
      expect([...array.keys()].length).toBe(8);
      expect([...hash.keys()].length).toBe(0);
    });

    test('keeps a value for each CPU', () => {
      object = testObject('maps').load({ backend });
      const map = object.map('per_cpu_hash');
      const value = new Uint8Array(map.valueBytes);
      map.cpuValues(value).forEach((slot, cpu) => {
        slot.set(u32s(cpu + 1, 0));
      });
      map.update(u32s(4), value);
      const stored = map.cpuValues(map.lookup(u32s(4))!);
      expect(stored.map((slot) => u32At(slot))).toEqual(stored.map((_, cpu) => cpu + 1));
      expect([...map.entries()].length).toBe(1);
    });

    test('refuses an update beyond the map, with the errno', () => {
      object = testObject('maps').load({ backend });
      const update = () => object.map('array').update(u32s(8), u32s(1));
      expect(update).toThrow(expect.objectContaining({ code: 'MAP_FAILED', errno: 7 }));
    });

    test('creates maps of its own and puts them into a map of maps', () => {
      object = testObject('maps').load({ backend });
      const shape = { type: MapType.array, keySize: 4, valueSize: 4, maxEntries: 4 };
      using inner = createMap({ name: 'inner-of-mine', ...shape }, backend);
      object.map('outer').updateInner(u32s(0), inner);
      expect(u32At(object.map('outer').lookup(u32s(0))!)).toBe(inner.info.id);
    });

    test('hands out the records of a ring in their order, once', () => {
      object = testObject('ring').load({ backend });
      const sequences: number[] = [];
      using reader = new RingReader(object.map('records'), {
        onRecord: (_, view, start, end) => {
          expect(end - start).toBe(272);
          sequences.push(view.getUint32(start, true));
        },
      });
      produce(object, 5);
      expect(reader.stats.pendingBytes).toBe(5 * 280);
      expect(reader.drain(2)).toBe(2);
      expect(reader.drain()).toBe(3);
      expect(reader.drain()).toBe(0);
      expect(sequences).toEqual([0, 1, 2, 3, 4]);
      expect(reader.stats).toEqual({ records: 5, bytes: 5 * 272, pendingBytes: 0 });
    });

    test('wraps around the end of a ring', () => {
      object = testObject('ring').load({ backend });
      let next = 0;
      using reader = new RingReader(object.map('records'), {
        onRecord: (_, view, start) => {
          expect(view.getUint32(start, true)).toBe(next++);
        },
      });
      for (let round = 0; round < 20; round++) {
        produce(object, 100);
        reader.drain();
      }
      expect(next).toBe(2000);
    });

    test('closes readers, links and maps with their object', () => {
      object = testObject('ring').load({ backend });
      const map = object.map('records');
      const reader = new RingReader(map, { onRecord() {} });
      object.close();
      object.close();
      expect(() => reader.drain()).toThrow(expect.objectContaining({ code: 'CLOSED' }));
      expect(() => map.lookup(new Uint8Array())).toThrow(expect.objectContaining({ code: 'CLOSED' }));
      expect(() => object.program('produce').attach()).toThrow(expect.objectContaining({ code: 'CLOSED' }));
    });
  });
}

function thousand(): [Uint8Array, Uint8Array][] {
  return Array.from({ length: 1000 }, (_, index) => [u32s(index, 7), u64s(index)]);
}

function produceInKernel(object: BpfObject, count: number): void {
  object.program('produce').testRun({ context: u64s(count, 0, 0) });
}
