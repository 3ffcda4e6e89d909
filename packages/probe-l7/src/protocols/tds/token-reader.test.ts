import { createRedactor } from '@sonde/core';
import { describe, expect, it } from 'vitest';
import { TdsConnection } from './connection.js';
import { TdsResponse } from './messages.js';
import { TokenReader } from './token-reader.js';
import { TYPES } from './type-columns.fixture.js';
import * as wire from './wire.fixture.js';
import { type Column, columns, done, error, N, row, u16, u32, wide } from './wire.fixture.js';

interface Options {
  size?: number;
  modern?: boolean;
  preparing?: boolean;
  mask?: boolean;
  shared?: TdsConnection;
}

/** Reads an answer in pieces of `size` bytes. */
function read(
  text: string,
  { size = text.length, modern = true, preparing = false, mask = true, ...rest }: Options = {},
) {
  const shared = rest.shared ?? new TdsConnection();
  shared.modern ??= modern;
  const tokens = new TokenReader(shared, createRedactor(mask));
  const response = new TdsResponse();
  tokens.begin(response, preparing);
  for (let at = 0; at < text.length; at += size) {
    const piece = wire.input(text.slice(at, at + size));
    tokens.feed(piece, 0, piece.end);
  }
  return { response, tokens, shared };
}

const LAST: Column = ['z', '\x30', 'z'];

describe('rows are counted', () => {
  it.each(Object.entries(TYPES))('behind a value of the type %s, in any pieces', (_name, column) => {
    const all = [N, column, LAST];
    const text = columns(all) + row(all) + row(all) + done(0x10, 2);
    for (const size of [1, 3, 64, 4096]) {
      const { response, tokens } = read(text, { size });
      expect(tokens.lost, `pieces of ${size}`).toBe(false);
      expect(response, `pieces of ${size}`).toMatchObject({ rows: 2, results: 1, result: 'OK' });
    }
  });

  it('where bits say which values are null', () => {
    const nine = Array.from({ length: 9 }, (): Column => N);
    const value = `\x04${u32(1)}`;
    const text = `${columns(nine)}\xd2\xff\x00${value}\xd2\xfe\x01${value}\xd2\xff\x01${done(0x10, 3)}`;
    for (const size of [1, 2, 1000]) {
      expect(read(text, { size }).response).toMatchObject({ rows: 3, result: 'OK', truncated: undefined });
    }
  });

  it('of several results together, and none of an empty one', () => {
    const one = columns([N]) + row([N]) + done(0x11, 1);
    const empty = columns([LAST]) + done(0x10, 0);
    expect(read(one + one + empty).response).toMatchObject({ rows: 2, results: 3 });
  });

  it('of TDS 7.1, with shorter descriptions and counts', () => {
    const text: Column = ['t', `\x23${u32(100)}${wire.COLLATION}`, '\0', wire.long('orders')];
    const answer = columns([N, text], true) + row([N, text]) + wire.oldDone(0x10, 1);
    expect(read(answer, { modern: false }).response).toMatchObject({ rows: 1, result: 'OK' });
    expect(read(answer, { modern: false, size: 1 }).response).toMatchObject({ rows: 1, result: 'OK' });
  });

  it('behind tokens that say nothing of them', () => {
    const asides = [
      wire.sized(0xa4, 'table names'),
      wire.sized(0xa5, 'column info'),
      wire.sized(0xa9, '\x01\0'),
      wire.error(5701, 'Changed database.', 0, 0xab),
      `\x78${u32(1)}`,
      `\xe4${u32(5)}state`,
      `\xee${u32(3)}fed`,
      wire.sized(0xed, 'ticket'),
    ];
    const text = columns([N]) + asides.join('') + row([N]) + done(0x10, 1);
    for (const size of [1, 7, 1000]) expect(read(text, { size }).response).toMatchObject({ rows: 1, result: 'OK' });
  });

  it('of a value of a megabyte, of which nothing is kept', () => {
    const large: Column = ['c', `\xa5${u16(0xffff)}`, wire.chunks('x'.repeat(500_000), 'y'.repeat(500_000))];
    const text = columns([large, N]) + row([large, N]) + done(0x10, 1);
    expect(read(text, { size: 4000 }).response).toMatchObject({ rows: 1, result: 'OK' });
  });
});

describe('an answer is given up', () => {
  it.each([
    ['a token that is none', '\x01?'],
    ['a row whose columns nobody saw', row([N])],
    ['a row with nulls whose columns nobody saw', '\xd2\0'],
    ['more columns than there are', `\x81${u16(5000)}`],
    ['a column of an unknown type', columns([['c', '\x99', '']])],
    ['a value that comes back of an unknown type', `\xac\0\0\0\x01${u32(0)}${u16(0)}\x99`],
    ['columns that may be encrypted', `\xae\x04${u32(1)}\x01\xff${columns([N])}`],
  ])('at %s: without counts, with how it ended', (_what, text) => {
    const { response, tokens } = read(done(0x11, 3, 0xc3) + text);
    expect(tokens.lost).toBe(true);
    expect(response).toMatchObject({ truncated: true, result: null });
    expect([response.rows, response.affectedRows, response.results]).toEqual([undefined, undefined, undefined]);
    const end = `garbage${done(2)}`;
    tokens.readLast(wire.reader(end));
    expect(response.result).toBe('ERROR');
  });

  it('at a token that is longer than any', () => {
    const name = `\xff\xff${'n'.repeat(131_070)}`;
    const { tokens } = read(`\x81\x01\0${u32(0)}${u16(9)}\x22${u32(9)}\xff${name.repeat(2)}`, { size: 5000 });
    expect(tokens.lost).toBe(true);
  });

  it('and its last token says OK only where no error can hide in missing bytes', () => {
    const unread = read(`${done(1)}\x01`);
    unread.tokens.readLast(wire.reader(`...${done(0x10, 1)}`));
    expect(unread.response.result).toBe('OK');
    const missing = read(done(1));
    missing.tokens.miss();
    expect(missing.response.result).toBeNull();
    missing.tokens.readLast(wire.reader(`...${done(0x10, 1)}`));
    expect(missing.response.result).toBeNull();
    missing.tokens.readLast(wire.reader(`...${done(2)}`));
    expect(missing.response.result).toBe('ERROR');
  });

  it('and what looks like no last token says nothing', () => {
    const { response, tokens } = read('\x01');
    for (const text of ['', 'short', `${done(0)}x`, done(0x4000), done(0, 0, 0, 0xff)])
      tokens.readLast(wire.reader(text));
    expect(response.result).toBeNull();
  });

  it('until the next one begins', () => {
    const { tokens } = read('\x01');
    const response = new TdsResponse();
    tokens.begin(response, false);
    const piece = wire.input(columns([N]) + row([N]) + done(0x10, 1));
    tokens.feed(piece, 0, piece.end);
    expect(response).toMatchObject({ rows: 1, result: 'OK', truncated: undefined });
  });
});

describe('what an answer says', () => {
  it.each([
    ['an INSERT', done(0x10, 3, 0xc3), 3],
    ['several statements', done(0x11, 3, 0xc3) + done(0x10, 4, 0xc5), 7],
    ['a SELECT', done(0x10, 3, 0xc1), undefined],
    ['a count that does not count', done(0, 3, 0xc3), undefined],
    ['a procedure that repeats the count of its statement', done(0x11, 3, 0xc3, 0xff) + done(0x10, 3, 0xe0, 0xfe), 3],
    ['a procedure that counts by itself', done(0x10, 3, 0xe0, 0xfe), 3],
    ['more rows than 32 bits hold', done(0x10, 2 ** 33, 0xc5), 2 ** 33],
  ])('counts the rows changed by %s', (_what, text, affectedRows) => {
    expect(read(text).response.affectedRows).toBe(affectedRows);
  });

  it.each([
    ['no error', done(), 'OK', undefined],
    ['an error', done(2), 'ERROR', undefined],
    ['an error that gave up a result', done(0x100), 'ERROR', undefined],
    ['an error before a statement that went well', done(3) + done(), 'ERROR', undefined],
    ['an attention', done(0x20), 'OK', true],
  ])('tells %s', (_what, text, result, cancelled) => {
    const { response, tokens } = read(text);
    expect([response.result, response.cancelled]).toEqual([result, cancelled]);
    expect(tokens.attention).toBe(cancelled === true);
  });

  it('is the first of its errors, masked, cut where it is too long', () => {
    const text = error(245, "Conversion failed when converting 'secret'.") + error(3621, 'terminated', 0) + done(2);
    expect(read(text).response).toMatchObject({
      ...{ errorCode: 245, severity: 16, result: 'ERROR' },
      message: 'Conversion failed when converting ?.',
    });
    expect(read(text, { mask: false, size: 1 }).response.message).toBe("Conversion failed when converting 'secret'.");
    expect(read(error(1205, 'm'.repeat(2000)) + done(2)).response.message).toHaveLength(512);
  });

  it('is an error whose own lengths lie only as far as its token reaches', () => {
    const lying = wire.sized(0xaa, `${u32(208)}\x01\x10${u16(0xffff)}${wide('ab')}`);
    expect(read(lying + done(2)).response).toMatchObject({ errorCode: 208, message: 'ab', result: 'ERROR' });
  });

  it('is the database in use, and no other change of the session', () => {
    const shared = new TdsConnection();
    read(wire.database('shop') + done(), { shared });
    expect(shared.database).toBe('shop');
    read(wire.sized(0xe3, `\x04${wire.short('4096')}${wire.short('4096')}`) + wire.database('') + done(), { shared });
    expect(shared.database).toBe('shop');
    read(wire.sized(0xe3, '\x01\xff') + done(), { shared });
    expect(shared.database).toBe('shop');
  });

  it.each([
    ['\x74\0\0\x04', true],
    ['\x72\x09\0\x02', true],
    ['\x08\0\0\0', true],
    ['\x71\0\0\x01', false],
    ['\x07\x01\0\0', false],
  ])('is the version of the protocol: %j', (version, modern) => {
    const { response, shared } = read(wire.loginAck(version, 'SQL Server\0\0') + done());
    expect(shared.modern).toBe(modern);
    expect(response).toMatchObject({ serverName: 'SQL Server', serverVersion: '16.0' });
  });

  it('is what a procedure returned, and the number of a prepared statement if one was asked for', () => {
    const value = (n: number) => `\xac\0\0${wire.short('@h')}\x01${u32(0)}${u16(0)}\x26\x04\x04${u32(n)}`;
    const text = `\x79${u32(-6 >>> 0)}${value(7)}${value(8)}${done(0, 0, 0xe0, 0xfe)}`;
    for (const size of [1, 1000]) {
      expect(read(text, { size, preparing: true }).response).toMatchObject({
        returnStatus: -6,
        handle: 7,
        result: 'OK',
      });
      const { response } = read(text, { size });
      expect([response.handle, response.result]).toEqual([undefined, 'OK']);
    }
  });

  it('goes on behind large values that come back', () => {
    const value = `\xac\0\0${wire.short('@text')}\x01${u32(0)}${u16(0)}\xe7${u16(0xffff)}${wire.COLLATION}${wire.chunks(wide('some'), wide('text'))}`;
    for (const size of [1, 9, 1000]) expect(read(value + done(), { size }).response.result).toBe('OK');
  });

  it('are features that the server has, none of which hides columns', () => {
    const features = `\xae\x01${u32(3)}abc\x0a${u32(1)}\x01\xff`;
    const text = features + columns([N]) + row([N]) + done(0x10, 1);
    for (const size of [1, 1000]) expect(read(text, { size }).response).toMatchObject({ rows: 1, result: 'OK' });
  });
});
