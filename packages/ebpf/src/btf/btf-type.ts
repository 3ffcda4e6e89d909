/** Kinds of types (`BTF_KIND_*`, `include/uapi/linux/btf.h`). */
export const BtfKind = {
  void: 0,
  int: 1,
  pointer: 2,
  array: 3,
  struct: 4,
  union: 5,
  enum: 6,
  forward: 7,
  typedef: 8,
  volatile: 9,
  const: 10,
  restrict: 11,
  function: 12,
  functionPrototype: 13,
  variable: 14,
  dataSection: 15,
  float: 16,
  declarationTag: 17,
  typeTag: 18,
  enum64: 19,
} as const;

/** Name of a kind: `int`, `struct`, … */
export type BtfKindName = keyof typeof BtfKind;

interface Base {
  /** Number of the type in its BTF; 0 is `void`. */
  readonly id: number;
  /** Empty if the type has no name. */
  readonly name: string;
}

/** `void`. */
export interface BtfVoid extends Base {
  readonly kind: 'void';
}

/** An integer, `char` and `bool` included. */
export interface BtfInt extends Base {
  readonly kind: 'int';
  /** Bytes. */
  readonly size: number;
  readonly signed: boolean;
  readonly bool: boolean;
  /** Bits that count; fewer than `size * 8` only in very old compilers' bitfields. */
  readonly bits: number;
  /** Bits to skip in the storage; 0 but in very old compilers' bitfields. */
  readonly bitOffset: number;
}

/** A floating-point number. */
export interface BtfFloat extends Base {
  readonly kind: 'float';
  readonly size: number;
}

/** A type that stands for another one: pointer, alias, qualifier, function. */
export interface BtfReference extends Base {
  readonly kind: 'pointer' | 'typedef' | 'volatile' | 'const' | 'restrict' | 'typeTag' | 'function';
  readonly target: number;
  /** Of a function: 0 static, 1 global, 2 extern. */
  readonly linkage: number;
}

/** An array. */
export interface BtfArray extends Base {
  readonly kind: 'array';
  readonly element: number;
  readonly length: number;
}

/** A field of a struct or union. */
export interface BtfMember {
  /** Empty for an anonymous struct or union. */
  readonly name: string;
  readonly type: number;
  /** Offset from the start of the struct, in bits. */
  readonly bitOffset: number;
  /** Width in bits if this is a bitfield, else 0. */
  readonly bitSize: number;
}

/** A struct or union. */
export interface BtfComposite extends Base {
  readonly kind: 'struct' | 'union';
  /** Bytes. */
  readonly size: number;
  readonly members: readonly BtfMember[];
}

/** An enumeration; 64-bit values are rounded above 2^53. */
export interface BtfEnum extends Base {
  readonly kind: 'enum' | 'enum64';
  readonly size: number;
  readonly signed: boolean;
  readonly values: readonly { readonly name: string; readonly value: number }[];
}

/** A struct or union that is declared only. */
export interface BtfForward extends Base {
  readonly kind: 'forward';
  readonly union: boolean;
}

/** Parameters and result of a function. */
export interface BtfFunctionPrototype extends Base {
  readonly kind: 'functionPrototype';
  readonly result: number;
  readonly parameters: readonly { readonly name: string; readonly type: number }[];
}

/** A global variable. */
export interface BtfVariable extends Base {
  readonly kind: 'variable';
  readonly type: number;
  /** 0 static, 1 global, 2 extern. */
  readonly linkage: number;
}

/** A section with its variables: `.maps`, `.rodata`. */
export interface BtfDataSection extends Base {
  readonly kind: 'dataSection';
  readonly size: number;
  readonly variables: readonly { readonly type: number; readonly offset: number; readonly size: number }[];
}

/** What `__attribute__((btf_decl_tag("…")))` leaves: a word on a type, or on one field or parameter of it. */
export interface BtfDeclarationTag extends Base {
  readonly kind: 'declarationTag';
  readonly target: number;
  /** Index of the field or parameter, or -1 for the type itself. */
  readonly component: number;
}

/** Any type. */
export type BtfType =
  | BtfVoid
  | BtfInt
  | BtfFloat
  | BtfReference
  | BtfArray
  | BtfComposite
  | BtfEnum
  | BtfForward
  | BtfFunctionPrototype
  | BtfVariable
  | BtfDataSection
  | BtfDeclarationTag;

/** Any type of one kind. */
export type BtfTypeOf<K extends BtfType['kind']> = BtfType extends infer T
  ? T extends { kind: infer Own }
    ? K extends Own
      ? T & { kind: K }
      : never
    : never
  : never;
