import type { Exchange } from '@sonde/core';
import { describe, expect, it } from 'vitest';
import { Conversation, readSample, summary } from '../conversation.fixture.js';
import { clickhouse } from './index.js';
import type { ClickhouseRequest, ClickhouseResponse } from './messages.js';
import {
  addendum,
  data,
  END,
  exception,
  frame,
  hello,
  query,
  RESULT_END,
  serverHello,
  string,
  u32,
  u64,
  varint,
} from './wire.fixture.js';

const sample = (name: string) => readSample(new URL(`./samples/${name}.jsonl`, import.meta.url));
const open = (options = {}) => new Conversation({ protocols: [clickhouse], ...options });

/** Name, status, and what the answer counts, in a line. */
function line({ name, status, request, response }: Exchange): string {
  const { rows: sent } = request as ClickhouseRequest;
  const { rows, readRows, writtenRows } = (response ?? {}) as Partial<ClickhouseResponse>;
  const counts = [
    sent === undefined ? null : `${sent} sent`,
    rows ? `${rows} rows` : null,
    readRows ? `${readRows} read` : null,
    writtenRows ? `${writtenRows} written` : null,
  ].filter((part) => part !== null);
  return `${name} > ${status}${counts.length > 0 ? ` (${counts.join(', ')})` : ''}`;
}
const withoutPings = (exchanges: Exchange[]) => exchanges.filter(({ name }) => name !== 'Ping');

/** A session of one revision: both Hellos and what follows them. */
const session = (revision: number) =>
  open().client(hello(revision)).server(serverHello(revision)).client(addendum(revision));

describe('clickhouse, recorded from a server 18.16', () => {
  it('reads queries, inserted rows, totals and errors of clickhouse-driver', () => {
    const seen = open({ pinned: false }).play(sample('driver')).close();
    expect(
      withoutPings(seen)
        .map(line)
        .map((text) => text.replace(/t_\w+/, 't')),
    ).toEqual([
      'Hello > OK',
      'SELECT > OK (1 rows, 1 read)',
      'CREATE TABLE t > OK',
      'INSERT t > OK (7 sent)',
      'SELECT t > OK (7 rows, 7 read)',
      'SELECT system.numbers > OK (40 rows, 40 read)',
      'SELECT t > OK (2 rows, 7 read)',
      'SELECT nowhere > 60',
    ]);
    expect(seen.at(-1)!.response).toMatchObject({
      errorName: 'DB::Exception',
      message: "DB::Exception: Table default.nowhere doesn't exist.",
    });
    expect(seen[0]!.request).toMatchObject({ resource: 'default', clientName: 'ClickHouse python-driver' });
    expect(JSON.stringify(seen.map(({ request }) => request))).not.toContain('secret');
  });

  it('steps over compressed blocks, and has the counts of those that are not', () => {
    const seen = withoutPings(open({ pinned: false }).play(sample('lz4')).close());
    expect(
      seen
        .map(line)
        .map((text) => text.replace(/t_\w+/, 't'))
        .slice(3),
    ).toEqual([
      'INSERT t > OK',
      'SELECT t > OK (7 rows, 7 read)',
      'SELECT system.numbers > OK (40 rows, 40 read)',
      'SELECT t > OK (2 rows, 7 read)',
      'SELECT nowhere > 60',
    ]);
    expect(seen[4]!.request).toMatchObject({ compressed: true });
  });

  it('reads tables that a query brings along, and the id of a query', () => {
    const seen = withoutPings(open({ pinned: false }).play(sample('external-table')).close());
    expect(seen.map(line).map((text) => text.replace(/t_\w+/, 't'))).toEqual([
      'Hello > OK',
      'SELECT numbers > OK (5 rows, 5 read)',
      'SELECT ext > OK (1 rows, 2 read)',
      'INSERT t > OK (10 read)',
      'DROP TABLE t > OK',
    ]);
    expect(seen[3]!.request).toMatchObject({ queryId: '9b4e0d5a-0000-4000-8000-000000000001' });
  });

  it('reads what clickhouse-client says, and a refused login', () => {
    expect(withoutPings(open().play(sample('client')).close()).map(line)).toEqual([
      'Hello > OK',
      'CREATE TABLE cc > OK',
      'INSERT cc > OK',
    ]);
    expect(open().play(sample('refused')).close().map(line)).toEqual(['Hello > 193']);
  });

  it('reads newer layouts: sparse columns, dictionaries, maps, events, traces', () => {
    const seen = withoutPings(open().play(sample('newer')).close());
    expect(seen.map(line)).toEqual([
      'Hello > OK',
      'SELECT > OK (1 rows, 1 read)',
      'SELECT orders > OK (3 rows, 3 read)',
      'SELECT orders > OK (10 rows, 10 read)',
      'INSERT orders > OK (2 sent, 2 written)',
      'SET > OK',
      'SELECT bad > 60',
    ]);
    expect(seen[1]!.request.traceparent).toMatch(/^00-[0-9a-f]{32}-b7ad6b7169203331-01$/);
  });

  it.each(['driver', 'lz4', 'client', 'newer', 'external-table'])('says the same of %s in pieces', (name) => {
    const whole = open().play(sample(name));
    const expected = whole.close().map(summary);
    expect(whole.stats).toMatchObject({ parseErrors: {}, unmatched: {}, desyncs: 0 });
    for (const size of [1, 5, 33]) expect(open().play(sample(name), size).close().map(summary)).toEqual(expected);
  });
});

describe('clickhouse of every revision', () => {
  const revisions = [54_412, 54_440, 54_443, 54_449, 54_454, 54_458, 54_463, 54_470, 54_474, 54_478, 54_485, 54_491];
  const answer = (revision: number) =>
    data(
      2,
      [
        ['id', 'UInt64', u64(1) + u64(2)],
        ['s', 'String', string('a') + string('b')],
      ],
      revision,
    ) +
    `\x03${varint(2)}${varint(900)}${varint(2)}${revision >= 54_463 ? varint(0) : ''}` +
    `${revision >= 54_420 ? '\0\0' : ''}${revision >= 54_460 ? varint(12_345) : ''}` +
    `\x06${varint(2)}\x01\x10\0\0\x01${revision >= 54_469 ? '\0\0' : ''}${RESULT_END}`;

  it.each(revisions)('%s: reads a query and its answer', (revision) => {
    const talk = session(revision);
    for (let turn = 0; turn < 2; turn++) {
      talk.client(query("SELECT * FROM orders WHERE a = 'secret'", revision) + END).server(answer(revision));
    }
    const seen = talk.close();
    expect(talk.stats).toMatchObject({ parseErrors: {}, unmatched: {} });
    expect(seen.slice(1).map(line)).toEqual(new Array(2).fill('SELECT orders > OK (2 rows, 2 read)'));
    expect(seen[1]!.request.resource).toBe('SELECT * FROM orders WHERE a = ?');
    expect(seen[1]!.response).toMatchObject({ readBytes: 900 });
  });

  it.each(revisions)('%s: finds out the revision of a connection that it joins', (revision) => {
    const talk = open({ pinned: false, fromStart: false, role: null });
    for (let turn = 0; turn < 3; turn++) {
      const id = '9b4e0d5a-0000-4000-8000-000000000001';
      talk.client(query('SELECT * FROM orders', revision, { id }) + END).server(answer(revision));
    }
    expect(talk.close().map(line)).toEqual(new Array(3).fill('SELECT orders > OK (2 rows, 2 read)'));
  });

  it('leaves connections with chunked packets alone', () => {
    const talk = open().client(hello(54_474)).server(serverHello(54_474)).client(addendum(54_474, 'chunked'));
    talk.client('\x40\0\0\0 whatever').server('\x40\0\0\0 whatever');
    expect(talk.close().map(line)).toEqual(['Hello > OK']);
    expect(talk.stats.parseErrors).toEqual({});
  });
});

describe('clickhouse, by hand', () => {
  const R = 54_412;
  const select = query('SELECT * FROM orders', R) + END;
  const rows = data(2, [['id', 'UInt8', '12']]);
  const unreadable = data(2, [['state', 'AggregateFunction(uniq, String)', 'nobody knows how long this is']]);

  it('goes on behind a block that it can not read, and gives no counts', () => {
    const talk = session(R)
      .client(select)
      .server(unreadable)
      .server(`${'x'.repeat(50)}\x05${RESULT_END}`);
    talk.client(select).server(rows + RESULT_END);
    const seen = talk.close().slice(1);
    expect(seen.map(line)).toEqual(['SELECT orders > OK', 'SELECT orders > OK (2 rows)']);
    expect(seen.map(({ response }) => response!.truncated)).toEqual([true, undefined]);
  });

  it('says nothing of how an answer ended whose end it never found', () => {
    const talk = session(R)
      .client(select)
      .server(unreadable)
      .client(select)
      .server(rows + RESULT_END);
    const seen = talk.close().slice(1);
    expect(seen.map(line)).toEqual(['SELECT orders > null', 'SELECT orders > OK (2 rows)']);
  });

  it('finds the end of inserted data that it can not read', () => {
    const insert = query('INSERT INTO states VALUES', R) + END;
    const talk = session(R)
      .client(insert)
      .server(data(0, [['s', 'AggregateFunction(uniq, String)', '']]));
    talk
      .client(`\x02\0${unreadable.slice(2)}`)
      .client(`more of it${END}`)
      .server('\x05');
    talk
      .client('\x04')
      .server('\x04')
      .client(select)
      .server(rows + RESULT_END);
    const seen = talk.close().slice(1);
    expect(seen.map(line)).toEqual(['INSERT states > OK', 'Ping > OK', 'SELECT orders > OK (2 rows)']);
    expect(talk.stats.parseErrors).toEqual({});
  });

  it('counts a query that was taken back, and its last words', () => {
    const talk = session(R).client(select).server(rows).client('\x03').server(exception(394, 'Query was cancelled'));
    const seen = talk.close();
    expect(seen[1]).toMatchObject({ status: 394, error: '394', request: { cancelled: true } });
  });

  it('reads the outermost of nested errors, and masks what they quote', () => {
    const cause = `\x01${u32(1)}${string('DB::Exception')}${string('cause')}${string('')}\0`;
    const talk = session(R)
      .client(select)
      .server(exception(53, "Can't convert 'secret' to UInt8", cause));
    expect(talk.close()[1]!.response).toMatchObject({ errorCode: 53, message: "Can't convert ? to UInt8" });
  });

  it.each([
    ["Cannot parse 'it's secret' as UInt8", 'Cannot parse ? as UInt8'],
    ["Syntax error: failed at position 8 ('secret'): secret", 'Syntax error: ?'],
    ["Missing columns: 'a' while processing query: SELECT secret", 'Missing columns: ? while processing ?'],
    [`Value 'a' ${'b'.repeat(600)}`, 'Value ?'],
  ])('masks all that an error may quote: %s', (text, shown) => {
    const talk = session(R).client(select).server(exception(53, text));
    expect(talk.close()[1]!.response).toMatchObject({ message: shown });
  });

  it('reads the state of tables, and who asks', () => {
    const talk = session(R);
    talk
      .client(`\x05\x01${string('shop')}${string('orders')}`)
      .server(`\x09\x01${string('shop')}${string('orders')}\x01\x07`);
    const [, asked] = talk.close();
    expect(asked).toMatchObject({ name: 'TablesStatusRequest', status: 'OK', request: { resource: 'shop.orders' } });
  });

  it('never shows data that stands in an INSERT, nor the password', () => {
    const sql = 'INSERT INTO orders FORMAT CSV\n1,top,secret\n';
    const talk = session(R)
      .client(query(sql, R) + END)
      .server('\x05');
    talk.client(query("SELECT $$secret$$, 'it\\'s secret'", R) + END).server('\x05');
    const seen = talk.close();
    expect(JSON.stringify(seen.map(({ request, attributes }) => [request, attributes]))).not.toMatch(/secret|hunter22/);
    expect(seen[1]!.request.resource).toBe('INSERT INTO orders FORMAT CSV');
  });

  it('steps over a statement that is longer than anybody wants to read', () => {
    const long = `INSERT INTO orders VALUES ${'(1),'.repeat(40_000)}`;
    const talk = session(R)
      .client(query(long, R))
      .client(END)
      .server('\x05')
      .client(select)
      .server(rows + RESULT_END);
    const seen = talk.close();
    expect(seen.slice(1).map(line)).toEqual(['INSERT orders > OK', 'SELECT orders > OK (2 rows)']);
    expect(seen[1]!.request).toMatchObject({ truncated: true });
    expect(seen[1]!.requestTiming.bytes).toBeGreaterThan(160_000);
  });

  it('reads compressed blocks that span several frames', () => {
    const compressed = query('SELECT * FROM orders', R, { compressed: true });
    const talk = session(R).client(`${compressed}\x02\0${frame(10)}`);
    talk.server(`\x01\0${frame(0x10_0000)}`).server(`${frame(500)}\x06\x09\x01\x10\0\0\x01\x05`);
    expect(talk.close().slice(1).map(line)).toEqual(['SELECT orders > OK (9 rows)']);
  });

  it.each([
    ['of a client', (talk: Conversation) => talk.client('\x63'), 'unknown packet of a client'],
    ['of a server', (talk: Conversation) => talk.client(select).server('\x63'), 'unknown packet of a server'],
    [
      'that is no Hello',
      (talk: Conversation) => talk.client(`\0\x03abc${varint(7)}${varint(1)}\x01${'\0'.repeat(9)}`),
      'not a Hello',
    ],
  ])('refuses a packet %s', (_what, play, reason) => {
    const talk = session(R);
    play(talk);
    talk.close();
    expect(talk.stats.parseErrorReasons).toEqual({ [`clickhouse: ${reason}`]: 1 });
  });
});
