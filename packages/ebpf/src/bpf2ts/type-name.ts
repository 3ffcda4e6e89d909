import type { Btf } from '../btf/index.js';

/** A type as C writes it: `struct sock *`, `__u32`, `char[16]`. */
export function typeName(btf: Btf, id: number, depth = 0): string {
  const type = btf.type(id);
  // A pointer may lead back to its own struct only by name, but malformed input could nest pointers without end.
  if (depth > 16) return '…';
  switch (type.kind) {
    case 'void':
      return 'void';
    case 'pointer':
      return `${typeName(btf, type.target, depth + 1)} *`;
    case 'array':
      return `${typeName(btf, type.element, depth + 1)}[${type.length}]`;
    case 'volatile':
    case 'const':
    case 'restrict':
    case 'typeTag':
      return typeName(btf, type.target, depth + 1);
    case 'struct':
    case 'union':
    case 'enum':
      return type.name === '' ? type.kind : `${type.kind} ${type.name}`;
    case 'enum64':
      return type.name === '' ? 'enum' : `enum ${type.name}`;
    case 'forward':
      return `${type.union ? 'union' : 'struct'} ${type.name}`;
    case 'functionPrototype':
      return 'function';
    default:
      return type.name;
  }
}
