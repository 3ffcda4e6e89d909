import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Btf } from '../btf/index.js';
import { type CompiledFixture, compileFixture, importGenerated } from './fixtures/compile.js';
import { generateDecoders } from './generate-decoders.js';

let fixture: CompiledFixture;
let btf: Btf;
// The shape is what the test is about, so the type is as loose as it gets.
// biome-ignore lint/suspicious/noExplicitAny: see above
let generated: Record<string, any>;
let view: DataView;

beforeAll(async () => {
  fixture = compileFixture();
  btf = Btf.open(fixture.object);
  generated = await importGenerated(
    generateDecoders(btf, { structs: ['event'], writable: ['event', 'endpoint'], enums: ['direction', 'wide'] }),
  );
  // Records don't begin at the start of their memory: every offset has to be relative.
  const memory = new Uint8Array(fixture.bytes.length + 24);
  memory.set(fixture.bytes, 16);
  view = new DataView(memory.buffer, 8);
});

afterAll(() => fixture[Symbol.dispose]());

const at = 8;

describe('generated accessors agree with the C compiler', () => {
  it.each([
    ['u64 as a number, up to 2^53 - 1', 'ktime', 9007199254740991],
    ['s64 below zero', 'delta', -1234567890123],
    ['u64 with the tag bpf2ts:bigint', 'cookie', 0xfedcba9876543210n],
    ['u32', 'tgid', 4294967295],
    ['s32', 'error', -110],
    ['u16', 'port', 65535],
    ['s16', 'offset', -2],
    ['u8', 'flags', 255],
    ['s8', 'small', -128],
    ['bool', 'seen', true],
    ['a signed enum', 'direction', -7],
    ['an enum of 64 bits', 'wide', 0x1_0000_0000],
    ['char[] without a terminating NUL', 'comm', 'sixteen-bytes-ok'],
    ['char[] with UTF-8', 'name', 'café'],
    ['a pointer into the kernel', 'task', 0xffff888012345678n],
    ['a number in network byte order, by its type __be16', 'net_port', 8080],
    ['a wide number in network byte order', 'net_id', 0x1122334455],
    ['a double', 'ratio', 0.1],
    ['a float', 'share', 0.5],
    ['a field whose name could be metadata', 'size', 77],
    ['a member of an anonymous union', 'v4', 0x0100007f],
    ['a bitfield', 'low', 5],
    ['a bitfield inside two bytes', 'high', 100],
    ['a signed bitfield', 'negative', -3],
    ['a bitfield of 20 bits', 'cross', 0xabcde],
    ['a bitfield of 40 bits', 'long_bits', 0x8123456789],
    ['a bitfield of one bit', 'flag', true],
  ])('%s', (_, field, expected) => {
    expect(generated['event'][field](view, at)).toBe(expected);
  });

  it('reads elements of arrays by their index, several dimensions laid out as one', () => {
    const { event } = generated;
    expect([0, 1, 2, 3].map((index) => event.counts(view, at, index))).toEqual([0, 0, 30, 31]);
    expect(event.digest(view, at, 4)).toBe(255);
    expect([...event.digestBytes(view, at)]).toEqual([1, 2, 3, 4, 255]);
  });

  it('reads members of nested structs and of structs in arrays', () => {
    const { event } = generated;
    expect(event.peer.port(view, at)).toBe(80);
    expect(event.peer.address(view, at, 0)).toBe(10);
    expect(event.hops.port(view, at, 2)).toBe(3);
    expect(event.hops.address(view, at, 0, 3)).toBe(1);
    expect(event.hops.$length).toBe(3);
    expect(event.named.inner(view, at)).toBe(513);
  });

  it('reads a flexible array by the length that the caller knows', () => {
    const { event } = generated;
    const length = event.length(view, at);
    expect(Buffer.from(event.dataBytes(view, at, length)).toString()).toBe('tail');
    // The array begins in the padding at the struct's end.
    expect(event.$offsets.data).toBe(event.$size - 4);
  });

  it('gives the size of the struct and constants for enums', () => {
    expect(generated['event'].$size).toBe(fixture.bytes.length - 4);
    expect(generated['direction']).toEqual({ DIRECTION_IN: 0, DIRECTION_OUT: 1, DIRECTION_ODD: -7 });
    expect(generated['wide'].WIDE_LARGE).toBe(0x1_0000_0000);
  });
});

describe('$read, $write and $encode', () => {
  it('write back what was read, byte for byte, but for padding and u64 beyond 53 bits', () => {
    const { event } = generated;
    const { mask, ...value } = event.$read(view, at);
    expect(mask).toBeGreaterThan(2 ** 53);
    const encoded = event.$encode(value);
    const expected = fixture.bytes.slice(0, event.$size);
    expected.fill(0, event.$offsets.mask, event.$offsets.mask + 8);
    expected.fill(0, event.$offsets.data);
    expect(Buffer.from(encoded).toString('hex')).toBe(Buffer.from(expected).toString('hex'));
  });

  it('leave fields alone that are not given', () => {
    const { endpoint } = generated;
    const bytes = endpoint.$encode({ port: 443 });
    endpoint.$write(new DataView(bytes.buffer), 0, { address: new Uint8Array([127, 0, 0, 1]) });
    expect(endpoint.$read(new DataView(bytes.buffer), 0)).toEqual({
      address: new Uint8Array([127, 0, 0, 1]),
      port: 443,
    });
  });

  it('refuse bytes that do not fit', () => {
    expect(() => generated['event'].$encode({ name: 'nine bytes' })).toThrow('10 bytes do not fit in 8');
  });
});

describe('generateDecoders', () => {
  it('reads a field as bigint where the option asks for it', async () => {
    const { event } = await importGenerated(generateDecoders(btf, { structs: ['event'], bigint: ['event.mask'] }));
    expect(event.mask(view, at)).toBe(0x8000000000000001n);
  });

  it('emits TypeScript that passes the strict checker', () => {
    const file = `${fixture.directory}/check.gen.ts`;
    ts.sys.writeFile(
      file,
      generateDecoders(btf, { structs: ['event'], writable: ['event', 'endpoint'], enums: ['direction'] }),
    );
    const program = ts.createProgram([file], {
      strict: true,
      noUncheckedIndexedAccess: true,
      noUnusedLocals: true,
      noEmit: true,
      target: ts.ScriptTarget.ES2022,
      types: [],
    });
    const messages = ts
      .getPreEmitDiagnostics(program)
      .map((one) => ts.flattenDiagnosticMessageText(one.messageText, ' '));
    expect(messages).toEqual([]);
  });

  it('is the same from one run to the next', () => {
    const again = generateDecoders(Btf.open(fixture.object), { structs: ['event'] });
    expect(again).toBe(generateDecoders(btf, { structs: ['event'] }));
  });

  it('names the struct, the field or the enum that is not there', () => {
    expect(() => generateDecoders(btf, { structs: ['evnt'] })).toThrow('no struct or union evnt');
    expect(() => generateDecoders(btf, { structs: ['event'], bigint: ['event.msk'] })).toThrow(
      'struct event has no field msk',
    );
    expect(() => generateDecoders(btf, { structs: [], enums: ['colour'] })).toThrow('no enum colour');
  });
});
