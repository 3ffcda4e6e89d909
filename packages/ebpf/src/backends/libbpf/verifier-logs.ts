import type { Address } from './foreign.js';
import { type Mapping, mapAnonymous, unmap } from './memory.js';
import type { NativeLibrary } from './native-library.js';

/** Room for each program's log. Kernels before 6.4 refuse a program whose log does not fit. */
const logBytes = 16 << 20;

/**
 * Room for the verifier's log of each program of an object: libbpf gives it to the kernel when a program was refused.
 * It is address space, not memory, until the kernel writes to it.
 */
export class VerifierLogs {
  /** Bytes for each program. */
  readonly size = logBytes;
  readonly #library: NativeLibrary;
  readonly #mapping: Mapping | null;

  constructor(library: NativeLibrary, programs: number) {
    this.#library = library;
    this.#mapping = programs > 0 ? mapAnonymous(library, programs * logBytes) : null;
  }

  /** Where the log of a program goes. */
  address(index: number): Address {
    return (this.#mapping?.address ?? 0) + index * logBytes;
  }

  /** What the verifier wrote about a program; empty if it wrote nothing. */
  read(index: number): string {
    const view = Buffer.from(this.#library.foreign.view(this.address(index), logBytes));
    const end = view.indexOf(0);
    return view.toString('utf8', 0, end < 0 ? view.length : end);
  }

  close(): void {
    if (this.#mapping) unmap(this.#library, this.#mapping);
  }
}
