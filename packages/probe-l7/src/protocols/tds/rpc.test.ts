import { describe, expect, it } from 'vitest';
import { isPreparing, isReleasing, readCall } from './rpc.js';
import { TYPES } from './type-columns.fixture.js';
import * as wire from './wire.fixture.js';
import { call, int, nvarchar, parameter, u16, u32, wide } from './wire.fixture.js';

const read = (...parts: Parameters<typeof call>) => readCall(wire.reader(call(...parts)));
const SQL = 'SELECT * FROM orders';

describe('a call', () => {
  it.each([
    ['sp_cursoropen', 2, [int(null), nvarchar(SQL)]],
    ['sp_cursorprepare', 3, [int(null), nvarchar('@a int'), nvarchar(SQL)]],
    ['sp_cursorprepexec', 5, [int(null), int(null), nvarchar('@a int'), nvarchar(SQL)]],
    ['sp_executesql', 10, [nvarchar(SQL), nvarchar('@a int'), int(1, '@a')]],
    ['sp_prepare', 11, [int(null), nvarchar('@a int'), nvarchar(SQL), int(1)]],
    ['sp_prepexec', 13, [int(null), nvarchar(null), nvarchar(SQL)]],
    ['sp_prepexecrpc', 14, [int(null), nvarchar(SQL)]],
  ])('of %s has its statement, by number and by name', (procedure, number, parameters) => {
    expect(read(number, ...parameters)).toMatchObject({ procedure, statement: SQL, cut: false });
    for (const name of [procedure, `sys.${procedure}`, procedure.toUpperCase()]) {
      expect(read(name, ...parameters)).toMatchObject({ procedure: name, statement: SQL });
    }
  });

  it.each([
    ['sp_cursorexecute', 4],
    ['sp_cursorunprepare', 6],
    ['sp_execute', 12],
    ['sp_unprepare', 15],
  ])('of %s has the number of its statement', (procedure, number) => {
    expect(read(number, int(7))).toMatchObject({ procedure, handle: 7, statement: null });
    expect(read(number, parameter('', '\x38', u32(9)))).toMatchObject({ handle: 9 });
    expect(read(number, int(null))).toMatchObject({ handle: null });
    expect(read(number, nvarchar('no number'))).toMatchObject({ handle: null });
    expect(read(number)).toMatchObject({ procedure, handle: null });
  });

  it('of any other procedure has its name only', () => {
    expect(read('dbo.orders_of', nvarchar('secret'), int(7))).toEqual({
      ...{ procedure: 'dbo.orders_of', statement: null, handle: null, cut: false },
    });
    expect(read(7, int(180150003), int(2))).toMatchObject({ procedure: 'sp_cursorfetch', handle: null });
  });

  it.each([
    ['no name', call('')],
    ['a number that no procedure has', call(0)],
    ['a larger one', call(99)],
    ['a name longer than any', `${u16(2000)}${wide('x'.repeat(2000))}`],
    ['half a name', `${u16(20)}${wide('dbo.')}`],
  ])('is none with %s', (_what, text) => {
    expect(readCall(wire.reader(text))).toBeNull();
  });

  it.each(Object.entries(TYPES).filter(([name]) => !/^(text|ntext|image.*|type of the user)$/.test(name)))(
    'steps over a parameter of the type %s',
    (_name, [, type, value]) => {
      expect(read('sp_prepexecrpc', parameter('@h', type, value), nvarchar(SQL))).toMatchObject({ statement: SQL });
    },
  );

  it.each([
    ['text', `\x23${u32(100)}${wire.COLLATION}`, `${u32(3)}abc`],
    ['image', `\x22${u32(100)}`, `${u32(3)}abc`],
    ['image that is null', `\x22${u32(100)}`, u32(0xffff_ffff)],
  ])('steps over a parameter of the type %s, which has no pointer here', (_name, type, value) => {
    expect(read(14, parameter('@h', type, value), nvarchar(SQL))).toMatchObject({ statement: SQL });
  });

  it('has no statement behind a parameter whose length nobody knows', () => {
    expect(read(14, parameter('@h', '\xf3', 'a table'), nvarchar(SQL))).toMatchObject({ statement: null });
  });
});

describe('a statement', () => {
  const as = (type: string, value: string) => read(10, parameter('', type, value));

  it.each([
    ['nchar', `\xef${u16(40)}${wire.COLLATION}`, u16(SQL.length * 2) + wide(SQL)],
    ['ntext', `\x63${u32(4000)}${wire.COLLATION}`, u32(SQL.length * 2) + wide(SQL)],
    ['nvarchar(max)', `\xe7${u16(0xffff)}${wire.COLLATION}`, wire.chunks(wide('SELECT * '), wide('FROM orders'))],
  ])('comes as %s', (_type, type, value) => {
    expect(as(type, value)).toMatchObject({ statement: SQL, cut: false });
  });

  it.each([
    ['null', `\xe7${u16(40)}${wire.COLLATION}`, u16(0xffff)],
    ['null in chunks', `\xe7${u16(0xffff)}${wire.COLLATION}`, '\xff'.repeat(8)],
    ['a number', '\x38', u32(7)],
  ])('is none where it is %s', (_what, type, value) => {
    expect(as(type, value)).toMatchObject({ statement: null, cut: false });
  });

  it('is cut where its end is not there', () => {
    const plain = call(10, nvarchar(SQL));
    expect(readCall(wire.reader(plain.slice(0, -3)))).toMatchObject({ statement: SQL.slice(0, -2), cut: true });
    const chunked = call(10, parameter('', `\xe7${u16(0xffff)}${wire.COLLATION}`, wire.chunks(wide(SQL))));
    expect(readCall(wire.reader(chunked.slice(0, -8)))).toMatchObject({ statement: SQL.slice(0, -2), cut: true });
  });

  it('is read up to a length that nobody reads beyond', () => {
    const long = `SELECT '${'x'.repeat(20_000)}'`;
    expect(read(10, parameter('', `\x63${u32(2 ** 30)}${wire.COLLATION}`, u32(long.length * 2) + wide(long)))).toEqual({
      ...{ procedure: 'sp_executesql', handle: null, cut: true, statement: long.slice(0, 0x4000) },
    });
  });
});

describe('procedures', () => {
  it.each(['sp_prepare', 'sp_prepexec', 'sp_prepexecrpc', 'sp_cursorprepare', 'sp_cursorprepexec', 'SYS.SP_PREPARE'])(
    '%s prepares',
    (name) => expect([isPreparing(name), isReleasing(name)]).toEqual([true, false]),
  );
  it.each(['sp_unprepare', 'sp_cursorunprepare', 'sys.sp_unprepare'])('%s releases', (name) =>
    expect([isPreparing(name), isReleasing(name)]).toEqual([false, true]),
  );
  it.each(['sp_executesql', 'orders_of'])('%s does neither', (name) =>
    expect([isPreparing(name), isReleasing(name)]).toEqual([false, false]),
  );
});
