import type { Exchange } from '@sonde/core';
import { describe, expect, it } from 'vitest';
import { Conversation } from '../conversation.fixture.js';
import {
  authenticationOk,
  bind,
  bound,
  closed,
  closeFrame,
  columns,
  describeFrame,
  error,
  execute,
  flush,
  frame,
  noData,
  parameter,
  parse,
  parsed,
  query,
  ready,
  row,
  sample,
  startup,
  sync,
  tag,
  u16,
  u32,
  untyped,
} from './frames.fixture.js';
import { postgres } from './index.js';
import type { PostgresRequest, PostgresResponse } from './messages.js';

const open = (options = {}) => new Conversation({ protocols: [postgres], mask: false, fromStart: false, ...options });

/** Operation, statement, status and what the answer counts, in a line. */
function line(exchange: Exchange): string {
  const request = exchange.request as PostgresRequest;
  const { tag, rows, suspended } = (exchange.response ?? {}) as PostgresResponse;
  const counted = [tag, rows === undefined ? null : `${rows} rows`, suspended ? 'suspended' : null];
  const answer = counted.filter((part) => part != null).join(', ');
  return `${request.operation} ${request.resource} > ${exchange.status}${answer === '' ? '' : ` (${answer})`}`;
}

describe('postgres, recorded from a server', () => {
  it('reads the simple protocol: results, several statements, errors, notices', () => {
    expect(open({ fromStart: true }).play(sample('simple')).close().map(line)).toEqual([
      'startup postgres > OK',
      'query select 1 > OK (SELECT 1, 1 rows)',
      "query insert into orders(name,amount) values ('a',1),('b',2) > OK (INSERT 0 2)",
      "query select * from orders where name = 'a' > OK (SELECT 1, 1 rows)",
      'query begin; select 1; select 2; commit > OK (COMMIT, 2 rows)',
      'query  > OK',
      'query select * from missing > 42P01',
      'query selec 1 > 42601',
      "query insert into orders(name) values ('a') > 23505",
      'query select 1; select 1/0; select 3 > 22012 (SELECT 1, 1 rows)',
      "query do $$ begin raise notice 'hello'; end $$ > OK (DO)",
      'query update orders set amount = 3 > OK (UPDATE 2)',
      "query delete from orders where name='b' > OK (DELETE 1)",
      'query create table if not exists orders(id int) > OK (CREATE TABLE)',
    ]);
  });

  it('reads the extended protocol: statements by name, errors in Parse and Execute, a cursor', () => {
    const byName = 'select * from orders where name = $1';
    expect(open({ fromStart: true }).play(sample('extended')).close().map(line)).toEqual([
      'startup postgres > OK',
      'execute select $1::int + 1 as x > OK (SELECT 1, 1 rows)',
      `execute ${byName} > OK (SELECT 1, 1 rows)`,
      `execute ${byName} > OK (SELECT 1, 1 rows)`,
      `execute ${byName} > OK (SELECT 1, 1 rows)`,
      'execute select * from nowhere where id = $1 > 42P01',
      'execute select 1/$1::int > 22012',
      `execute ${byName} > OK (SELECT 0, 0 rows)`,
      'execute insert into orders(name, amount) values ($1,$2) > OK (INSERT 0 1)',
      'bind select generate_series(1,10) > OK',
      'execute select generate_series(1,10) > OK (4 rows, suspended)',
      'execute select generate_series(1,10) > OK (4 rows, suspended)',
      'execute select generate_series(1,10) > OK (SELECT 2, 2 rows)',
      'query select 9 > OK (SELECT 1, 1 rows)',
    ]);
  });

  it('reads COPY in both directions, and one that fails', () => {
    expect(open({ fromStart: true }).play(sample('copy')).close().map(line)).toEqual([
      'startup postgres > OK',
      'query copy orders(name, amount) from stdin > OK (COPY 3)',
      'query copy orders to stdout > OK (COPY 5)',
      'query copy orders(name, amount) from stdin > 22P02',
      'query select 1 > OK (SELECT 1, 1 rows)',
    ]);
  });

  it('tells pipelined statements apart, also behind one that failed', () => {
    const seen = open({ fromStart: true }).play(sample('pipelined')).close();
    const count = (operation: string, status: string) =>
      seen.filter((exchange) => exchange.request.operation === operation && exchange.status === status).length;
    expect([count('execute', 'OK'), count('parse', 'OK'), count('execute', '22012'), count('parse', '42P01')]).toEqual([
      26, 3, 1, 1,
    ]);
    expect(seen.filter((exchange) => exchange.response === null)).toEqual([]);
  });

  it('gives each Execute of one batch its own answer', () => {
    const seen = open({ fromStart: true }).play(sample('pgbench-pipeline')).close().map(line);
    expect(seen).toHaveLength(1 + 3 + 30);
    const turn = [
      'execute select 1; > OK (SELECT 1, 1 rows)',
      'execute select abalance from pgbench_accounts where aid=1; > OK (SELECT 1, 1 rows)',
      'execute select 3; > OK (SELECT 1, 1 rows)',
    ];
    expect(seen.slice(4)).toEqual(Array.from({ length: 10 }, () => turn).flat());
  });

  it('reads a refused startup', () => {
    const [exchange] = open({ fromStart: true }).play(sample('refused')).close();
    expect(exchange).toMatchObject({ status: '3D000', error: '3D000' });
    expect(exchange!.response).toMatchObject({ severity: 'FATAL', message: 'database "nodb" does not exist' });
    expect(exchange!.attributes['db.namespace']).toBe('nodb');
  });

  it.each(['simple', 'extended', 'copy', 'pipelined', 'pgbench-pipeline', 'refused'])(
    'reads %s alike in pieces of any size',
    (name) => {
      const whole = open({ fromStart: true }).play(sample(name)).close().map(line);
      for (const size of [1, 2, 3, 5, 7, 11, 64, 1000]) {
        const talk = open({ fromStart: true }).play(sample(name), size);
        expect(talk.close().map(line)).toEqual(whole);
        expect(talk.stats).toMatchObject({ desyncs: 0, parserFaults: 0, parseErrors: {}, unmatched: {} });
      }
    },
  );
});

describe('postgres, opening a connection', () => {
  const opened = authenticationOk + parameter('TimeZone', 'UTC') + frame('K', u32(7), u32(8)) + ready();

  it('names user and database, and the user for want of a database', () => {
    for (const [parameters, database] of [
      [{ user: 'alice', database: 'shop' }, 'shop'],
      [{ user: 'alice' }, 'alice'],
    ] as const) {
      const talk = open({ fromStart: true }).client(startup(parameters)).server(opened);
      const [exchange] = talk
        .client(query('select 1'))
        .server(tag('SELECT 1') + ready())
        .close();
      expect(exchange).toMatchObject({ name: 'startup', status: 'OK' });
      expect(exchange!.request).toMatchObject({ resource: 'alice' });
      expect(talk.exchanges[1]!.attributes['db.namespace']).toBe(database);
    }
  });

  it('keeps nothing of passwords', () => {
    const talk = open({ fromStart: true })
      .client(startup({ user: 'alice' }))
      .server(frame('R', u32(5), 'salt'))
      .client(frame('p', 'hunter2\0'))
      .server(opened);
    const seen = talk.close();
    expect(seen.map(line)).toEqual(['startup alice > OK']);
    expect(JSON.stringify(seen.map(({ request, response }) => [request, response]))).not.toContain('hunter2');
  });

  it('goes on in clear text when the server refuses encryption', () => {
    const talk = open({ fromStart: true })
      .client(untyped(80_877_104))
      .server('N')
      .client(untyped(80_877_103))
      .server('N');
    talk
      .client(startup({ user: 'bob' }))
      .server(opened)
      .client(query('select 1'))
      .server(tag('SELECT 1') + ready());
    expect(talk.close().map(line)).toEqual(['startup bob > OK', 'query select 1 > OK (SELECT 1, 0 rows)']);
  });

  it('leaves an encrypted connection alone', () => {
    const talk = open({ fromStart: true }).client(untyped(80_877_103)).server('S');
    talk.client('\x16\x03\x01 hello').server('\x16\x03\x03 hello');
    expect(talk.close()).toEqual([]);
    expect(talk.stats).toMatchObject({ parseErrors: {}, desyncs: 0 });
  });

  it('reads the error of a server that knows no encryption', () => {
    const talk = open({ fromStart: true }).client(untyped(80_877_103));
    talk.server(error('0A000', 'unsupported frontend protocol', 'FATAL'));
    expect(talk.close()).toEqual([]);
    expect(talk.stats).toMatchObject({ parseErrors: {}, desyncs: 0 });
  });

  it('takes a cancel request for a message that has no answer', () => {
    for (const key of ['keyy', 'k'.repeat(256)]) {
      const seen = open({ fromStart: true })
        .client(untyped(80_877_102, u32(7) + key))
        .close();
      expect(seen.map(line)).toEqual(['cancel null > null']);
      expect(seen[0]).toMatchObject({ name: 'cancel', error: null, response: null });
    }
  });
});

describe('postgres, the extended protocol', () => {
  it('counts Parse, Bind, Describe and Execute as one exchange, bytes included', () => {
    const sent = parse('', 'select $1') + bind('', '', 'x') + describeFrame('P', '') + execute();
    const answer = parsed + bound + columns('a') + row('x') + tag('SELECT 1');
    const seen = open()
      .client(sent + sync)
      .server(answer + ready())
      .close();
    expect(seen.map(line)).toEqual(['execute select $1 > OK (SELECT 1, 1 rows)']);
    expect(seen[0]!.requestTiming.bytes).toBe(sent.length);
    expect(seen[0]!.responseTiming!.bytes).toBe(answer.length);
  });

  it('reports a statement that is only prepared as parse', () => {
    const talk = open().client(parse('s', 'select 1') + describeFrame('S', 's') + sync);
    talk.server(parsed + frame('t', u16(0)) + columns('a') + ready());
    talk.client(bind('', 's') + execute() + sync).server(bound + row('1') + tag('SELECT 1') + ready());
    expect(talk.close().map(line)).toEqual(['parse select 1 > OK', 'execute select 1 > OK (SELECT 1, 1 rows)']);
  });

  it('says null for a statement that was prepared before anybody looked', () => {
    const talk = open()
      .client(bind('', 'S_1') + execute() + sync)
      .server(bound + tag('SELECT 0') + ready());
    const [exchange] = talk.close();
    expect(exchange!.request).toMatchObject({ operation: 'execute', resource: null, statement: 'S_1' });
    expect(exchange!.name).toBe('execute');
  });

  it('makes no exchange of Describe, Close and Sync alone', () => {
    const talk = open()
      .client(describeFrame('S', 's') + sync)
      .server(noData + ready());
    talk.client(closeFrame('S', 's') + sync).server(closed + ready());
    expect(talk.close()).toEqual([]);
    expect(talk.stats.parseErrors).toEqual({});
  });

  it('forgets a statement that was closed, and one whose Parse failed', () => {
    const talk = open()
      .client(parse('a', 'select 1') + sync)
      .server(parsed + ready());
    talk.client(closeFrame('S', 'a') + sync).server(closed + ready());
    talk.client(parse('b', 'selec 1') + sync).server(error('42601', 'syntax') + ready());
    for (const name of ['a', 'b']) {
      talk.client(bind('', name) + execute() + sync).server(error('26000', 'no such statement') + ready());
    }
    expect(talk.close().map(line).slice(2)).toEqual(['execute null > 26000', 'execute null > 26000']);
  });

  it('forgets all statements at DISCARD ALL', () => {
    const talk = open()
      .client(parse('a', 'select 1') + sync)
      .server(parsed + ready());
    talk.client(query('DISCARD ALL')).server(tag('DISCARD ALL') + ready());
    talk.client(bind('', 'a') + execute() + sync).server(bound + tag('SELECT 0') + ready());
    expect(talk.close().map(line).at(-1)).toBe('execute null > OK (SELECT 0, 0 rows)');
  });

  it('keeps the SQL of a named portal when the unnamed statement changes', () => {
    const talk = open().client(parse('', 'select 1') + bind('p', '') + execute('p', 1) + sync);
    talk.server(parsed + bound + row('1') + frame('s') + ready());
    talk.client(parse('', 'select 2') + sync).server(parsed + ready());
    talk.client(execute('p', 1) + sync).server(tag('SELECT 0') + ready());
    expect(talk.close().map(line).at(-1)).toBe('execute select 1 > OK (SELECT 0, 0 rows)');
  });

  it('gives the error to the statement that failed and abandons the rest of its batch', () => {
    const one = parse('', 'select 1') + bind('', '') + execute();
    const two = parse('', 'select 1/0') + bind('', '') + execute();
    const talk = open({ fromStart: true }).client(one + two + one + one + sync);
    talk.server(parsed + bound + tag('SELECT 1') + parsed + bound + error('22012', 'division by zero') + ready());
    talk.client(one + sync).server(parsed + bound + tag('SELECT 5') + ready());
    expect(talk.close().map(line)).toEqual([
      'execute select 1 > OK (SELECT 1, 0 rows)',
      'execute select 1/0 > 22012',
      'execute select 1 > OK (SELECT 5, 0 rows)',
    ]);
    expect(talk.stats.unmatched).toEqual({ abandoned: 2 });
  });

  it('abandons what the client still sends into a failed batch', () => {
    const talk = open({ fromStart: true })
      .client(parse('', 'selec') + flush)
      .server(error('42601', 'syntax'));
    talk.client(bind('', '') + execute() + parse('', 'select 2') + bind('', '') + execute() + sync).server(ready());
    talk.client(query('select 3')).server(tag('SELECT 1') + ready());
    expect(talk.close().map(line)).toEqual(['parse selec > 42601', 'query select 3 > OK (SELECT 1, 0 rows)']);
    expect(talk.stats.unmatched).toEqual({});
  });

  it('does not give the error of a Describe to the batch behind it', () => {
    const talk = open({ fromStart: true })
      .client(query('select 0'))
      .server(tag('SELECT 1') + ready());
    talk.client(describeFrame('S', 'gone') + sync + query('select 1'));
    talk.server(error('26000', 'no such statement') + ready() + tag('SELECT 1') + ready());
    expect(talk.close().map(line).at(-1)).toBe('query select 1 > OK (SELECT 1, 0 rows)');
  });

  it('begins an answer where it begins, behind what was answered before', () => {
    const talk = open({ fromStart: true }).client(parse('', 'select 1') + describeFrame('S', '') + flush);
    talk.server(parsed + frame('t', u16(0)) + columns('a'));
    talk.client(closeFrame('S', 'x') + bind('', '') + execute() + sync);
    const answer = bound + row('1') + tag('SELECT 1');
    talk.server(closed + answer + ready());
    const [, exchange] = talk.close();
    expect(exchange!.responseTiming).toMatchObject({ bytes: answer.length, start: talk.time });
  });

  it('prepares and runs in one go with Flush in between', () => {
    const talk = open().client(parse('', 'select 1') + describeFrame('S', '') + flush);
    talk.server(parsed + frame('t', u16(0)) + columns('a'));
    talk.client(bind('', '') + execute() + sync).server(bound + row('1') + tag('SELECT 1') + ready());
    expect(talk.close().map(line)).toEqual(['parse select 1 > OK', 'execute select 1 > OK (SELECT 1, 1 rows)']);
  });
});

describe('postgres, everything else', () => {
  it('reports what a channel brings, between answers and within them', () => {
    const news = frame('A', u32(7), 'orders\0secret\0');
    const talk = open({ fromStart: true })
      .client(query('select 1'))
      .server(columns('a') + row('1') + news + tag('SELECT 1') + ready() + news);
    const seen = talk.close();
    expect(seen.map(line)).toEqual([
      'notification orders > null',
      'query select 1 > OK (SELECT 1, 1 rows)',
      'notification orders > null',
    ]);
    expect(JSON.stringify(seen.map((exchange) => exchange.request))).not.toContain('secret');
  });

  it('passes over notices and parameters', () => {
    const notice = frame('N', 'SNOTICE\0C00000\0Mhello\0\0');
    const talk = open()
      .server(notice + parameter('TimeZone', 'UTC'))
      .client(query('select 1'));
    talk.server(notice + columns('a') + notice + tag('SELECT 0') + parameter('a', 'b') + ready());
    expect(talk.close().map(line)).toEqual(['query select 1 > OK (SELECT 0, 0 rows)']);
    expect(talk.stats.desyncs).toBe(0);
  });

  it('pairs pipelined simple queries in order', () => {
    const talk = open({ fromStart: true }).client(query('select 1') + query('selec') + query('select 3'));
    talk.server(tag('SELECT 1') + ready() + error('42601', 'syntax') + ready() + tag('SELECT 3') + ready());
    expect(talk.close().map((exchange) => exchange.status)).toEqual(['OK', '42601', 'OK']);
  });

  it('reports a function call', () => {
    const call = frame('F', u32(1598), u16(0), u16(0), u16(0));
    const talk = open()
      .client(call)
      .server(frame('V', u32(0xffff_ffff)) + ready());
    expect(talk.close().map(line)).toEqual(['function null > OK']);
  });

  it('says that replication began, and steps over what follows', () => {
    const talk = open()
      .client(query('START_REPLICATION SLOT s LOGICAL 0/0'))
      .server(frame('W', '\0', u16(0)));
    for (let i = 0; i < 5; i++) talk.server(frame('d', 'w'.repeat(100))).client(frame('d', 'r'.repeat(30)));
    talk.client(frame('c')).server(frame('c') + tag('COPY 0') + ready());
    talk.client(query('select 1')).server(tag('SELECT 1') + ready());
    expect(talk.close().map((exchange) => exchange.status)).toEqual(['OK', 'OK']);
    expect(talk.stats).toMatchObject({ unmatched: {}, desyncs: 0 });
  });

  it('takes the last word of a server that shuts down', () => {
    const talk = open()
      .client(query('select pg_sleep(9)'))
      .server(error('57P01', 'terminating connection', 'FATAL'));
    expect(talk.close().map(line)).toEqual(['query select pg_sleep(9) > 57P01']);
  });

  it('masks literals, also in errors, and keeps names', () => {
    const talk = open({ mask: true }).client(query("insert into t values ('s3cret')"));
    talk.server(error('22P02', 'invalid input syntax for type integer: "s3cret"') + ready());
    talk.client(query('select * from "Gone"')).server(error('42P01', 'relation "Gone" does not exist') + ready());
    const [first, second] = talk.close();
    expect(first!.request.resource).toBe('insert into t values (?)');
    expect((first!.response as PostgresResponse).message).toBe('invalid input syntax for type integer: ?');
    expect((second!.response as PostgresResponse).message).toBe('relation "Gone" does not exist');
  });

  it.each([
    ['on', 'select ?\\?'],
    ['off', 'select ?'],
    ['', 'select ?'],
  ])('reads strings as the session has them: standard_conforming_strings %s', (setting, shown) => {
    const talk = open({ mask: true, fromStart: true }).client(startup({ user: 'u' }));
    const told = setting === '' ? '' : parameter('standard_conforming_strings', setting);
    talk.server(authenticationOk + parameter('integer_datetimes', 'on') + told + ready());
    talk.client(query("select 'C:\\'\\'a'")).server(tag('SELECT 0') + ready());
    expect(talk.close().at(-1)!.request.resource).toBe(shown);
  });

  it('reads strings anew when the session changes them', () => {
    const talk = open({ mask: true });
    for (const setting of ['on', 'off', 'on']) {
      talk.client(query('set x to y')).server(tag('SET') + parameter('standard_conforming_strings', setting) + ready());
      talk.client(query("select 'C:\\'\\'a'")).server(tag('SELECT 0') + ready());
    }
    const shown = talk.close().map(({ request }) => request.resource);
    expect(shown.filter((_, index) => index % 2 === 1)).toEqual(['select ?\\?', 'select ?', 'select ?\\?']);
  });

  it('adds up rows and counts statements of one text', () => {
    const talk = open().client(query('select 1; select 2'));
    talk.server(
      columns('a') + row('1') + tag('SELECT 1') + columns('a') + row('2') + row(null) + tag('SELECT 2') + ready(),
    );
    expect(talk.close()[0]!.response).toMatchObject({ tag: 'SELECT 2', rows: 3, statements: 2 });
  });
});
