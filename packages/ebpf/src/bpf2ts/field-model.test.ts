import { describe, expect, it } from 'vitest';
import { buildBtf, type RecordSpec } from '../btf/fixtures/build-btf.js';
import { Btf, BtfKind, findComposite } from '../btf/index.js';
import { modelOf } from './field-model.js';
import { importGenerated } from './fixtures/compile.js';
import { generateDecoders } from './generate-decoders.js';
import { typeName } from './type-name.js';

const u8: RecordSpec = { name: 'unsigned char', kind: BtfKind.int, word: 1, rest: [8] };
const u32: RecordSpec = { name: 'unsigned int', kind: BtfKind.int, word: 4, rest: [32] };
const parse = (...records: RecordSpec[]) => Btf.parse(buildBtf([u8, u32, ...records]));
const struct = (name: string, word: number, ...rest: (number | string)[]): RecordSpec => {
  return { name, kind: BtfKind.struct, length: rest.length / 3, word, rest };
};

describe('modelOf', () => {
  it('hands over wide integers and long doubles as bytes', () => {
    const btf = parse(
      { name: '__int128', kind: BtfKind.int, word: 16, rest: [128] },
      { name: 'long double', kind: BtfKind.float, word: 16 },
      struct('s', 32, 'wide', 3, 0, 'long', 4, 128),
    );
    expect(modelOf(btf, findComposite(btf, 's')).fields.map((field) => field.value)).toEqual([
      { shape: 'bytes', length: 16, text: false },
      { shape: 'bytes', length: 16, text: false },
    ]);
  });

  it('leaves out bitfields without a name, which are padding', () => {
    const btf = parse({
      name: 's',
      kind: BtfKind.struct,
      flag: true,
      length: 2,
      word: 4,
      rest: ['', 2, 5 << 24, 'flag', 2, (1 << 24) | 5],
    });
    expect(modelOf(btf, findComposite(btf, 's')).fields.map((field) => field.name)).toEqual(['flag']);
  });

  it('refuses structs that hold themselves, at any depth', () => {
    const btf = parse(struct('a', 4, 'b', 4, 0), struct('b', 4, 'a', 3, 0));
    expect(() => modelOf(btf, findComposite(btf, 'a'))).toThrow('nests too deep');
  });

  it('refuses a field of function type', () => {
    const btf = parse({ kind: BtfKind.functionPrototype, word: 0 }, struct('s', 4, 'call', 3, 0));
    expect(() => modelOf(btf, findComposite(btf, 's'))).toThrow(expect.objectContaining({ code: 'BTF_MALFORMED' }));
  });

  it('sees network byte order through aliases and qualifiers', () => {
    const btf = parse(
      { name: '__be32', kind: BtfKind.typedef, word: 2 },
      { name: 'address_t', kind: BtfKind.typedef, word: 5 },
      { kind: BtfKind.const, word: 3 },
      struct('s', 8, 'big', 4, 0, 'little', 2, 32),
    );
    const [big, little] = modelOf(btf, findComposite(btf, 's')).fields.map((field) => field.value);
    expect(big).toMatchObject({ shape: 'scalar', bigEndian: true });
    expect(little).toMatchObject({ shape: 'scalar', bigEndian: false });
  });
});

describe('generated code', () => {
  it('is right for fields whose names mean something to JavaScript', async () => {
    const btf = parse(struct('s', 16, '__proto__', 2, 0, 'constructor', 2, 32, 'class', 2, 64, 'toString', 2, 96));
    const { s } = await importGenerated(generateDecoders(btf, { structs: [], writable: ['s'] }));
    const bytes: Uint8Array = s.$encode({ constructor: 2, class: 3, toString: 4 });
    const view = new DataView(bytes.buffer);
    expect([s.constructor(view, 0), s.class(view, 0), s.toString(view, 0)]).toEqual([2, 3, 4]);
    view.setUint32(0, 9, true);
    expect(Object.getOwnPropertyDescriptor(s, '__proto__')?.value(view, 0)).toBe(9);
  });

  it('keeps a field that has the name of an accessor of bytes', async () => {
    const btf = parse({ kind: BtfKind.array, rest: [1, 1, 4] }, struct('s', 8, 'data', 3, 0, 'dataBytes', 2, 32));
    const { s } = await importGenerated(generateDecoders(btf, { structs: ['s'] }));
    expect(s.dataBytes(new DataView(new Uint8Array([0, 0, 0, 0, 7, 0, 0, 0]).buffer), 0)).toBe(7);
  });

  it('never reads beyond its view', async () => {
    const btf = parse(struct('s', 8, 'a', 2, 0, 'b', 2, 32));
    const { s } = await importGenerated(generateDecoders(btf, { structs: ['s'] }));
    const view = new DataView(new ArrayBuffer(6));
    expect(s.a(view, 0)).toBe(0);
    expect(() => s.b(view, 0)).toThrow(RangeError);
  });
});

describe('typeName', () => {
  it.each<[string, RecordSpec[]]>([
    ['void *', [{ kind: BtfKind.pointer, word: 0 }]],
    ['struct sock *', [{ kind: BtfKind.pointer, word: 4 }, struct('sock', 4)]],
    [
      'unsigned char[3]',
      [
        { kind: BtfKind.array, rest: [4, 1, 3] },
        { kind: BtfKind.const, word: 1 },
      ],
    ],
    [
      'union u *',
      [
        { kind: BtfKind.pointer, word: 4 },
        { name: 'u', kind: BtfKind.forward, flag: true },
      ],
    ],
    [
      'function *',
      [
        { kind: BtfKind.pointer, word: 4 },
        { kind: BtfKind.functionPrototype, word: 0 },
      ],
    ],
    ['enum e', [{ name: 'e', kind: BtfKind.enum64, word: 8 }]],
    ['enum', [{ kind: BtfKind.enum, word: 4 }]],
    ['pid_t', [{ name: 'pid_t', kind: BtfKind.typedef, word: 2 }]],
  ])('writes %s as C does', (expected, records) => {
    expect(typeName(parse(...records), 3)).toBe(expected);
  });

  it('ends for a pointer to itself', () => {
    expect(typeName(parse({ kind: BtfKind.pointer, word: 3 }), 3)).toMatch(/^… \*/);
  });
});
