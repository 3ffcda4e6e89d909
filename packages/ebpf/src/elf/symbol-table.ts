import type { ElfFile } from './elf-file.js';
import { SectionType } from './elf-file.js';
import { stringAt, u64, viewOf } from './fields.js';

/** One symbol. */
export interface ElfSymbol {
  /** Name without the version (`malloc`, not `malloc@GLIBC_2.2.5`). */
  readonly name: string;
  /** `st_value`: a virtual address in executables and shared objects, an offset in its section in `.o` files. */
  readonly value: number;
  /** Bytes, 0 where the producer said nothing (assembler). */
  readonly size: number;
  /** {@link SymbolType}. */
  readonly type: number;
  /** 0 local, 1 global, 2 weak. */
  readonly binding: number;
  /** Index of the section that holds it; 0 if it is defined in another object. */
  readonly section: number;
}

/** Kinds of symbols (`ELF64_ST_TYPE`). `indirect` is a function that is chosen when it is first called (`STT_GNU_IFUNC`). */
export const SymbolType = { none: 0, object: 1, function: 2, section: 3, file: 4, tls: 6, indirect: 10 } as const;

const entrySize = 24;

/**
 * The symbols of one table, decoded one at a time: finding a name compares bytes and makes no string for the others.
 */
export class SymbolTable {
  /** Number of entries, the empty first one included. */
  readonly count: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #strings: Uint8Array;

  constructor(entries: Uint8Array, strings: Uint8Array) {
    this.count = Math.floor(entries.length / entrySize);
    this.#bytes = entries;
    this.#view = viewOf(entries);
    this.#strings = strings;
  }

  /**
   * The table of this kind, or null if the file has none (stripped).
   *
   * @throws ElfError if it lies outside the file.
   */
  static of(elf: ElfFile, kind: 'symtab' | 'dynsym'): SymbolTable | null {
    const section = elf.sections.find((candidate) => candidate.type === SectionType[kind]);
    if (!section) return null;
    const strings = elf.sections[section.link];
    return new SymbolTable(elf.data(section), strings ? elf.data(strings) : new Uint8Array(0));
  }

  /** The symbol at an index below `count`. */
  at(index: number): ElfSymbol {
    const at = index * entrySize;
    const info = this.#bytes[at + 4] as number;
    return {
      name: stringAt(this.#strings, this.#view.getUint32(at, true)),
      value: u64(this.#view, at + 8),
      size: u64(this.#view, at + 16),
      type: info & 0xf,
      binding: info >> 4,
      section: this.#view.getUint16(at + 6, true),
    };
  }

  /** The symbol of this name that is defined here, functions first; undefined if there is none. */
  find(name: string): ElfSymbol | undefined {
    const wanted = new TextEncoder().encode(name);
    let found: ElfSymbol | undefined;
    for (let index = 1; index < this.count; index++) {
      if (!this.#defined(index) || !this.#named(index, wanted)) continue;
      const symbol = this.at(index);
      if (isFunction(symbol)) return symbol;
      found ??= symbol;
    }
    return found;
  }

  /** All symbols of functions that are defined here and whose name passes. Local symbols may repeat a name. */
  *functions(accept: (name: string) => boolean = () => true): Generator<ElfSymbol> {
    for (let index = 1; index < this.count; index++) {
      const type = (this.#bytes[index * entrySize + 4] as number) & 0xf;
      if ((type !== SymbolType.function && type !== SymbolType.indirect) || !this.#defined(index)) continue;
      const symbol = this.at(index);
      if (accept(symbol.name)) yield symbol;
    }
  }

  #defined(index: number): boolean {
    return this.#view.getUint16(index * entrySize + 6, true) !== 0;
  }

  #named(index: number, wanted: Uint8Array): boolean {
    const start = this.#view.getUint32(index * entrySize, true);
    const strings = this.#strings;
    for (let offset = 0; offset < wanted.length; offset++) {
      if (strings[start + offset] !== wanted[offset]) return false;
    }
    const end = start + wanted.length;
    return end >= strings.length || strings[end] === 0;
  }
}

/** Whether a symbol is code that can be probed. */
export function isFunction(symbol: ElfSymbol): boolean {
  return symbol.type === SymbolType.function || symbol.type === SymbolType.indirect;
}
