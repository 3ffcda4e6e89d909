import type { Btf } from './btf.js';
import { BtfError } from './btf-error.js';
import type { BtfComposite, BtfType } from './btf-type.js';

/** A type without aliases and qualifiers, which say nothing about its layout. */
export type BtfPlainType = Exclude<BtfType, { kind: 'typedef' | 'volatile' | 'const' | 'restrict' | 'typeTag' }>;

const mostSteps = 64;
const mostMembers = 65_536;

/**
 * Follows typedefs and qualifiers to the type that they stand for.
 *
 * @throws BtfError `BTF_MALFORMED` if they run in a circle
 */
export function resolve(btf: Btf, id: number): BtfPlainType {
  let type = btf.type(id);
  for (let step = 0; step < mostSteps; step++) {
    switch (type.kind) {
      case 'typedef':
      case 'volatile':
      case 'const':
      case 'restrict':
      case 'typeTag':
        type = btf.type((type as Extract<BtfType, { target: number }>).target);
        break;
      default:
        return type as BtfPlainType;
    }
  }
  throw new BtfError('BTF_MALFORMED', `type ${id} stands for itself`);
}

/**
 * Bytes that a value of the type takes.
 *
 * @throws BtfError `BTF_MALFORMED` for functions, `void` and types that are only declared
 */
export function sizeOf(btf: Btf, id: number): number {
  let count = 1;
  let type = resolve(btf, id);
  for (let step = 0; step < mostSteps && type.kind === 'array'; step++) {
    count *= type.length;
    type = resolve(btf, type.element);
  }
  switch (type.kind) {
    case 'pointer':
      return count * 8;
    case 'int':
    case 'float':
    case 'struct':
    case 'union':
    case 'enum':
    case 'enum64':
      return count * type.size;
    case 'variable':
      return sizeOf(btf, type.type);
    default:
      throw new BtfError('BTF_MALFORMED', `${type.kind} ${type.name || id} has no size`);
  }
}

/** Where a field lies and what it is. Fields of anonymous structs and unions appear as if they were the struct's own. */
export interface BtfField {
  readonly name: string;
  /** Offset from the start of the struct, in bytes; of a bitfield, of the byte that holds its first bit. */
  readonly offset: number;
  /** Bytes, or for a bitfield 0. */
  readonly size: number;
  /** Bits from `offset` to the first bit of a bitfield, 0 to 7; 0 for others. */
  readonly bitShift: number;
  /** Width of a bitfield in bits, 0 for others. */
  readonly bitSize: number;
  /** Id of the type, aliases and qualifiers included. */
  readonly type: number;
  /** The same without them. */
  readonly plain: BtfPlainType;
  /** Words that `__attribute__((btf_decl_tag("…")))` put on the field. */
  readonly tags: readonly string[];
}

/**
 * The fields of a struct or union, in order, with anonymous members unfolded.
 *
 * @throws BtfError `BTF_MALFORMED` if members nest without end
 */
export function fieldsOf(btf: Btf, composite: BtfComposite): BtfField[] {
  const walk: Walk = { btf, tags: tagsByType(btf), fields: [], members: 0 };
  unfold(walk, composite, 0, 0);
  return walk.fields;
}

/**
 * The struct or union of this name (also through a typedef).
 *
 * @throws BtfError `BTF_NO_SUCH_TYPE`
 */
export function findComposite(btf: Btf, name: string): BtfComposite {
  const direct = btf.find(name, 'struct') ?? btf.find(name, 'union');
  if (direct) return direct;
  const alias = btf.find(name, 'typedef');
  const target = alias ? resolve(btf, alias.id) : undefined;
  if (target?.kind === 'struct' || target?.kind === 'union') return target;
  throw new BtfError('BTF_NO_SUCH_TYPE', `no struct or union ${name}`, {
    hint: `clang describes only types that a variable has: add \`struct ${name} *exported SEC(".bpf2ts");\` to the source`,
  });
}

/**
 * Offset in bytes of a field, by its path (`sk.__sk_common.skc_family`).
 *
 * @throws BtfError `BTF_NO_SUCH_TYPE`, `BTF_NO_SUCH_FIELD`
 */
export function fieldOffset(btf: Btf, struct: string, path: string): number {
  let composite = findComposite(btf, struct);
  let offset = 0;
  const names = path.split('.');
  for (const [index, name] of names.entries()) {
    const field = fieldsOf(btf, composite).find((candidate) => candidate.name === name);
    if (!field) throw new BtfError('BTF_NO_SUCH_FIELD', `${composite.kind} ${composite.name} has no field ${name}`);
    offset += field.offset;
    if (index === names.length - 1) break;
    if (field.plain.kind !== 'struct' && field.plain.kind !== 'union') {
      throw new BtfError('BTF_NO_SUCH_FIELD', `${name} of ${composite.kind} ${composite.name} has no fields`);
    }
    composite = field.plain;
  }
  return offset;
}

type Tags = ReadonlyMap<number, ReadonlyMap<number, readonly string[]>>;

const tagCache = new WeakMap<Btf, Tags>();

function tagsByType(btf: Btf): Tags {
  const known = tagCache.get(btf);
  if (known) return known;
  const tags = new Map<number, Map<number, string[]>>();
  for (const tag of btf.all('declarationTag')) {
    const components = tags.get(tag.target) ?? new Map<number, string[]>();
    tags.set(tag.target, components);
    components.set(tag.component, [...(components.get(tag.component) ?? []), tag.name]);
  }
  tagCache.set(btf, tags);
  return tags;
}

interface Walk {
  readonly btf: Btf;
  readonly tags: Tags;
  readonly fields: BtfField[];
  /** Members seen, empty ones too: it bounds structs that were made to unfold without end. */
  members: number;
}

function unfold(walk: Walk, composite: BtfComposite, baseBits: number, depth: number): void {
  for (const [index, member] of composite.members.entries()) {
    if (++walk.members > mostMembers || depth > mostSteps) {
      throw new BtfError('BTF_MALFORMED', `${composite.kind} ${composite.name} has fields without end`);
    }
    const plain = resolve(walk.btf, member.type);
    const bits = baseBits + member.bitOffset;
    if (member.name === '' && (plain.kind === 'struct' || plain.kind === 'union')) {
      unfold(walk, plain, bits, depth + 1);
      continue;
    }
    // Compilers before 2018 put a bitfield's width into its integer type.
    const bitSize = member.bitSize || (plain.kind === 'int' && plain.bits < plain.size * 8 ? plain.bits : 0);
    const first = bits + (plain.kind === 'int' ? plain.bitOffset : 0);
    walk.fields.push({
      name: member.name,
      offset: Math.floor(first / 8),
      size: bitSize > 0 ? 0 : sizeOf(walk.btf, member.type),
      bitShift: bitSize > 0 ? first % 8 : 0,
      bitSize,
      type: member.type,
      plain,
      tags: walk.tags.get(composite.id)?.get(index) ?? [],
    });
  }
}
