import { type Btf, type BtfComposite, BtfError, type BtfField, fieldsOf, resolveType, sizeOf } from '../btf/index.js';
import { typeName } from './type-name.js';

/** A number, or something that is read like one. */
export interface ScalarModel {
  readonly shape: 'scalar';
  /** Bytes: 1, 2, 4 or 8. */
  readonly size: number;
  readonly signed: boolean;
  readonly as: 'number' | 'bigint' | 'boolean' | 'float';
  /** True for the kernel's `__be16`, `__be32` and `__be64`: network byte order. */
  readonly bigEndian?: boolean;
}

/** Bits within bytes. */
export interface BitsModel {
  readonly shape: 'bits';
  readonly shift: number;
  readonly width: number;
  readonly signed: boolean;
  readonly as: 'number' | 'boolean';
}

/** Memory that is handed over as it is: wide integers, arrays of bytes. `text` for arrays of `char`. */
export interface BytesModel {
  readonly shape: 'bytes';
  /** Bytes; 0 for a flexible array at the end of a struct. */
  readonly length: number;
  readonly text: boolean;
}

/** An array of anything but bytes; of several dimensions, laid out as one. */
export interface ArrayModel {
  readonly shape: 'array';
  /** Elements; 0 for a flexible array. */
  readonly length: number;
  /** Bytes from one element to the next. */
  readonly stride: number;
  readonly element: ScalarModel | StructModel;
}

/** A struct or union with its fields. */
export interface StructModel {
  readonly shape: 'struct';
  readonly size: number;
  readonly fields: readonly FieldModel[];
}

/** What a field is, as far as reading it goes. */
export type ValueModel = ScalarModel | BitsModel | BytesModel | ArrayModel | StructModel;

/** One field of a struct. */
export interface FieldModel {
  readonly name: string;
  /** Bytes from the start of the struct that holds it. */
  readonly offset: number;
  /** The type in C's words, for the comment. */
  readonly type: string;
  readonly value: ValueModel;
}

/** Decides how fields are read. */
export interface ModelOptions {
  /** Fields (`struct.field`) that are read as `bigint`; those with the tag `bpf2ts:bigint` are too. */
  readonly bigint?: ReadonlySet<string>;
}

const mostDepth = 16;

/**
 * The model of a struct or union.
 *
 * @throws BtfError `BTF_MALFORMED` if structs nest without end
 */
export function modelOf(btf: Btf, composite: BtfComposite, options: ModelOptions = {}, depth = 0): StructModel {
  if (depth > mostDepth) throw new BtfError('BTF_MALFORMED', `${composite.kind} ${composite.name} nests too deep`);
  const fields = fieldsOf(btf, composite).map((field) => {
    const bigint =
      field.tags.includes('bpf2ts:bigint') || options.bigint?.has(`${composite.name}.${field.name}`) === true;
    return {
      name: field.name,
      offset: field.offset,
      type: field.bitSize > 0 ? `${typeName(btf, field.type)}:${field.bitSize}` : typeName(btf, field.type),
      value: field.bitSize > 0 ? bits(field) : valueModel(btf, field.type, options, bigint, depth),
    };
  });
  // An unnamed bitfield is padding.
  return { shape: 'struct', size: composite.size, fields: fields.filter((field) => field.name !== '') };
}

function bits(field: BtfField): BitsModel {
  const { plain } = field;
  return {
    shape: 'bits',
    shift: field.bitShift,
    width: field.bitSize,
    signed: 'signed' in plain && plain.signed,
    as: plain.kind === 'int' && plain.bool ? 'boolean' : 'number',
  };
}

function valueModel(btf: Btf, id: number, options: ModelOptions, bigint: boolean, depth: number): ValueModel {
  const type = resolveType(btf, id);
  switch (type.kind) {
    case 'struct':
    case 'union':
      return modelOf(btf, type, options, depth + 1);
    case 'array':
      return arrayOf(btf, id, options, bigint, depth);
    case 'int':
      if (type.size > 8) return { shape: 'bytes', length: type.size, text: false };
      return {
        shape: 'scalar',
        size: type.size,
        signed: type.signed,
        as: type.bool ? 'boolean' : bigint ? 'bigint' : 'number',
        bigEndian: isBigEndian(btf, id),
      };
    case 'enum':
    case 'enum64':
      return { shape: 'scalar', size: type.size, signed: type.signed, as: bigint ? 'bigint' : 'number' };
    case 'float':
      if (type.size !== 4 && type.size !== 8) return { shape: 'bytes', length: type.size, text: false };
      return { shape: 'scalar', size: type.size, signed: true, as: 'float' };
    case 'pointer':
      // Kernel addresses don't fit in 53 bits.
      return { shape: 'scalar', size: 8, signed: false, as: 'bigint' };
    default:
      throw new BtfError('BTF_MALFORMED', `a field can't be a ${type.kind}`);
  }
}

function isBigEndian(btf: Btf, id: number): boolean {
  let type = btf.type(id);
  for (let step = 0; 'target' in type && step < mostDepth; step++) {
    if (/^__be(16|32|64)$/.test(type.name)) return true;
    type = btf.type(type.target);
  }
  return false;
}

function arrayOf(btf: Btf, id: number, options: ModelOptions, bigint: boolean, depth: number): ArrayModel | BytesModel {
  let length = 1;
  let elementId = id;
  for (let type = resolveType(btf, id), step = 0; type.kind === 'array' && step < mostDepth; step++) {
    length *= type.length;
    elementId = type.element;
    type = resolveType(btf, elementId);
  }
  const element = valueModel(btf, elementId, options, bigint, depth + 1);
  const stride = sizeOf(btf, elementId);
  if (element.shape === 'scalar' && element.size === 1 && element.as === 'number') {
    return { shape: 'bytes', length, text: resolveType(btf, elementId).name === 'char' };
  }
  if (element.shape === 'scalar' || element.shape === 'struct') return { shape: 'array', length, stride, element };
  return { shape: 'bytes', length: length * stride, text: false };
}
