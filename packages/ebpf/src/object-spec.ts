import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { ElfFile, ElfFlag, ElfMachine, type ElfSection, SectionType } from './elf/elf-file.js';
import { SymbolTable, SymbolType } from './elf/symbol-table.js';
import { EbpfError } from './errors.js';
import { BpfObject, type LoadOptions } from './object.js';
import { type SectionFacts, sectionFacts } from './sections.js';

/** A program of an object file. */
export interface ProgramSpec {
  readonly name: string;
  /** As in the source, without the `?`: `tp_btf/sched_switch`. */
  readonly section: string;
  /** `enum bpf_prog_type`; undefined for sections that only libbpf knows. */
  readonly type: number | undefined;
  /** What the section's name says. */
  readonly facts: SectionFacts;
  /** False for sections that begin with `?`: loaded only if `autoload` says so. */
  readonly autoload: boolean;
}

/** A map of an object file. */
export interface MapSpec {
  readonly name: string;
  /** It holds global variables (`.rodata`, `.bss`, …) and was made by the compiler. */
  readonly internal: boolean;
}

/** A global variable of an object file. */
export interface GlobalSpec {
  readonly name: string;
  /** `.rodata`, `.data`, `.bss` or one of their named parts. */
  readonly section: string;
  /** Place in the section, in bytes. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
}

/**
 * What an eBPF object file holds. Opening one needs no kernel, no privileges and no native library, and gives the same
 * result everywhere; whatever depends on the running machine happens in {@link ObjectSpec.load}.
 */
export class ObjectSpec {
  /** File name without architecture and `.bpf.o`, or `object` for bytes. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly programs: readonly ProgramSpec[];
  readonly maps: readonly MapSpec[];
  readonly globals: readonly GlobalSpec[];

  private constructor(name: string, bytes: Uint8Array, elf: ElfFile) {
    this.name = name;
    this.bytes = bytes;
    const symbols = objectSymbols(elf);
    this.programs = symbols.flatMap(({ name, type, binding, section }) =>
      type === SymbolType.function && binding !== local && isProgramSection(section)
        ? [programSpec(name, section.name)]
        : [],
    );
    this.globals = symbols.flatMap(({ name, type, value, size, section }) =>
      type === SymbolType.object && isDataSection(section)
        ? [{ name, section: section.name, offset: value, size }]
        : [],
    );
    this.maps = [
      ...symbols.flatMap(({ name, type, section }) =>
        type === SymbolType.object && section.name === '.maps' ? [{ name, internal: false }] : [],
      ),
      ...elf.sections.filter(isDataSection).map(({ name }) => ({ name, internal: true })),
    ];
  }

  /**
   * Reads an object file.
   *
   * @throws EbpfError `OBJECT_UNREADABLE` if the path can't be read, `OBJECT_INVALID` if it is no eBPF object.
   */
  static open(pathOrBytes: string | URL | Uint8Array): ObjectSpec {
    const inMemory = pathOrBytes instanceof Uint8Array;
    const name = inMemory ? 'object' : basename(pathOrBytes.toString()).replace(/(\.(x86_64|arm64))?(\.bpf)?\.o$/, '');
    const bytes = inMemory ? pathOrBytes : readObject(pathOrBytes);
    try {
      const elf = ElfFile.from(bytes, name);
      if (elf.machine !== ElfMachine.bpf) {
        throw new EbpfError('OBJECT_INVALID', `${name} is an ELF file for machine ${elf.machine}, not for eBPF`, {
          hint: 'compile it with clang -target bpf',
        });
      }
      return new ObjectSpec(name, bytes, elf);
    } catch (cause) {
      if (cause instanceof EbpfError) throw cause;
      throw new EbpfError('OBJECT_INVALID', `${name} is no eBPF object: ${(cause as Error).message}`, { cause });
    }
  }

  /**
   * Creates the object's maps in the kernel and loads its programs. Nothing runs before a program is attached.
   *
   * @throws VerifierError if the kernel refuses a program
   * @throws EbpfCapabilityError `LIBBPF_MISSING`, `NO_PRIVILEGES`, `NO_BTF`, `UNSUPPORTED`
   * @throws EbpfError `MAP_NOT_FOUND`, `PROGRAM_NOT_FOUND`, `GLOBAL_NOT_FOUND` if an option names something that the object doesn't have; `LOAD_FAILED`
   */
  load(options: LoadOptions = {}): BpfObject {
    return BpfObject.load(this, options);
  }
}

const local = 0;

interface PlacedSymbol {
  readonly name: string;
  readonly type: number;
  readonly binding: number;
  readonly value: number;
  readonly size: number;
  readonly section: ElfSection;
}

/** Named symbols that lie in a section, in the order of section and place. */
function objectSymbols(elf: ElfFile): PlacedSymbol[] {
  const table = SymbolTable.of(elf, 'symtab');
  const symbols: PlacedSymbol[] = [];
  for (let index = 1; index < (table?.count ?? 0); index++) {
    const symbol = table!.at(index);
    const section = elf.sections[symbol.section];
    if (section && symbol.section !== 0 && symbol.name !== '') symbols.push({ ...symbol, section });
  }
  return symbols.sort((a, b) => a.section.index - b.section.index || a.value - b.value);
}

function isProgramSection(section: ElfSection): boolean {
  // `.text` holds functions that programs call; libbpf copies them into their callers.
  return (
    section.type === SectionType.progbits && (section.flags & ElfFlag.sectionExecute) !== 0 && section.name !== '.text'
  );
}

function isDataSection({ name, type, size }: ElfSection): boolean {
  if (type !== SectionType.progbits && type !== SectionType.nobits) return false;
  return size > 0 && /^\.(rodata|data|bss)(\.|$)/.test(name);
}

function programSpec(name: string, section: string): ProgramSpec {
  const facts = sectionFacts(section);
  return { name, section: section.replace(/^\?/, ''), type: facts.type, facts, autoload: !section.startsWith('?') };
}

function readObject(path: string | URL): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new EbpfError('OBJECT_UNREADABLE', `${path}: ${(cause as Error).message}`, {
      hint: 'objects are built by `npm run build:bpf`; is this architecture’s there?',
      cause,
    });
  }
}
