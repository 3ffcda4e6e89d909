import { readFileSync } from 'node:fs';
import { ElfFile } from '../elf/elf-file.js';
import { stringAt, viewOf } from '../elf/fields.js';
import { BtfError } from './btf-error.js';
import { BtfKind, type BtfKindName, type BtfType, type BtfTypeOf } from './btf-type.js';
import { decodeType, recordSize } from './decode-type.js';

const magic = 0xeb9f;
const smallestHeader = 24;
const kindNames = Object.keys(BtfKind) as BtfKindName[];

/**
 * Type information of a BPF object or of the kernel (`Documentation/bpf/btf.rst`). Types are decoded when they are asked
 * for: the kernel has more than a hundred thousand.
 */
export class Btf {
  /** Number of types, `void` and those of the base included: ids go from 0 to `count - 1`. */
  readonly count: number;
  readonly #base: Btf | null;
  readonly #firstId: number;
  readonly #firstString: number;
  readonly #view: DataView;
  readonly #strings: Uint8Array;
  /** Offset of each type's record; the first is `firstId`. */
  readonly #offsets: Uint32Array;
  readonly #decoded = new Map<number, BtfType>();

  private constructor(bytes: Uint8Array, base: Btf | null, name: string) {
    const view = viewOf(bytes);
    if (bytes.length < smallestHeader || view.getUint16(0, true) !== magic) {
      throw new BtfError('BTF_MALFORMED', `${name}: not little-endian BTF`);
    }
    const headerSize = view.getUint32(4, true);
    const types = slice(bytes, headerSize + view.getUint32(8, true), view.getUint32(12, true), name);
    this.#strings = slice(bytes, headerSize + view.getUint32(16, true), view.getUint32(20, true), name);
    this.#view = viewOf(types);
    this.#base = base;
    this.#firstId = base?.count ?? 1;
    this.#firstString = base ? base.#firstString + base.#strings.length : 0;
    this.#offsets = indexTypes(this.#view, name);
    this.count = this.#firstId + this.#offsets.length;
  }

  /**
   * Reads raw BTF.
   *
   * @param base - for BTF of a kernel module: the kernel's, which its ids continue
   * @throws BtfError `BTF_MALFORMED`
   */
  static parse(bytes: Uint8Array, options: { base?: Btf; name?: string } = {}): Btf {
    return new Btf(bytes, options.base ?? null, options.name ?? '<memory>');
  }

  /**
   * Reads the `.BTF` section of an object.
   *
   * @throws BtfError `BTF_MISSING` if there is none
   */
  static fromElf(elf: ElfFile): Btf {
    const section = elf.section('.BTF');
    if (!section) {
      throw new BtfError('BTF_MISSING', `${elf.name}: no type information`, { hint: 'compile it with clang -g' });
    }
    return Btf.parse(elf.data(section), { name: elf.name });
  }

  /**
   * Reads an object file, or a file of raw BTF.
   *
   * @throws BtfError, ElfError
   */
  static open(path: string): Btf {
    let bytes: Uint8Array;
    try {
      bytes = readFileSync(path);
    } catch (cause) {
      throw new BtfError('BTF_MISSING', `${path}: ${(cause as Error).message}`, { cause });
    }
    if (bytes[0] === 0x9f && bytes[1] === 0xeb) return Btf.parse(bytes, { name: path });
    return Btf.fromElf(ElfFile.from(bytes, path));
  }

  /**
   * Reads the running kernel's types (`CONFIG_DEBUG_INFO_BTF`, since 5.2), or those of one of its modules (since 5.11).
   *
   * @throws BtfError `BTF_MISSING` if the kernel was built without
   */
  static kernel(module?: string): Btf {
    const path = '/sys/kernel/btf/vmlinux';
    let kernel: Btf;
    try {
      kernel = Btf.parse(readFileSync(path), { name: path });
    } catch (cause) {
      if (cause instanceof BtfError) throw cause;
      throw new BtfError('BTF_MISSING', 'the kernel offers no type information', {
        hint: `${path} can't be read: use a kernel with CONFIG_DEBUG_INFO_BTF, and mount sysfs`,
        cause,
      });
    }
    if (module === undefined) return kernel;
    const modulePath = `/sys/kernel/btf/${module}`;
    try {
      return Btf.parse(readFileSync(modulePath), { base: kernel, name: modulePath });
    } catch (cause) {
      if (cause instanceof BtfError) throw cause;
      throw new BtfError('BTF_MISSING', `no type information of module ${module}`, { cause });
    }
  }

  /**
   * The type with this id.
   *
   * @throws BtfError `BTF_MALFORMED` if there is no such id
   */
  type(id: number): BtfType {
    if (id === 0) return { id: 0, kind: 'void', name: '' };
    if (this.#base && id < this.#firstId) return this.#base.type(id);
    const known = this.#decoded.get(id);
    if (known) return known;
    const offset = this.#offsets[id - this.#firstId];
    if (offset === undefined) throw new BtfError('BTF_MALFORMED', `type ${id} of ${this.count} does not exist`);
    const type = decodeType(id, this.#view, offset, (at) => this.string(at));
    this.#decoded.set(id, type);
    return type;
  }

  /** The type of this name, of one kind if that is given; undefined if there is none. Of several, the first. */
  find<K extends BtfType['kind']>(name: string, kind?: K): BtfTypeOf<K> | undefined {
    const inBase = this.#base?.find(name, kind);
    if (inBase) return inBase;
    const wanted = new TextEncoder().encode(name);
    for (let index = 0; index < this.#offsets.length; index++) {
      const at = this.#offsets[index]!;
      if (kind !== undefined && kindNames[this.#kindAt(at)] !== kind) continue;
      if (this.#named(this.#view.getUint32(at, true), wanted)) {
        return this.type(this.#firstId + index) as BtfTypeOf<K>;
      }
    }
    return undefined;
  }

  /** All types of one kind, in order of their ids; those of the base come first. */
  *all<K extends BtfType['kind']>(kind: K): Generator<BtfTypeOf<K>> {
    if (this.#base) yield* this.#base.all(kind);
    for (let index = 0; index < this.#offsets.length; index++) {
      if (kindNames[this.#kindAt(this.#offsets[index]!)] !== kind) continue;
      yield this.type(this.#firstId + index) as BtfTypeOf<K>;
    }
  }

  /** The string at an offset in the string section. */
  string(offset: number): string {
    if (offset < this.#firstString && this.#base) return this.#base.string(offset);
    return stringAt(this.#strings, offset - this.#firstString);
  }

  #kindAt(at: number): number {
    return (this.#view.getUint32(at + 4, true) >>> 24) & 0x1f;
  }

  #named(offset: number, wanted: Uint8Array): boolean {
    if (offset < this.#firstString) return this.#base?.string(offset) === new TextDecoder().decode(wanted);
    const start = offset - this.#firstString;
    for (let index = 0; index < wanted.length; index++) {
      if (this.#strings[start + index] !== wanted[index]) return false;
    }
    return this.#strings[start + wanted.length] === 0;
  }
}

function indexTypes(view: DataView, name: string): Uint32Array {
  // The smallest record has 12 bytes, so this many can't be exceeded.
  const offsets = new Uint32Array(Math.ceil(view.byteLength / 12));
  let count = 0;
  let at = 0;
  while (at < view.byteLength) {
    if (at + 12 > view.byteLength) throw truncated(name, at);
    const size = recordSize(view.getUint32(at + 4, true));
    if (size === 0) throw new BtfError('BTF_MALFORMED', `${name}: type ${count + 1} is of a kind that isn't known`);
    if (at + size > view.byteLength) throw truncated(name, at);
    offsets[count++] = at;
    at += size;
  }
  return offsets.slice(0, count);
}

function truncated(name: string, at: number): BtfError {
  return new BtfError('BTF_MALFORMED', `${name}: a type at ${at} reaches beyond the type section`);
}

function slice(bytes: Uint8Array, start: number, length: number, name: string): Uint8Array {
  if (start + length > bytes.length) throw new BtfError('BTF_MALFORMED', `${name}: BTF is cut short`);
  return bytes.subarray(start, start + length);
}
