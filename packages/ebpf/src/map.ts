import type { MapDefinition, MapInfo, NativeBackend, NativeMap, NativeRing } from './backend.js';
import { defaultBackend } from './backends/koffi/koffi-backend.js';
import { possibleCpus } from './cpus.js';
import { EbpfError } from './errors.js';
import { deleteRows, readRows, updateRows } from './map-batches.js';
import { isArray, isPerCpu } from './map-type.js';
import { Resources } from './resources.js';

/** When an update may write: `BPF_ANY`, `BPF_NOEXIST`, `BPF_EXIST`. */
export const UpdateFlag = { any: 0, ifAbsent: 1, ifPresent: 2 } as const;

/** A row of a map: its key and its value. */
export type MapEntry = [key: Uint8Array, value: Uint8Array];

/**
 * A map in the kernel. Keys and values are bytes, of exactly the lengths that {@link BpfMap.info} states. In per-CPU maps
 * a value is the values of all possible CPUs one after the other, each in `valueStride` bytes: {@link BpfMap.cpuValues}
 * takes it apart.
 *
 * Methods throw `EbpfError`: `CLOSED`; `INVALID_ARGUMENT` for a key or value of another length; `MAP_FAILED`, with the
 * errno, when the kernel refuses.
 */
export class BpfMap implements Disposable {
  readonly name: string;
  readonly info: MapInfo;
  /** Bytes that a value takes for each CPU: the value's size, rounded up to 8 in per-CPU maps. */
  readonly valueStride: number;
  /** Bytes of a whole value, of all CPUs in per-CPU maps. */
  readonly valueBytes: number;
  readonly #backend: NativeBackend;
  readonly #native: NativeMap;
  readonly #readers = new Resources();
  #open = true;

  /** Made by {@link ObjectSpec.load} and {@link createMap}. */
  constructor(backend: NativeBackend, native: NativeMap) {
    this.name = native.info.name;
    this.info = native.info;
    const { type, valueSize } = native.info;
    this.valueStride = isPerCpu(type) ? Math.ceil(valueSize / 8) * 8 : valueSize;
    this.valueBytes = isPerCpu(type) ? this.valueStride * possibleCpus() : valueSize;
    this.#backend = backend;
    this.#native = native;
  }

  /**
   * The backend's handle.
   *
   * @throws EbpfError `CLOSED`
   */
  get native(): NativeMap {
    if (!this.#open) throw new EbpfError('CLOSED', `map ${this.name} is closed`);
    return this.#native;
  }

  /** The value under a key, or null. In maps of maps and programs it is the kernel's id of what lies there. */
  lookup(key: Uint8Array): Uint8Array | null {
    const value = new Uint8Array(this.valueBytes);
    return this.lookupInto(key, value) ? value : null;
  }

  /** {@link BpfMap.lookup} into memory of the caller's; false if there is no such key. */
  lookupInto(key: Uint8Array, value: Uint8Array): boolean {
    this.#checkKey(key);
    this.#checkValue(value);
    return this.#backend.mapOperation(this.native, { kind: 'lookup', key, value });
  }

  /** Looks up and deletes in one step. Linux 5.14 for hashes. */
  take(key: Uint8Array): Uint8Array | null {
    this.#checkKey(key);
    const value = new Uint8Array(this.valueBytes);
    return this.#backend.mapOperation(this.native, { kind: 'take', key, value }) ? value : null;
  }

  /** Writes; false if `flags` forbade it. @param flags - {@link UpdateFlag}; @default `UpdateFlag.any` */
  update(key: Uint8Array, value: Uint8Array, flags: number = UpdateFlag.any): boolean {
    this.#checkKey(key);
    this.#checkValue(value);
    return this.#backend.mapOperation(this.native, { kind: 'update', key, value, flags });
  }

  /** Puts a map or a program under a key of a map of maps or programs. */
  updateInner(key: Uint8Array, inner: BpfMap | { readonly fd: number }): void {
    const value = Buffer.alloc(4);
    value.writeInt32LE(inner instanceof BpfMap ? inner.native.fd : inner.fd);
    this.update(key, value);
  }

  /** Deletes; false if there was no such key. */
  delete(key: Uint8Array): boolean {
    this.#checkKey(key);
    return this.#backend.mapOperation(this.native, { kind: 'delete', key });
  }

  /**
   * All keys, each in memory of its own. Keys may be deleted on the way. While others write to the map, a key may be
   * missed or come twice; it always ends, after as many keys as the map can hold.
   */
  *keys(): Generator<Uint8Array> {
    let key = this.#nextKey(null);
    for (let count = 0; key && count < this.info.maxEntries; count++) {
      // Looked up before the key is handed out, because the kernel starts over behind a key that is gone.
      const next = this.#nextKey(key);
      yield key;
      key = next;
    }
  }

  /** All entries, read many at once where the kernel can; otherwise like {@link BpfMap.keys}. */
  *entries(): Generator<MapEntry> {
    const batches = readRows(this.#backend, this.native, this.valueBytes, 'lookup');
    if (batches) {
      yield* batches;
      return;
    }
    for (const key of this.keys()) {
      const value = this.lookup(key);
      if (value) yield [key, value];
    }
  }

  /** All entries by batches of at most `size` rows. Linux 5.6; without batches in the kernel it is one row after the other. */
  *lookupBatch(size = 256): Generator<MapEntry[]> {
    let batch: MapEntry[] = [];
    for (const entry of this.entries()) {
      if (batch.push(entry) < size) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  }

  /**
   * Takes all entries out of a hash: what programs write meanwhile is either part of the result or still in the map.
   * Linux 5.6.
   */
  takeAll(): MapEntry[] {
    const batches = readRows(this.#backend, this.native, this.valueBytes, 'take');
    if (batches) return [...batches];
    const taken: MapEntry[] = [];
    for (const key of this.keys()) {
      const value = this.take(key);
      if (value) taken.push([key, value]);
    }
    return taken;
  }

  /** Writes many entries by few system calls. */
  updateBatch(entries: readonly (readonly [Uint8Array, Uint8Array])[], flags: number = UpdateFlag.any): void {
    for (const [key, value] of entries) {
      this.#checkKey(key);
      this.#checkValue(value);
    }
    if (updateRows(this.#backend, this.native, this.valueBytes, entries, flags)) return;
    for (const [key, value] of entries) this.update(key, value, flags);
  }

  /** Deletes many keys by few system calls; returns how many of them were there. */
  deleteBatch(keys: readonly Uint8Array[]): number {
    for (const key of keys) this.#checkKey(key);
    const removed = deleteRows(this.#backend, this.native, keys);
    return removed ?? keys.filter((key) => this.delete(key)).length;
  }

  /** Removes all entries; arrays are zeroed. */
  clear(): void {
    const keys = [...this.keys()];
    if (isArray(this.info.type)) {
      const zero = new Uint8Array(this.valueBytes);
      this.updateBatch(keys.map((key) => [key, zero]));
    } else {
      this.deleteBatch(keys);
    }
  }

  /** Values of the single CPUs in a value of a per-CPU map, by CPU number; views, not copies. */
  cpuValues(value: Uint8Array): Uint8Array[] {
    this.#checkValue(value);
    const { valueSize } = this.info;
    return Array.from({ length: this.valueBytes / this.valueStride }, (_, cpu) =>
      value.subarray(cpu * this.valueStride, cpu * this.valueStride + valueSize),
    );
  }

  /** For {@link RingReader}: maps the ring and closes the reader with the map. */
  openRing(reader: { close(): void }): NativeRing {
    const ring = this.#backend.mapRing(this.native);
    this.#readers.add(reader);
    return ring;
  }

  /** For {@link RingReader}: the reader closed by itself. */
  closeRing(reader: { close(): void }): void {
    this.#readers.remove(reader);
  }

  /** Closes its readers, and the map where it isn't part of an object. Idempotent. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#readers.close();
    this.#native.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #nextKey(key: Uint8Array | null): Uint8Array | null {
    const nextKey = new Uint8Array(this.info.keySize);
    return this.#backend.mapOperation(this.native, { kind: 'next', key, nextKey }) ? nextKey : null;
  }

  #checkKey(key: Uint8Array): void {
    if (key.length !== this.info.keySize) throw this.#wrongLength('key', key.length, this.info.keySize);
  }

  #checkValue(value: Uint8Array): void {
    if (value.length !== this.valueBytes) throw this.#wrongLength('value', value.length, this.valueBytes);
  }

  #wrongLength(what: string, length: number, right: number): EbpfError {
    return new EbpfError(
      'INVALID_ARGUMENT',
      `a ${what} of ${length} bytes for map ${this.name}, whose ${what}s have ${right}`,
    );
  }
}

/**
 * Creates a map outside of any object: an inner map, or one that several objects share. Whoever creates it closes it.
 *
 * @throws EbpfError `MAP_FAILED`
 */
export function createMap(definition: MapDefinition, backend: NativeBackend = defaultBackend()): BpfMap {
  return new BpfMap(backend, backend.createMap(definition));
}
