import { describe, expect, test } from 'vitest';
import { FakeBackend } from '../test/support/fake-backend.js';
import type { MapBatchOperation, MapBatchResult, NativeMap } from './backend.js';
import { EbpfError } from './errors.js';
import { deleteRows, readRows, updateRows } from './map-batches.js';

/** A hash of u32 keys and u32 values whose rows come in buckets, as in `kernel/bpf/hashtab.c`. */
class BucketBackend extends FakeBackend {
  readonly calls: MapBatchOperation[] = [];
  constructor(readonly buckets: number[][]) {
    super();
  }

  override mapBatch(_map?: NativeMap, operation?: MapBatchOperation): MapBatchResult | null {
    this.calls.push(operation!);
    if (operation!.kind === 'lookup' || operation!.kind === 'take') return this.#read(operation!);
    if (operation!.kind === 'update') return { count: operation!.count, done: false };
    // Deletes keys below 1000 and stops at the first other one.
    const keys = new Uint32Array(operation!.keys.slice().buffer);
    const stop = keys.findIndex((key) => key >= 1000);
    return { count: stop < 0 ? keys.length : stop, done: false };
  }

  #read(operation: Extract<MapBatchOperation, { kind: 'lookup' | 'take' }>): MapBatchResult {
    let bucket = operation.from ? operation.from[0]! : 0;
    let count = 0;
    for (; bucket < this.buckets.length; bucket++) {
      const rows = this.buckets[bucket]!;
      if (count + rows.length > operation.count) break;
      for (const row of rows) {
        operation.keys.set(Uint8Array.of(row & 255, row >> 8, 0, 0), count * 4);
        operation.values.set(Uint8Array.of(row & 255, row >> 8, 0, 0), count * 4);
        count++;
      }
    }
    if (count === 0 && bucket < this.buckets.length) throw new EbpfError('MAP_FAILED', 'no room', { errno: 28 });
    operation.to[0] = bucket;
    return { count, done: bucket === this.buckets.length };
  }
}

const definition = { name: 'rows', type: 1, keySize: 4, valueSize: 4, maxEntries: 4096 };
const range = (from: number, length: number) => Array.from({ length }, (_, index) => from + index);
const number = (bytes: Uint8Array) => bytes[0]! + bytes[1]! * 256;

describe('reading', () => {
  test('goes on where the last batch ended', () => {
    const backend = new BucketBackend([range(0, 200), range(200, 200), range(400, 3)]);
    const rows = [...readRows(backend, backend.createMap(definition), 4, 'lookup')!];
    expect(rows.map(([key]) => number(key))).toEqual(range(0, 403));
    expect(backend.calls.length).toBe(2);
  });

  test('makes room for a bucket that is larger than a batch', () => {
    const backend = new BucketBackend([range(0, 1000)]);
    const rows = [...readRows(backend, backend.createMap(definition), 4, 'take')!];
    expect(rows.length).toBe(1000);
    expect(backend.calls.map(({ count }) => count)).toEqual([256, 512, 1024]);
  });

  test('passes on an error that room does not cure', () => {
    const backend = new BucketBackend([range(0, 9000)]);
    expect(() => readRows(backend, backend.createMap(definition), 4, 'lookup')).toThrow(
      expect.objectContaining({ errno: 28 }),
    );
  });

  test('says that there are no batches before it reads anything', () => {
    const backend = new FakeBackend();
    expect(readRows(backend, backend.createMap(definition), 4, 'lookup')).toBeUndefined();
  });
});

describe('writing', () => {
  const rows = (keys: number[]) => keys.map((key) => new Uint8Array(new Uint32Array([key]).buffer));

  test('deletes past keys that are not there', () => {
    const backend = new BucketBackend([]);
    const keys = rows([1, 2, 1001, 3, 1002, 1003, 4]);
    expect(deleteRows(backend, backend.createMap(definition), keys)).toBe(4);
    expect(backend.calls.map(({ count }) => count)).toEqual([7, 4, 2, 1]);
  });

  test('writes in parts', () => {
    const backend = new BucketBackend([]);
    const entries = rows(range(0, 600)).map((key) => [key, key] as const);
    expect(updateRows(backend, backend.createMap(definition), 4, entries, 0)).toBe(true);
    expect(backend.calls.map(({ count }) => count)).toEqual([256, 256, 88]);
  });

  test('says that there are no batches', () => {
    const backend = new FakeBackend();
    const map = backend.createMap(definition);
    expect(updateRows(backend, map, 4, [[new Uint8Array(4), new Uint8Array(4)]], 0)).toBe(false);
    expect(deleteRows(backend, map, [new Uint8Array(4)])).toBeUndefined();
  });
});
