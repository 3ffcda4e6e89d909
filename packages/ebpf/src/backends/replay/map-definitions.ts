import { Btf, type BtfComposite, type BtfMember, resolveType, sizeOf } from '../../btf/index.js';
import { ElfFile, type ElfSection } from '../../elf/index.js';
import { MapType } from '../../map-type.js';

/** A map as an object file defines it. */
export interface DefinedMap {
  readonly name: string;
  readonly type: number;
  readonly keySize: number;
  readonly valueSize: number;
  readonly maxEntries: number;
  readonly flags: number;
  /** First contents, for maps of global variables; null for others. */
  readonly contents: Uint8Array | null;
}

/** `BPF_F_RDONLY_PROG`, `BPF_F_MMAPABLE`: what libbpf gives to maps of global variables. */
const readOnlyForPrograms = 1 << 7;
const canBeMapped = 1 << 10;

/**
 * Reads map definitions the way libbpf does: from the types of the variables in section `.maps`
 * (`__uint`, `__type` and `__array` of `bpf_helpers.h`), and one map for each section of global variables.
 *
 * @throws ElfError, BtfError
 */
export function readMapDefinitions(bytes: Uint8Array, name: string): Map<string, DefinedMap> {
  const elf = ElfFile.from(bytes, name);
  const maps = elf.sections.filter(isGlobals).map((section) => globalsMap(elf, section));
  if (elf.section('.maps')) {
    const btf = Btf.fromElf(elf);
    for (const { type } of btf.find('.maps', 'dataSection')?.variables ?? []) {
      const variable = btf.type(type);
      if (variable.kind !== 'variable') continue;
      const shape = resolveType(btf, variable.type);
      if (shape.kind === 'struct') maps.push(definedMap(btf, variable.name, shape));
    }
  }
  return new Map(maps.map((map) => [map.name, map]));
}

function definedMap(btf: Btf, name: string, shape: BtfComposite): DefinedMap {
  const member = (field: string) => shape.members.find((candidate) => candidate.name === field);
  const inner = member('values') ? 4 : 0;
  return {
    name,
    type: number(btf, member('type')),
    keySize: number(btf, member('key_size')) || pointedSize(btf, member('key')),
    valueSize: number(btf, member('value_size')) || pointedSize(btf, member('value')) || inner,
    maxEntries: number(btf, member('max_entries')),
    flags: number(btf, member('map_flags')),
    contents: null,
  };
}

/** `__uint(name, value)` is `int (*name)[value]`: the number is the array's length. */
function number(btf: Btf, member: BtfMember | undefined): number {
  const pointer = member && resolveType(btf, member.type);
  if (pointer?.kind !== 'pointer') return 0;
  const array = resolveType(btf, pointer.target);
  return array.kind === 'array' ? array.length : 0;
}

/** `__type(name, type)` is `typeof(type) *name`. */
function pointedSize(btf: Btf, member: BtfMember | undefined): number {
  const pointer = member && resolveType(btf, member.type);
  return pointer?.kind === 'pointer' ? sizeOf(btf, pointer.target) : 0;
}

function isGlobals(section: ElfSection): boolean {
  return section.size > 0 && /^\.(rodata|data|bss)(\.|$)/.test(section.name);
}

function globalsMap(elf: ElfFile, section: ElfSection): DefinedMap {
  // Zero up to 16 MiB: the kernel's own limit for such a map is far below.
  const contents = new Uint8Array(Math.min(section.size, 1 << 24));
  contents.set(elf.data(section).subarray(0, contents.length));
  return {
    name: section.name,
    type: MapType.array,
    keySize: 4,
    valueSize: contents.length,
    maxEntries: 1,
    flags: section.name.startsWith('.rodata') ? readOnlyForPrograms | canBeMapped : canBeMapped,
    contents,
  };
}
