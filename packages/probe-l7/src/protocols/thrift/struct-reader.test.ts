import { describe, expect, it } from 'vitest';
import { BinaryReader } from './binary-reader.js';
import { CompactReader } from './compact-reader.js';
import type { StructReader, Wanted } from './struct-reader.js';

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));

/** Reads a struct in pieces of `size` bytes, with what was not consumed offered again. Gives the bytes it took. */
function read(reader: StructReader, bytes: Uint8Array, wanted: Wanted = 'first field', size = bytes.length): number {
  reader.start(wanted);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  let at = 0;
  for (let end = size; !reader.done && reader.fault === null && at < bytes.length; end += size) {
    at = reader.advance(bytes, view, at, Math.min(end, bytes.length));
  }
  return at;
}

/** Each holds every type: integers, a double, a string, lists, a map, a struct, a UUID; then a byte that isn't its own. */
const BINARY = hex(`
  02 0001 01 03 0002 7f 04 0003 3ff0000000000000 06 0004 0102 08 0005 01020304 0a 0006 0102030405060708
  0b 0007 00000003 616263 0f 0008 0a 00000002 0000000000000001 0000000000000002
  0d 0009 0b08 00000002 00000001 61 00000007 00000001 62 00000008
  0c 000a 0f 0001 0c 00000002 00 02 0001 00 00 00 10 000b 00112233445566778899aabbccddeeff
  0e 000c 0b 00000000 0d 000d 00 00 00000000 00 ee`);
const COMPACT = hex(`
  11 12 13 7f 14 8102 15 ff01 16 8080808008 17 000000000000f03f
  18 03 616263 19 26 02 04 1b 02 85 01 61 0e 01 62 10
  1c 19 2c 00 11 00 00 1d 00112233445566778899aabbccddeeff
  1a 08 1b 00 19 f1 0f 010201020102010201020102010201 05 9003 04 00 ee`);

describe('struct readers', () => {
  it.each([
    ['binary', new BinaryReader(), BINARY],
    ['compact', new CompactReader(), COMPACT],
  ] as const)('find the end of a %s struct of all types, however it is cut', (_, reader, bytes) => {
    for (let size = 1; size <= bytes.length; size++) {
      expect(read(reader, bytes, 'first field', size), `pieces of ${size}`).toBe(bytes.length - 1);
      expect(reader).toMatchObject({ done: true, fault: null, firstField: 1 });
    }
  });

  it('step over a long string without its bytes', () => {
    const reader = new BinaryReader();
    const bytes = hex('0b 0001 00100000');
    reader.start('first field');
    expect(reader.advance(bytes, new DataView(bytes.buffer), 0, bytes.length)).toBe(bytes.length + 0x10_0000);
    expect(reader).toMatchObject({ done: false, fault: null });
  });

  it.each([
    ['binary', new BinaryReader(), '00', -1],
    ['binary', new BinaryReader(), '08 0000 00000001 00', 0],
    ['binary', new BinaryReader(), '0c 0002 00 00', 2],
    ['compact', new CompactReader(), '00', -1],
    ['compact', new CompactReader(), '05 00 02 00', 0],
    ['compact', new CompactReader(), '2c 00 00', 2],
  ] as const)('tell the first field of a %s result', (_, reader, text, field) => {
    read(reader, hex(text));
    expect(reader).toMatchObject({ done: true, firstField: field });
  });

  it.each([
    ['binary', new BinaryReader(), '0b 0001 00000004 6f6f7073 08 0002 00000006 00'],
    ['compact', new CompactReader(), '18 04 6f6f7073 15 0c 00'],
  ] as const)('tell text and type of a %s exception, however it is cut', (_, reader, text) => {
    const bytes = hex(text);
    for (let size = 1; size <= bytes.length; size++) {
      read(reader, bytes, 'exception', size);
      expect(reader).toMatchObject({ done: true, exceptionType: 6 });
      expect(Buffer.from(bytes.subarray(reader.textStart, reader.textEnd)).toString()).toBe('oops');
    }
  });

  it('keep no long text of an exception, and still tell its type', () => {
    const reader = new BinaryReader();
    const bytes = Buffer.concat([hex('0b 0001 00002000'), Buffer.alloc(0x2000, 0x78), hex('08 0002 00000001 00')]);
    read(reader, Uint8Array.from(bytes), 'exception', 100);
    expect(reader).toMatchObject({ done: true, exceptionType: 1, textStart: -1 });
  });

  it.each([
    ['an unknown type', new BinaryReader(), '05 0001', 'type of a field'],
    ['a string of a negative length', new BinaryReader(), '0b 0001 ffffffff', 'length of a string'],
    ['a list of a negative size', new BinaryReader(), '0f 0001 08 80000000', 'list'],
    ['a list of nothing', new BinaryReader(), '0f 0001 01 00000001', 'list'],
    ['a map to nothing', new BinaryReader(), '0d 0001 0b01 00000001', 'map'],
    ['an unknown type', new CompactReader(), '1e 00', 'type of a field'],
    ['a length without an end', new CompactReader(), '18 8080808080808080808001', 'length of an integer'],
    ['a map to nothing', new CompactReader(), '1b 01 80', 'map'],
  ] as const)('refuse %s', (_, reader, text, fault) => {
    read(reader, hex(text));
    expect(reader).toMatchObject({ done: false, fault });
  });

  it('refuse structs that are nested without end, and a list of them that claims millions', () => {
    const reader = new BinaryReader();
    read(reader, hex('0c 0001'.repeat(100)));
    expect(reader.fault).toBe('nesting');
    const lists = new CompactReader();
    read(lists, hex(`19 ${'f9 ffffffff03 '.repeat(100)}`));
    expect(lists.fault).toBe('nesting');
  });
});
