import { BtfKind, type BtfKindName, type BtfMember, type BtfReference, type BtfType } from './btf-type.js';

const kindNames = Object.keys(BtfKind) as BtfKindName[];
const headSize = 12;
const memberSize = 12;

/** Bytes of a type's record, by its info word; 0 if the kind is unknown (a newer compiler's). */
export function recordSize(info: number): number {
  const length = info & 0xffff;
  switch ((info >>> 24) & 0x1f) {
    case BtfKind.int:
    case BtfKind.variable:
    case BtfKind.declarationTag:
      return headSize + 4;
    case BtfKind.array:
      return headSize + 12;
    case BtfKind.struct:
    case BtfKind.union:
    case BtfKind.dataSection:
    case BtfKind.enum64:
      return headSize + length * 12;
    case BtfKind.enum:
    case BtfKind.functionPrototype:
      return headSize + length * 8;
    case BtfKind.pointer:
    case BtfKind.forward:
    case BtfKind.typedef:
    case BtfKind.volatile:
    case BtfKind.const:
    case BtfKind.restrict:
    case BtfKind.function:
    case BtfKind.float:
    case BtfKind.typeTag:
      return headSize;
    default:
      return 0;
  }
}

/** Decodes the record at `at`, which has been checked to lie inside the view. */
export function decodeType(id: number, view: DataView, at: number, string: (offset: number) => string): BtfType {
  const u32 = (offset: number) => view.getUint32(at + offset, true);
  const info = u32(4);
  const kind = kindNames[(info >>> 24) & 0x1f] as BtfKindName;
  const flag = info >>> 31 === 1;
  const length = info & 0xffff;
  const name = string(u32(0));
  const items = <T>(size: number, decode: (offset: number) => T): T[] =>
    Array.from({ length }, (_, index) => decode(headSize + index * size));

  switch (kind) {
    case 'int': {
      const encoding = (u32(12) >>> 24) & 0xf;
      const bitOffset = (u32(12) >>> 16) & 0xff;
      const bits = u32(12) & 0xff;
      return {
        id,
        kind,
        name,
        size: u32(8),
        signed: (encoding & 1) !== 0,
        bool: (encoding & 4) !== 0,
        bits,
        bitOffset,
      };
    }
    case 'float':
      return { id, kind, name, size: u32(8) };
    case 'array':
      return { id, kind, name, element: u32(12), length: u32(20) };
    case 'struct':
    case 'union': {
      const member = (offset: number): BtfMember => ({
        name: string(u32(offset)),
        type: u32(offset + 4),
        bitOffset: flag ? u32(offset + 8) & 0xff_ffff : u32(offset + 8),
        bitSize: flag ? u32(offset + 8) >>> 24 : 0,
      });
      return { id, kind, name, size: u32(8), members: items(memberSize, member) };
    }
    case 'enum': {
      const value = (offset: number) => (flag ? view.getInt32(at + offset + 4, true) : u32(offset + 4));
      const values = items(8, (offset) => ({ name: string(u32(offset)), value: value(offset) }));
      return { id, kind, name, size: u32(8), signed: flag, values };
    }
    case 'enum64': {
      const high = (offset: number) => (flag ? view.getInt32(at + offset + 8, true) : u32(offset + 8));
      const value = (offset: number) => u32(offset + 4) + high(offset) * 0x1_0000_0000;
      const values = items(12, (offset) => ({ name: string(u32(offset)), value: value(offset) }));
      return { id, kind, name, size: u32(8), signed: flag, values };
    }
    case 'forward':
      return { id, kind, name, union: flag };
    case 'functionPrototype': {
      const parameters = items(8, (offset) => ({ name: string(u32(offset)), type: u32(offset + 4) }));
      return { id, kind, name, result: u32(8), parameters };
    }
    case 'variable':
      return { id, kind, name, type: u32(8), linkage: u32(12) };
    case 'dataSection': {
      const variables = items(12, (offset) => ({ type: u32(offset), offset: u32(offset + 4), size: u32(offset + 8) }));
      return { id, kind, name, size: u32(8), variables };
    }
    case 'declarationTag':
      return { id, kind, name, target: u32(8), component: view.getInt32(at + 12, true) };
    case 'void':
      return { id, kind, name };
    default:
      return { id, kind: kind as BtfReference['kind'], name, target: u32(8), linkage: length };
  }
}
