import { EbpfError } from '../../errors.js';
import type { Address } from './foreign.js';
import { type Mapping, mapAnonymous, unmap } from './memory.js';
import type { NativeLibrary } from './native-library.js';

/**
 * Room for each program's log, tried in this order: machines without overcommit may refuse much. Kernels before 6.4
 * refuse a program whose log does not fit.
 */
const roomBytes = [16 << 20, 1 << 20, 1 << 16];

/**
 * Room for the verifier's log of each program of an object: libbpf gives it to the kernel when a program was refused.
 * It is address space, not memory, until the kernel writes to it.
 */
export class VerifierLogs {
  /** Bytes for each program. */
  readonly size: number;
  readonly #library: NativeLibrary;
  readonly #mapping: Mapping;
  readonly #room: number;

  constructor(library: NativeLibrary, programs: number) {
    this.#library = library;
    const { mapping, room } = reserve(library, programs);
    this.#mapping = mapping;
    this.#room = room;
    // Kernels before 5.2 take one byte less than 16 MiB.
    this.size = room - 1;
  }

  /** Where the log of a program goes. */
  address(index: number): Address {
    return this.#mapping.address + index * this.#room;
  }

  /** What the verifier wrote about a program; empty if it wrote nothing. */
  read(index: number): string {
    const view = Buffer.from(this.#library.foreign.view(this.address(index), this.size));
    const end = view.indexOf(0);
    return view.toString('utf8', 0, end < 0 ? view.length : end);
  }

  close(): void {
    unmap(this.#library, this.#mapping);
  }
}

function reserve(library: NativeLibrary, programs: number): { mapping: Mapping; room: number } {
  for (const room of roomBytes) {
    const mapping = mapAnonymous(library, Math.max(1, programs) * room);
    if (mapping) return { mapping, room };
  }
  throw new EbpfError('LOAD_FAILED', `no memory for the verifier's logs of ${programs} programs`);
}
