import type { Address } from './foreign.js';
import { kernelError } from './kernel-error.js';
import type { NativeLibrary } from './native-library.js';

const PROT_READ = 1;
const PROT_WRITE = 2;
const MAP_SHARED = 1;
const MAP_PRIVATE = 2;
const MAP_FIXED = 0x10;
const MAP_ANONYMOUS = 0x20;
const MAP_NORESERVE = 0x4000;

/** Part of a file or of a BPF map that is mapped. */
export interface Mapping {
  readonly address: Address;
  readonly length: number;
}

/**
 * Maps a descriptor, shared.
 *
 * @throws EbpfError `RING_FAILED`
 */
export function mapShared(
  library: NativeLibrary,
  fd: number,
  offset: number,
  length: number,
  writable: boolean,
): Mapping {
  const protection = writable ? PROT_READ | PROT_WRITE : PROT_READ;
  const address = library.libc.mmap(0, length, protection, MAP_SHARED, fd, offset);
  if (address === -1) throw kernelError('RING_FAILED', `can't map ${length} bytes`, library.foreign.errno());
  return { address, length };
}

/** Zeroed memory that takes a physical page only where it is touched; null if the machine refuses so much. */
export function mapAnonymous(library: NativeLibrary, length: number): Mapping | null {
  const flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
  const address = library.libc.mmap(0, length, PROT_READ | PROT_WRITE, flags, -1, 0);
  return address === -1 ? null : { address, length };
}

/** Gives a mapping back. Nothing may view it any more: use {@link MappedView} where JavaScript does. */
export function unmap(library: NativeLibrary, mapping: Mapping): void {
  library.libc.munmap(mapping.address, mapping.length);
}

/**
 * A mapping that JavaScript views. Node 20 can't detach such a view, and somebody may still hold it after `close`, so
 * `close` puts untouched anonymous memory in the place of the mapping: what it held is released at once, a stale view
 * reads zeros and never faults. The address range itself is given back when the last view was collected.
 */
export class MappedView {
  readonly buffer: ArrayBuffer;
  readonly #library: NativeLibrary;
  readonly #mapping: Mapping;
  #closed = false;

  constructor(library: NativeLibrary, mapping: Mapping) {
    this.#library = library;
    this.#mapping = mapping;
    this.buffer = library.foreign.view(mapping.address, mapping.length);
    collected.register(this.buffer, { library, mapping });
  }

  /** Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED;
    const { address, length } = this.#mapping;
    this.#library.libc.mmap(address, length, PROT_READ | PROT_WRITE, flags, -1, 0);
  }
}

const collected = new FinalizationRegistry<{ library: NativeLibrary; mapping: Mapping }>(({ library, mapping }) =>
  unmap(library, mapping),
);
