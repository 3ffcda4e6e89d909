import type { Exchange } from '@sonde/core';
import { describe, expect, it } from 'vitest';
import { Conversation, readSample, summary } from '../conversation.fixture.js';
import { tds } from './index.js';

const sample = (name: string) => readSample(new URL(`./samples/${name}.jsonl`, import.meta.url));
const open = (options = {}) => new Conversation({ protocols: [tds], ...options });
const line = ({ name, status }: Exchange) => `${name} > ${status}`;

const chars = (...codes: number[]) => String.fromCharCode(...codes);
const u16 = (value: number) => chars(value & 255, (value >> 8) & 255);
const u32 = (value: number) => u16(value & 0xffff) + u16(value >>> 16);
const wide = (text: string) => text.replace(/./gs, (character) => `${character}\0`);
const packet = (type: number, payload: string, { last = true, id = 1 } = {}) =>
  `${chars(type, last ? 1 : 0, (payload.length + 8) >> 8, (payload.length + 8) & 255)}\0\0${chars(id)}\0${payload}`;
const HEADERS = `${u32(22)}${u32(18)}${u16(2)}${'\0'.repeat(8)}${u32(1)}`;
const batch = (sql: string) => packet(1, HEADERS + wide(sql));
const done = (flags = 0, count = 0, command = 0xc1) => `\xfd${u16(flags)}${u16(command)}${u32(count)}${u32(0)}`;
const answer = (payload: string) => packet(4, payload);
/** One column of int, and rows. */
const rows = (...values: number[]) =>
  `\x81${u16(1)}${u32(0)}${u16(9)}\x26\x04\x01${wide('n')}${values.map((value) => `\xd1\x04${u32(value)}`).join('')}`;

describe('tds, recorded from clients', () => {
  it('reads batches, procedures, prepared statements, transactions and an attention of tedious', () => {
    const seen = open({ pinned: false }).play(sample('tedious')).close();
    expect(seen.map(line)).toEqual([
      ...['PreLogin > OK', 'Login7 > OK', 'SET > OK', 'SELECT orders > OK', 'SELECT sparse > OK', 'SELECT many > OK'],
      ...['SELECT nowhere > 208', 'INSERT orders > OK', 'USE > OK', 'SELECT orders > OK', 'SELECT nowhere > 208'],
      ...[
        'INSERT orders > OK',
        'EXECUTE orders_of > OK',
        'SELECT orders > OK',
        'SELECT orders > OK',
        'SELECT orders > OK',
      ],
      ...['EXECUTE sp_unprepare > OK', 'BEGIN > OK', 'COMMIT > OK', 'SQLBatch > OK'],
    ]);
    expect(seen[5]!.response).toMatchObject({ rows: 900, results: 1 });
    expect(seen[9]!.request).toMatchObject({ procedure: 'sp_executesql', database: 'shop' });
    expect(seen[14]!.request).toMatchObject({ procedure: 'sp_execute', handle: 7 });
    expect(seen.at(-1)).toMatchObject({ request: { cancelled: true }, response: { cancelled: true } });
    expect(JSON.stringify(seen.map(({ request, attributes }) => [request, attributes]))).not.toMatch(/secret|hunter22/);
  });

  it('reads version 7.1 of FreeTDS, and a refused login', () => {
    expect(open().play(sample('freetds')).close().map(line)).toEqual([
      ...['PreLogin > OK', 'Login7 > OK', 'SELECT sparse > OK', 'SELECT nowhere > 208', 'INSERT orders > OK'],
    ]);
    const [, refused] = open().play(sample('refused')).close();
    expect(refused).toMatchObject({ status: 18456, error: '18456', request: { resource: 'wrong' } });
  });

  it.each(['tedious', 'freetds', 'refused'])('says the same of %s in pieces', (name) => {
    const whole = open().play(sample(name));
    const expected = whole.close().map(summary);
    expect(whole.stats).toMatchObject({ parseErrors: {}, unmatched: {}, desyncs: 0 });
    for (const size of [1, 5, 33]) expect(open().play(sample(name), size).close().map(summary)).toEqual(expected);
  });
});

describe('tds, by hand', () => {
  const late = { fromStart: false } as const;

  it('gives up the counts of an answer with a token that it can not read, not how it ended', () => {
    const talk = open(late)
      .client(batch('SELECT 1'))
      .server(answer(`\x88${'?'.repeat(40)}${done(2)}`));
    talk.client(batch('SELECT n FROM t')).server(answer(rows(1, 2) + done(0x10, 2)));
    const seen = talk.close();
    expect(seen.map(line)).toEqual(['SELECT > ERROR', 'SELECT t > OK']);
    expect(seen[0]!.response).toMatchObject({ truncated: true });
    expect(seen[1]!.response).toMatchObject({ rows: 2 });
  });

  it('counts changed rows once, though the procedure repeats them', () => {
    const inner = `\xff${u16(0x11)}${u16(0xc3)}${u32(3)}${u32(0)}`;
    const outer = `\xfe${u16(0x10)}${u16(0xe0)}${u32(3)}${u32(0)}`;
    const talk = open(late)
      .client(batch('EXEC p'))
      .server(answer(inner + outer));
    expect(talk.close()[0]!.response).toMatchObject({ affectedRows: 3 });
  });

  it('makes nothing of an attention that is acknowledged after the answer', () => {
    const talk = open(late).client(batch('SELECT 1')).server(answer(done()));
    talk
      .client(packet(6, ''))
      .server(answer(done(0x20)))
      .client(batch('SELECT 2'))
      .server(answer(done()));
    expect(talk.close().map(line)).toEqual(['SELECT > OK', 'SELECT > OK']);
    expect(talk.stats.unmatched).toEqual({});
  });

  it('leaves several sessions on one connection alone', () => {
    const talk = open(late).client(batch('SELECT 1')).server(answer(done()));
    talk.client(`S\x01${'\0'.repeat(14)}`).server(`S\x02${'\0'.repeat(14)}`);
    expect(talk.close().map(line)).toEqual(['SELECT > OK']);
    expect(talk.stats.parseErrors).toEqual({});
  });

  it.each([
    ['a type that no client sends', packet(99, 'x')],
    ['a length shorter than its header', '\x01\x01\0\x04\0\0\x01\0'],
  ])('refuses %s', (_what, bytes) => {
    const talk = open(late).client(batch('SELECT 1')).server(answer(done())).client(bytes);
    talk.close();
    expect(talk.stats.parseErrorReasons).toEqual({ 'tds: not a packet of a client': 1 });
  });
});
