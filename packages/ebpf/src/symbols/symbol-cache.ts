import type { MappedObject } from './mapped-objects.js';
import { ObjectSymbols } from './object-symbols.js';

/** Options of {@link SymbolCache}. */
export interface SymbolCacheOptions {
  /** Most objects kept open; each holds its symbol tables (10 MB for a large program). @default 32 */
  readonly maxObjects?: number;
}

/** Opens each object once, by its identity, and closes those that were not asked for in the longest time. */
export class SymbolCache implements Disposable {
  readonly #maxObjects: number;
  readonly #open = new Map<string, ObjectSymbols>();

  constructor(options: SymbolCacheOptions = {}) {
    this.#maxObjects = Math.max(1, options.maxObjects ?? 32);
  }

  /** Number of objects that are open. */
  get size(): number {
    return this.#open.size;
  }

  /**
   * The symbols of a mapped object. Valid until others push it out: use it at once, and don't keep it.
   *
   * @throws ElfError if the file is gone or isn't an ELF file
   */
  get(object: MappedObject): ObjectSymbols {
    const known = this.#open.get(object.identity);
    const symbols = known ?? ObjectSymbols.open(object.file);
    this.#open.delete(object.identity);
    this.#open.set(object.identity, symbols);
    for (const [identity, oldest] of this.#open) {
      if (this.#open.size <= this.#maxObjects) break;
      this.#open.delete(identity);
      oldest[Symbol.dispose]();
    }
    return symbols;
  }

  [Symbol.dispose](): void {
    for (const symbols of this.#open.values()) symbols[Symbol.dispose]();
    this.#open.clear();
  }
}
