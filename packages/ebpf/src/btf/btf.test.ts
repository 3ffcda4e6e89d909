import { describe, expect, it } from 'vitest';
import { ElfError } from '../elf/elf-error.js';
import { buildElf, noise } from '../elf/fixtures/build-elf.js';
import { ElfFile } from '../elf/index.js';
import { Btf } from './btf.js';
import { BtfError } from './btf-error.js';
import { BtfKind } from './btf-type.js';
import { buildBtf } from './fixtures/build-btf.js';
import { fieldsOf, sizeOf } from './layout.js';

const u32 = { name: 'unsigned int', kind: BtfKind.int, word: 4, rest: [32] };

describe('Btf of the running kernel', () => {
  it('knows struct task_struct and its fields', () => {
    const btf = Btf.kernel();
    const task = btf.find('task_struct', 'struct')!;
    expect(task.members.map((member) => member.name)).toContain('tgid');
    expect(btf.type(task.id)).toBe(task);
  });

  it('tells a struct from a typedef or function of the same name', () => {
    const btf = Btf.kernel();
    expect(btf.find('pid_t', 'struct')).toBeUndefined();
    expect(btf.find('pid_t', 'typedef')?.kind).toBe('typedef');
    expect(btf.find('tcp_sendmsg', 'function')?.kind).toBe('function');
    expect(btf.find('no_such_type_anywhere')).toBeUndefined();
  });

  it('says what to do where a module has no types', () => {
    expect(() => Btf.kernel('no_such_module')).toThrow(expect.objectContaining({ code: 'BTF_MISSING' }));
  });
});

describe('Btf.parse', () => {
  it('decodes every kind of type', () => {
    const btf = Btf.parse(
      buildBtf([
        u32,
        { kind: BtfKind.pointer, word: 1 },
        { kind: BtfKind.array, rest: [1, 1, 5] },
        { name: 's', kind: BtfKind.struct, length: 1, word: 4, rest: ['field', 1, 0] },
        { name: 'u', kind: BtfKind.union, length: 1, word: 4, flag: true, rest: ['bits', 1, (3 << 24) | 8] },
        { name: 'e', kind: BtfKind.enum, length: 1, word: 4, flag: true, rest: ['MINUS', -1] },
        { name: 'f', kind: BtfKind.forward, flag: true },
        { name: 'alias', kind: BtfKind.typedef, word: 1 },
        { name: 'fn', kind: BtfKind.function, length: 1, word: 10 },
        { kind: BtfKind.functionPrototype, length: 1, word: 1, rest: ['argument', 2] },
        { name: 'variable', kind: BtfKind.variable, word: 1, rest: [1] },
        { name: '.maps', kind: BtfKind.dataSection, length: 1, word: 32, rest: [11, 8, 4] },
        { name: 'double', kind: BtfKind.float, word: 8 },
        { name: 'tag', kind: BtfKind.declarationTag, word: 4, rest: [0] },
        { name: 'user', kind: BtfKind.typeTag, word: 1 },
        { name: 'e64', kind: BtfKind.enum64, length: 1, word: 8, flag: true, rest: ['LOW', 0, -1] },
      ]),
    );
    expect(btf.count).toBe(17);
    expect(btf.type(0)).toMatchObject({ kind: 'void' });
    expect(btf.type(1)).toMatchObject({ kind: 'int', size: 4, bits: 32, signed: false, bool: false });
    expect(btf.type(2)).toMatchObject({ kind: 'pointer', target: 1 });
    expect(btf.type(3)).toMatchObject({ kind: 'array', element: 1, length: 5 });
    expect(btf.find('s')).toMatchObject({ members: [{ name: 'field', bitOffset: 0, bitSize: 0 }] });
    expect(btf.find('u')).toMatchObject({ kind: 'union', members: [{ name: 'bits', bitOffset: 8, bitSize: 3 }] });
    expect(btf.find('e')).toMatchObject({ values: [{ name: 'MINUS', value: -1 }] });
    expect(btf.find('f')).toMatchObject({ kind: 'forward', union: true });
    expect(btf.find('fn')).toMatchObject({ kind: 'function', target: 10, linkage: 1 });
    expect(btf.type(10)).toMatchObject({ result: 1, parameters: [{ name: 'argument', type: 2 }] });
    expect(btf.find('variable')).toMatchObject({ type: 1, linkage: 1 });
    expect(btf.find('.maps')).toMatchObject({ variables: [{ type: 11, offset: 8, size: 4 }] });
    expect(btf.find('double')).toMatchObject({ kind: 'float', size: 8 });
    expect(btf.find('tag')).toMatchObject({ kind: 'declarationTag', target: 4, component: 0 });
    expect(btf.find('user')).toMatchObject({ kind: 'typeTag', target: 1 });
    expect(btf.find('e64')).toMatchObject({ values: [{ name: 'LOW', value: -0x1_0000_0000 }] });
  });

  it('continues the ids and strings of a base', () => {
    const baseBytes = buildBtf([u32]);
    const base = Btf.parse(baseBytes);
    const stringsOfBase = baseBytes.length - 24 - 16;
    const module = Btf.parse(
      buildBtf([{ name: 'm', kind: BtfKind.struct, length: 1, word: 4, rest: ['x', 1, 0] }], stringsOfBase),
      { base },
    );
    const struct = module.find('m', 'struct')!;
    expect(struct.id).toBe(2);
    expect(fieldsOf(module, struct)).toMatchObject([{ name: 'x', size: 4 }]);
    expect(module.find('unsigned int', 'int')?.id).toBe(1);
    expect([...module.all('int')]).toHaveLength(1);
  });

  it.each([
    ['no BTF', new Uint8Array(24)],
    ['a cut header', buildBtf([u32]).slice(0, 20)],
    ['a cut string section', buildBtf([u32]).slice(0, -1)],
    ['a kind from the future', buildBtf([{ kind: 30 }])],
    ['a struct with more members than bytes', buildBtf([{ kind: BtfKind.struct, length: 65_535 }])],
    ['a record that ends early', buildBtf([{ kind: BtfKind.int }])],
  ])('refuses %s', (_, bytes) => {
    expect(() => Btf.parse(bytes)).toThrow(expect.objectContaining({ code: 'BTF_MALFORMED' }));
  });

  it('reads or refuses whatever is altered', () => {
    const good = buildBtf([
      u32,
      { name: 's', kind: BtfKind.struct, length: 2, word: 8, rest: ['a', 1, 0, 'b', 3, 32] },
      { name: 'alias', kind: BtfKind.typedef, word: 1 },
      { kind: BtfKind.array, rest: [3, 1, 4] },
    ]);
    const next = noise(5);
    for (let round = 0; round < 3000; round++) {
      const bytes = good.slice();
      for (let change = 0; change < 3; change++) bytes[next() % bytes.length] = next() >>> 24;
      try {
        const btf = Btf.parse(bytes);
        for (let id = 0; id < btf.count; id++) {
          const type = btf.type(id);
          if (type.kind === 'struct' || type.kind === 'union') fieldsOf(btf, type);
          else sizeOf(btf, id);
        }
      } catch (error) {
        if (!(error instanceof BtfError)) throw error;
      }
    }
  });
});

describe('Btf.open', () => {
  it('says how to get type information where an object has none', () => {
    expect(() => Btf.fromElf(ElfFile.from(buildElf([]), 'plain.o'))).toThrow(
      expect.objectContaining({
        code: 'BTF_MISSING',
        message: 'plain.o: no type information',
        hint: 'compile it with clang -g',
      }),
    );
  });

  it('reads raw BTF, and refuses what is neither BTF nor ELF', () => {
    expect(Btf.open('/sys/kernel/btf/vmlinux').count).toBeGreaterThan(1000);
    expect(() => Btf.open('/etc/hostname')).toThrow(ElfError);
    expect(() => Btf.open('/nonexistent')).toThrow(BtfError);
  });
});
