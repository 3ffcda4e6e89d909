import { describe, expect, it } from 'vitest';
import { TYPES } from './type-columns.fixture.js';
import { namesTable, readTypeInfo } from './type-info.js';
import { reader } from './wire.fixture.js';

/** Reads the description of a type, whose code comes first. */
function read(type: string, inRow = true) {
  const all = reader(type);
  const layout = readTypeInfo(all, all.byte(), inRow);
  return { layout, left: all.left, overrun: all.overrun };
}

describe('the description of a type', () => {
  it.each(Object.entries(TYPES))('is read to its end: %s', (_name, [, type]) => {
    expect(read(type)).toMatchObject({ left: 0, overrun: false });
    for (let size = 2; size < type.length; size++) expect(read(type.slice(0, size)).overrun, `${size}`).toBe(true);
  });

  it.each([
    ['int', { kind: 'fixed', size: 4 }],
    ['bigint', { kind: 'fixed', size: 8 }],
    ['null', { kind: 'fixed', size: 0 }],
    ['decimal', { kind: 'byte' }],
    ['date', { kind: 'byte' }],
    ['nvarchar', { kind: 'short' }],
    ['varchar(max)', { kind: 'chunks' }],
    ['varbinary(max) that is null', { kind: 'chunks' }],
    ['xml', { kind: 'chunks' }],
    ['sql_variant', { kind: 'long' }],
    ['text', { kind: 'pointer' }],
  ])('tells how values of %s are laid out', (name, layout) => {
    expect(read(TYPES[name]![1]).layout).toEqual(layout);
  });

  it.each(['text', 'ntext', 'image'])('of %s has a pointer before its values in rows only', (name) => {
    expect(read(TYPES[name]![1], false).layout).toEqual({ kind: 'long' });
  });

  it.each([0x00, 0x21, 0x64, 0x80, 0xf3, 0xff])('is not known of the code %d', (code) => {
    expect(read(`${String.fromCharCode(code)}${'\0'.repeat(20)}`).layout).toBeNull();
  });

  it('tells which columns name their table', () => {
    const codes = Array.from({ length: 256 }, (_, code) => code);
    expect(codes.filter(namesTable)).toEqual([0x22, 0x23, 0x63]);
  });
});
