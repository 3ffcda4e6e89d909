import { type ByteSource, fileSource, memorySource } from './byte-source.js';
import { ElfError, malformed } from './elf-error.js';
import { stringAt, u64, viewOf } from './fields.js';

/** One entry of the section header table. */
export interface ElfSection {
  readonly index: number;
  readonly name: string;
  /** `sh_type`: see {@link SectionType}. */
  readonly type: number;
  readonly flags: number;
  /** Virtual address, 0 if the section isn't loaded. */
  readonly address: number;
  /** Offset of the contents in the file, in bytes. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
  /** Index of an associated section: the string table of a symbol table. */
  readonly link: number;
  readonly info: number;
  /** Bytes for each entry of a table, or 0. */
  readonly entrySize: number;
}

/** One entry of the program header table: what the loader maps. */
export interface ElfSegment {
  /** `p_type`: see {@link SegmentType}. */
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly address: number;
  /** Bytes in the file. */
  readonly fileSize: number;
  /** Bytes in memory; what exceeds `fileSize` is zero. */
  readonly memorySize: number;
  readonly align: number;
}

/** Section types that this package looks at (`sh_type`, System V ABI). */
export const SectionType = { progbits: 1, symtab: 2, strtab: 3, note: 7, nobits: 8, dynsym: 11 } as const;
/** Segment types (`p_type`). */
export const SegmentType = { load: 1, dynamic: 2, interp: 3, note: 4 } as const;
/** Segment and section permissions: `PF_X` of a segment, `SHF_EXECINSTR` of a section. */
export const ElfFlag = { segmentExecute: 1, sectionExecute: 4, sectionCompressed: 0x800 } as const;
/** Machines (`e_machine`). */
export const ElfMachine = { x86_64: 62, aarch64: 183, bpf: 247 } as const;

const headerSize = 64;
const sectionHeaderSize = 64;
const programHeaderSize = 56;
const mostHeaders = 65_536;
const mostSectionBytes = 1 << 30;

/**
 * An ELF64 little-endian file: headers are read when it is opened, contents on demand. Every offset and length that the
 * file states is checked against its size before it is used.
 */
export class ElfFile implements Disposable {
  /** What to call it in messages. */
  readonly name: string;
  /** `e_type`: 1 relocatable, 2 executable, 3 shared object or position-independent executable. */
  readonly type: number;
  /** `e_machine`: see {@link ElfMachine}. */
  readonly machine: number;
  readonly entry: number;
  readonly sections: readonly ElfSection[];
  readonly segments: readonly ElfSegment[];

  readonly #source: ByteSource;

  constructor(source: ByteSource) {
    this.#source = source;
    this.name = source.name;
    const view = viewOf(readHeader(source));
    this.type = view.getUint16(16, true);
    this.machine = view.getUint16(18, true);
    this.entry = u64(view, 24);
    this.segments = this.#readSegments(u64(view, 32), view.getUint16(54, true), view.getUint16(56, true));
    this.sections = this.#readSections(
      u64(view, 40),
      view.getUint16(58, true),
      view.getUint16(60, true),
      view.getUint16(62, true),
    );
  }

  /**
   * Opens a file. Dispose it to close the descriptor.
   *
   * @throws ElfError
   */
  static open(path: string): ElfFile {
    const source = fileSource(path);
    try {
      return new ElfFile(source);
    } catch (error) {
      source[Symbol.dispose]();
      throw error;
    }
  }

  /**
   * Reads an object that is in memory; `name` is used in messages.
   *
   * @throws ElfError
   */
  static from(bytes: Uint8Array, name?: string): ElfFile {
    return new ElfFile(memorySource(bytes, name));
  }

  /** The first section of this name, or undefined. */
  section(name: string): ElfSection | undefined {
    return this.sections.find((section) => section.name === name);
  }

  /**
   * Contents of a section, as they stand in the file (empty for `.bss`).
   *
   * @throws ElfError `ELF_MALFORMED` outside the file, `ELF_TOO_LARGE` above 1 GiB.
   */
  data(section: ElfSection): Uint8Array {
    if (section.type === SectionType.nobits) return new Uint8Array(0);
    if (section.size > mostSectionBytes) {
      throw new ElfError('ELF_TOO_LARGE', `${this.name}: section ${section.name} has ${section.size} bytes`);
    }
    return this.#source.read(section.offset, section.size);
  }

  /**
   * Bytes at a place in the file.
   *
   * @throws ElfError `ELF_MALFORMED` outside the file.
   */
  bytes(offset: number, length: number): Uint8Array {
    return this.#source.read(offset, length);
  }

  /** Bytes that follow `offset` in the file, at most `length` of them and fewer at its end. */
  bytesUpTo(offset: number, length: number): Uint8Array {
    return this.#source.read(offset, Math.max(0, Math.min(length, this.#source.size - offset)));
  }

  /**
   * Offset in the file of a virtual address, by the program headers; null if no segment loads it from the file. This is
   * what uprobes want (`Documentation/trace/uprobetracer.rst`).
   */
  fileOffset(address: number): number | null {
    for (const segment of this.segments) {
      if (segment.type !== SegmentType.load) continue;
      const distance = address - segment.address;
      if (distance >= 0 && distance < segment.fileSize) return segment.offset + distance;
    }
    return null;
  }

  [Symbol.dispose](): void {
    this.#source[Symbol.dispose]();
  }

  #readSegments(offset: number, entrySize: number, count: number): ElfSegment[] {
    if (count === 0) return [];
    if (entrySize < programHeaderSize) throw malformed(this.name, `program headers of ${entrySize} bytes`);
    const view = viewOf(this.#source.read(offset, entrySize * count));
    return Array.from({ length: count }, (_, index) => {
      const at = index * entrySize;
      return {
        type: view.getUint32(at, true),
        flags: view.getUint32(at + 4, true),
        offset: u64(view, at + 8),
        address: u64(view, at + 16),
        fileSize: u64(view, at + 32),
        memorySize: u64(view, at + 40),
        align: u64(view, at + 48),
      };
    });
  }

  #readSections(offset: number, entrySize: number, statedCount: number, namesIndex: number): ElfSection[] {
    if (offset === 0) return [];
    if (entrySize < sectionHeaderSize) throw malformed(this.name, `section headers of ${entrySize} bytes`);
    const first = viewOf(this.#source.read(offset, entrySize));
    // With 0xff00 sections or more, the real count and index stand in the first header (System V ABI, e_shnum).
    const count = statedCount === 0 ? u64(first, 32) : statedCount;
    const names = namesIndex === 0xffff ? first.getUint32(40, true) : namesIndex;
    if (count > mostHeaders) throw new ElfError('ELF_TOO_LARGE', `${this.name}: ${count} section headers`);
    const view = viewOf(this.#source.read(offset, entrySize * count));
    const sections = Array.from({ length: count }, (_, index) => sectionAt(view, index, entrySize));
    const table = sections[names];
    const strings = table && table.type !== SectionType.nobits ? this.data(table) : new Uint8Array(0);
    return sections.map((section, index) => ({
      ...section,
      name: stringAt(strings, view.getUint32(index * entrySize, true)),
    }));
  }
}

function sectionAt(view: DataView, index: number, entrySize: number): ElfSection {
  const at = index * entrySize;
  return {
    index,
    name: '',
    type: view.getUint32(at + 4, true),
    flags: u64(view, at + 8),
    address: u64(view, at + 16),
    offset: u64(view, at + 24),
    size: u64(view, at + 32),
    link: view.getUint32(at + 40, true),
    info: view.getUint32(at + 44, true),
    entrySize: u64(view, at + 56),
  };
}

function readHeader(source: ByteSource): Uint8Array {
  const magic = source.read(0, Math.min(6, source.size));
  if (!(magic[0] === 0x7f && magic[1] === 0x45 && magic[2] === 0x4c && magic[3] === 0x46)) {
    throw new ElfError('ELF_NOT_ELF', `${source.name}: not an ELF file`);
  }
  if (magic[4] !== 2 || magic[5] !== 1) {
    const what = magic[4] === 1 ? '32-bit' : magic[5] === 2 ? 'big-endian' : 'unknown';
    throw new ElfError('ELF_UNSUPPORTED', `${source.name}: ${what} ELF; only 64-bit little-endian is read`);
  }
  if (source.size < headerSize) throw malformed(source.name, `only ${source.size} bytes long`);
  return source.read(0, headerSize);
}
