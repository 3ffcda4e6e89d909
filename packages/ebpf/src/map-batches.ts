import type { MapBatchResult, NativeBackend, NativeMap } from './backend.js';
import { EbpfError } from './errors.js';

const rowsAtOnce = 256;
const ENOSPC = 28;

/**
 * Rows of a map, read by batches; undefined where the map or the kernel has none. The first batch is read at once.
 *
 * @param kind - `take` deletes what it reads
 */
export function readRows(
  backend: NativeBackend,
  map: NativeMap,
  valueBytes: number,
  kind: 'lookup' | 'take',
): Generator<[Uint8Array, Uint8Array]> | undefined {
  const first = readBatch(backend, map, valueBytes, kind, null, rowsAtOnce);
  return first ? rows(backend, map, valueBytes, kind, first) : undefined;
}

interface Batch extends MapBatchResult {
  readonly keys: Uint8Array;
  readonly values: Uint8Array;
  readonly to: Uint8Array;
}

function* rows(
  backend: NativeBackend,
  map: NativeMap,
  valueBytes: number,
  kind: 'lookup' | 'take',
  first: Batch,
): Generator<[Uint8Array, Uint8Array]> {
  const { keySize } = map.info;
  let batch: Batch | null = first;
  while (batch) {
    for (let row = 0; row < batch.count; row++) {
      yield [
        batch.keys.subarray(row * keySize, (row + 1) * keySize),
        batch.values.subarray(row * valueBytes, (row + 1) * valueBytes),
      ];
    }
    if (batch.done) return;
    batch = readBatch(backend, map, valueBytes, kind, batch.to, rowsAtOnce);
  }
}

function readBatch(
  backend: NativeBackend,
  map: NativeMap,
  valueBytes: number,
  kind: 'lookup' | 'take',
  from: Uint8Array | null,
  count: number,
): Batch | null {
  const keys = new Uint8Array(count * map.info.keySize);
  const values = new Uint8Array(count * valueBytes);
  // Hashes store the number of a bucket there, other maps a key.
  const to = new Uint8Array(Math.max(8, map.info.keySize));
  try {
    const result = backend.mapBatch(map, { kind, from, to, keys, values, count });
    return result && { ...result, keys, values, to };
  } catch (error) {
    // One bucket of the hash has more entries than that.
    const full = error instanceof EbpfError && error.errno === ENOSPC && count < map.info.maxEntries;
    if (!full) throw error;
    return readBatch(backend, map, valueBytes, kind, from, count * 2);
  }
}

/** Writes rows by batches; false where the map or the kernel has none, and nothing was written. */
export function updateRows(
  backend: NativeBackend,
  map: NativeMap,
  valueBytes: number,
  entries: readonly (readonly [Uint8Array, Uint8Array])[],
  flags: number,
): boolean {
  for (let at = 0; at < entries.length; at += rowsAtOnce) {
    const part = entries.slice(at, at + rowsAtOnce);
    const keys = joined(
      part.map(([key]) => key),
      map.info.keySize,
    );
    const values = joined(
      part.map(([, value]) => value),
      valueBytes,
    );
    const result = backend.mapBatch(map, { kind: 'update', keys, values, count: part.length, flags });
    if (!result) return false;
  }
  return true;
}

/** Deletes rows by batches and counts them; undefined where the map or the kernel has no batches. */
export function deleteRows(backend: NativeBackend, map: NativeMap, keys: readonly Uint8Array[]): number | undefined {
  let removed = 0;
  let at = 0;
  while (at < keys.length) {
    const part = keys.slice(at, at + rowsAtOnce);
    const result = backend.mapBatch(map, { kind: 'delete', keys: joined(part, map.info.keySize), count: part.length });
    if (!result) return undefined;
    removed += result.count;
    // The kernel stops at a key that isn't there: go on behind it.
    at += result.count < part.length ? result.count + 1 : part.length;
  }
  return removed;
}

function joined(rows: readonly Uint8Array[], rowBytes: number): Uint8Array {
  const bytes = new Uint8Array(rows.length * rowBytes);
  rows.forEach((row, index) => {
    bytes.set(row, index * rowBytes);
  });
  return bytes;
}
