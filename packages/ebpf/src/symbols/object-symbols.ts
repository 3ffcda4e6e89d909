import {
  ElfFile,
  type ElfSymbol,
  readDebugData,
  readUsdtProbes,
  SymbolTable,
  SymbolType,
  type UsdtProbe,
} from '../elf/index.js';
import { SymbolError } from './symbol-error.js';
import { planUprobe, type UprobePlan } from './uprobe-plan.js';

/**
 * The functions of one object, wherever their names are kept: `.symtab`, `.dynsym`, `.gnu_debugdata`. Tables are read
 * on first use. Dispose it to close the file.
 */
export class ObjectSymbols implements Disposable {
  /** Path by which the file was opened, which is the path to attach by. */
  readonly path: string;
  readonly #elf: ElfFile;
  #tables: SymbolTable[] | null = null;

  private constructor(elf: ElfFile) {
    this.#elf = elf;
    this.path = elf.name;
  }

  /**
   * Opens an executable or a shared object.
   *
   * @throws ElfError
   */
  static open(path: string): ObjectSymbols {
    return new ObjectSymbols(ElfFile.open(path));
  }

  /** Reads an object in memory; `path` is where it is to be attached. */
  static from(bytes: Uint8Array, path: string): ObjectSymbols {
    return new ObjectSymbols(ElfFile.from(bytes, path));
  }

  /** The function (or else variable) of this name that is defined here. */
  find(name: string): ElfSymbol | undefined {
    let other: ElfSymbol | undefined;
    for (const table of this.#all()) {
      const found = table.find(name);
      if (found?.type === SymbolType.function) return found;
      other ??= found;
    }
    return other;
  }

  /** Functions whose name passes; each address once, under the first of its names. */
  functions(accept: (name: string) => boolean): ElfSymbol[] {
    const byAddress = new Map<number, ElfSymbol>();
    for (const table of this.#all()) {
      for (const symbol of table.functions(accept)) {
        if (!byAddress.has(symbol.value)) byAddress.set(symbol.value, symbol);
      }
    }
    return [...byAddress.values()];
  }

  /**
   * Where to put a uprobe for a function.
   *
   * @throws SymbolError `SYMBOL_NOT_FOUND`, `SYMBOL_INDIRECT` or `SYMBOL_NOT_IN_FILE`
   */
  plan(name: string): UprobePlan {
    const symbol = this.find(name);
    if (!symbol) {
      throw new SymbolError('SYMBOL_NOT_FOUND', `${this.path} has no function ${name}`, {
        hint: this.#all().length === 0 ? 'the file is stripped of all names' : undefined,
      });
    }
    return planUprobe(this.#elf, symbol);
  }

  /** Plans for all functions whose name passes; those that can't be probed are left out. */
  planAll(accept: (name: string) => boolean): UprobePlan[] {
    const plans: UprobePlan[] = [];
    for (const symbol of this.functions(accept)) {
      try {
        plans.push(planUprobe(this.#elf, symbol));
      } catch (error) {
        if (!(error instanceof SymbolError)) throw error;
      }
    }
    return plans;
  }

  /** Statically defined tracepoints, with the offsets in the file that attaching wants. */
  usdt(): (UsdtProbe & { offset: number; semaphoreOffset: number })[] {
    return readUsdtProbes(this.#elf).flatMap((probe) => {
      const offset = this.#elf.fileOffset(probe.address);
      if (offset === null) return [];
      return [{ ...probe, offset, semaphoreOffset: this.#semaphoreOffset(probe) }];
    });
  }

  /** Offset in the file of a virtual address of the object (not of a process); null if it isn't loaded from the file. */
  fileOffset(address: number): number | null {
    return this.#elf.fileOffset(address);
  }

  [Symbol.dispose](): void {
    this.#elf[Symbol.dispose]();
  }

  #semaphoreOffset(probe: UsdtProbe): number {
    return probe.semaphore === 0 ? 0 : (this.#elf.fileOffset(probe.semaphore) ?? 0);
  }

  #all(): SymbolTable[] {
    if (this.#tables) return this.#tables;
    const own = [SymbolTable.of(this.#elf, 'symtab'), SymbolTable.of(this.#elf, 'dynsym')];
    // With .symtab nothing is missing; without it, distributions keep the rest of the names compressed.
    const debug = own[0] ? null : readDebugData(this.#elf);
    this.#tables = [...own, debug && SymbolTable.of(debug, 'symtab')].filter((table) => table !== null);
    return this.#tables;
  }
}
