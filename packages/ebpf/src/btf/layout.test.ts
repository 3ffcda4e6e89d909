import { describe, expect, it } from 'vitest';
import { Btf } from './btf.js';
import { BtfKind } from './btf-type.js';
import { buildBtf, type RecordSpec } from './fixtures/build-btf.js';
import { fieldOffset, fieldsOf, findComposite, resolve, sizeOf } from './layout.js';

const u32: RecordSpec = { name: 'unsigned int', kind: BtfKind.int, word: 4, rest: [32] };
const parse = (...records: RecordSpec[]) => Btf.parse(buildBtf(records));

describe('resolve', () => {
  it('follows aliases and qualifiers', () => {
    const btf = parse(
      u32,
      { name: 'alias', kind: BtfKind.typedef, word: 3 },
      { kind: BtfKind.const, word: 4 },
      { kind: BtfKind.volatile, word: 5 },
      { name: 'rcu', kind: BtfKind.typeTag, word: 1 },
    );
    expect(resolve(btf, 2)).toMatchObject({ kind: 'int', id: 1 });
  });

  it('refuses an alias of itself', () => {
    const btf = parse({ name: 'a', kind: BtfKind.typedef, word: 2 }, { name: 'b', kind: BtfKind.typedef, word: 1 });
    expect(() => resolve(btf, 1)).toThrow('type 1 stands for itself');
  });
});

describe('sizeOf', () => {
  it('multiplies the dimensions of arrays', () => {
    const btf = parse(
      u32,
      { kind: BtfKind.array, rest: [1, 1, 3] },
      { kind: BtfKind.array, rest: [2, 1, 5] },
      { kind: BtfKind.pointer, word: 0 },
    );
    expect([1, 2, 3, 4].map((id) => sizeOf(btf, id))).toEqual([4, 12, 60, 8]);
  });

  it('refuses what has no size', () => {
    const btf = parse({ name: 'sock', kind: BtfKind.forward });
    expect(() => sizeOf(btf, 1)).toThrow('forward sock has no size');
    expect(() => sizeOf(btf, 0)).toThrow('void 0 has no size');
    expect(() => sizeOf(btf, 77)).toThrow('type 77 of 2 does not exist');
  });

  it('does not run in circles with an array of itself', () => {
    const btf = parse({ kind: BtfKind.array, rest: [1, 1, 2] });
    expect(() => sizeOf(btf, 1)).toThrow(expect.objectContaining({ code: 'BTF_MALFORMED' }));
  });
});

describe('fieldsOf', () => {
  it('unfolds anonymous members, adds their offset, and keeps named ones whole', () => {
    const btf = parse(
      u32,
      { kind: BtfKind.union, length: 2, word: 4, rest: ['a', 1, 0, 'b', 1, 0] },
      { name: 'inner', kind: BtfKind.struct, length: 1, word: 4, rest: ['c', 1, 0] },
      { name: 'outer', kind: BtfKind.struct, length: 3, word: 12, rest: ['first', 1, 0, '', 2, 32, 'named', 3, 64] },
    );
    const fields = fieldsOf(btf, findComposite(btf, 'outer'));
    expect(fields.map((field) => [field.name, field.offset, field.size])).toEqual([
      ['first', 0, 4],
      ['a', 4, 4],
      ['b', 4, 4],
      ['named', 8, 4],
    ]);
    expect(fieldOffset(btf, 'outer', 'named.c')).toBe(8);
  });

  it('places bitfields by the byte that holds their first bit', () => {
    const bits = (size: number, offset: number) => (size << 24) | offset;
    const btf = parse(u32, {
      name: 's',
      kind: BtfKind.struct,
      flag: true,
      length: 3,
      word: 4,
      rest: ['a', 1, bits(3, 0), 'b', 1, bits(7, 3), 'whole', 1, bits(0, 32)],
    });
    expect(fieldsOf(btf, findComposite(btf, 's'))).toMatchObject([
      { name: 'a', offset: 0, bitShift: 0, bitSize: 3 },
      { name: 'b', offset: 0, bitShift: 3, bitSize: 7 },
      { name: 'whole', offset: 4, bitSize: 0, size: 4 },
    ]);
  });

  it('reads the bitfields of old compilers, whose width is in the integer type', () => {
    const narrow: RecordSpec = { name: 'unsigned int', kind: BtfKind.int, word: 4, rest: [(2 << 16) | 5] };
    const btf = parse(narrow, { name: 's', kind: BtfKind.struct, length: 1, word: 4, rest: ['x', 1, 8] });
    expect(fieldsOf(btf, findComposite(btf, 's'))).toMatchObject([{ offset: 1, bitShift: 2, bitSize: 5 }]);
  });

  it('gives the tags of each field', () => {
    const btf = parse(
      u32,
      { name: 's', kind: BtfKind.struct, length: 2, word: 8, rest: ['a', 1, 0, 'b', 1, 32] },
      { name: 'bpf2ts:bigint', kind: BtfKind.declarationTag, word: 2, rest: [1] },
      { name: 'other', kind: BtfKind.declarationTag, word: 2, rest: [1] },
    );
    const fields = fieldsOf(btf, findComposite(btf, 's'));
    expect(fields.map((field) => field.tags)).toEqual([[], ['bpf2ts:bigint', 'other']]);
  });

  it('refuses a struct that contains itself', () => {
    const btf = parse({ name: 's', kind: BtfKind.struct, length: 1, word: 4, rest: ['', 1, 0] });
    expect(() => fieldsOf(btf, findComposite(btf, 's'))).toThrow('fields without end');
  });

  it('refuses structs that double at every level, in time', () => {
    const records = Array.from({ length: 60 }, (_, index): RecordSpec => {
      return {
        name: `s${index}`,
        kind: BtfKind.struct,
        length: 2,
        word: 4,
        rest: ['', index + 2, 0, '', index + 2, 0],
      };
    });
    const btf = parse(...records, { name: 'end', kind: BtfKind.struct, word: 0 });
    expect(() => fieldsOf(btf, findComposite(btf, 's0'))).toThrow('fields without end');
  });
});

describe('findComposite and fieldOffset', () => {
  it('find a struct through a typedef', () => {
    const btf = parse(
      u32,
      { kind: BtfKind.struct, length: 1, word: 4, rest: ['x', 1, 0] },
      { name: 'event_t', kind: BtfKind.typedef, word: 2 },
    );
    expect(findComposite(btf, 'event_t')).toMatchObject({ kind: 'struct', size: 4 });
  });

  it('say which name is wrong', () => {
    const btf = Btf.kernel();
    expect(() => findComposite(btf, 'tusk_struct')).toThrow(expect.objectContaining({ code: 'BTF_NO_SUCH_TYPE' }));
    expect(() => fieldOffset(btf, 'sock', '__sk_common.skc_famly')).toThrow(
      'struct sock_common has no field skc_famly',
    );
    expect(() => fieldOffset(btf, 'task_struct', 'tgid.x')).toThrow('tgid of struct task_struct has no fields');
  });

  it('agree with the kernel where an offset is fixed by its own ABI', () => {
    const btf = Btf.kernel();
    expect(fieldOffset(btf, 'iphdr', 'daddr')).toBe(16);
    expect(fieldOffset(btf, 'tcphdr', 'window')).toBe(14);
    expect(fieldOffset(btf, '__sk_buff', 'data_end')).toBe(80);
  });
});
