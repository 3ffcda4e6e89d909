import type { MapInfo, MapOperation, NativeMap } from '../../backend.js';
import { EbpfError } from '../../errors.js';
import { isArray, MapType } from '../../map-type.js';
import { Errno, errnoName } from '../libbpf/kernel-error.js';

const hashTypes: readonly number[] = [
  MapType.hash,
  MapType.perCpuHash,
  MapType.lruHash,
  MapType.lruPerCpuHash,
  MapType.lpmTrie,
  MapType.hashOfMaps,
];
const lruTypes: readonly number[] = [MapType.lruHash, MapType.lruPerCpuHash];
/** Arrays whose entries may be absent. */
const sparseTypes: readonly number[] = [
  MapType.arrayOfMaps,
  MapType.programArray,
  MapType.perfEventArray,
  MapType.cgroupArray,
];

/** A map without a kernel: an ordered table that answers like the kernel's, errors included. */
export class MemoryMap implements NativeMap {
  readonly fd: number;
  readonly info: MapInfo;
  readonly #rows = new Map<string, Uint8Array>();
  /** Where the last step to the next key ended, so that a walk over a large map takes one pass. */
  #walk: { key: string; keys: Iterator<string> } | null = null;

  constructor(fd: number, info: MapInfo) {
    this.fd = fd;
    this.info = info;
  }

  close(): void {}

  /**
   * {@link NativeBackend.mapOperation}.
   *
   * @throws EbpfError `MAP_FAILED` with the errno that the kernel would give
   */
  operate(operation: MapOperation): boolean {
    switch (operation.kind) {
      case 'lookup':
        return this.#lookup(operation.key, operation.value);
      case 'take':
        return this.#lookup(operation.key, operation.value) && this.#delete(operation.key);
      case 'update':
        return this.#update(operation.key, operation.value, operation.flags);
      case 'delete':
        return this.#delete(operation.key);
      case 'next':
        return this.#isDense() ? this.#nextIndex(operation) : this.#nextKey(operation);
    }
  }

  #isDense(): boolean {
    return isArray(this.info.type);
  }

  #isIndexed(): boolean {
    return this.#isDense() || sparseTypes.includes(this.info.type);
  }

  #lookup(key: Uint8Array, value: Uint8Array): boolean {
    this.#checkType('lookup');
    const row = this.#rows.get(nameOf(key));
    if (row) value.set(row);
    else if (!this.#isDense() || indexOf(key) >= this.info.maxEntries) return false;
    else value.fill(0);
    return true;
  }

  #update(key: Uint8Array, value: Uint8Array, flags: number): boolean {
    this.#checkType('update');
    const name = nameOf(key);
    const exists = this.#rows.has(name) || (this.#isDense() && indexOf(key) < this.info.maxEntries);
    if (this.#isIndexed() && indexOf(key) >= this.info.maxEntries) throw this.#refused('update', Errno.E2BIG);
    if ((flags === 1 && exists) || (flags === 2 && !exists)) return false;
    if (!exists && this.#rows.size >= this.info.maxEntries) {
      if (!lruTypes.includes(this.info.type)) throw this.#refused('update', Errno.E2BIG);
      this.#rows.delete(this.#rows.keys().next().value as string);
    }
    // The newest row comes last, so that the first one is the one to go.
    if (lruTypes.includes(this.info.type)) this.#rows.delete(name);
    this.#rows.set(name, value.slice());
    return true;
  }

  #delete(key: Uint8Array): boolean {
    this.#checkType('delete');
    if (this.#isDense()) throw this.#refused('delete', Errno.EINVAL);
    return this.#rows.delete(nameOf(key));
  }

  #nextIndex({ key, nextKey }: { key: Uint8Array | null; nextKey: Uint8Array }): boolean {
    const index = key ? indexOf(key) : -1;
    const next = index < this.info.maxEntries ? index + 1 : 0;
    if (next >= this.info.maxEntries) return false;
    new DataView(nextKey.buffer, nextKey.byteOffset).setUint32(0, next, true);
    return true;
  }

  #nextKey({ key, nextKey }: { key: Uint8Array | null; nextKey: Uint8Array }): boolean {
    this.#checkType('next');
    const name = key && nameOf(key);
    let keys: Iterator<string>;
    if (name !== null && this.#walk?.key === name) {
      keys = this.#walk.keys;
    } else {
      keys = this.#rows.keys();
      // Like the kernel, begin anew behind a key that is gone.
      if (name !== null && this.#rows.has(name)) while (keys.next().value !== name);
    }
    const next = keys.next();
    this.#walk = next.done ? null : { key: next.value, keys };
    if (next.done) return false;
    nextKey.set(Buffer.from(next.value, 'latin1'));
    return true;
  }

  #checkType(verb: string): void {
    if (!hashTypes.includes(this.info.type) && !this.#isIndexed()) throw this.#refused(verb, Errno.EINVAL);
  }

  #refused(verb: string, errno: number): EbpfError {
    return new EbpfError('MAP_FAILED', `${verb} on map ${this.info.name}: ${errnoName(errno)}`, { errno });
  }
}

function nameOf(key: Uint8Array): string {
  return Buffer.from(key.buffer, key.byteOffset, key.length).toString('latin1');
}

function indexOf(key: Uint8Array): number {
  return new DataView(key.buffer, key.byteOffset, key.length).getUint32(0, true);
}
