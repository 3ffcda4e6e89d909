import { describe, expect, it } from 'vitest';
import { Conversation } from '../conversation.fixture.js';
import { mysql } from './index.js';
import type { MysqlResponse } from './messages.js';
import {
  column,
  command,
  end,
  eof,
  error,
  execute,
  greeting,
  login,
  ok,
  packet,
  packets,
  prepare,
  prepareOk,
  query,
  resultSet,
  text,
  u16,
  u32,
} from './packets.fixture.js';

const open = (options = {}) => new Conversation({ protocols: [mysql], mask: false, ...options });
const opened = () => open().server(greeting()).client(login('bob', 'shop')).server(packet(2, ok()));
const answers = (talk: Conversation) => talk.close().map((exchange) => exchange.response as MysqlResponse | null);

describe('answers that are none', () => {
  it.each([
    ['a query answered with text', query('select 1'), packet(1, 'hello'), 'not the beginning of a result set'],
    ['PING answered with columns', command(0x0e), packet(1, '\x05'), 'neither OK nor an error'],
    [
      'rows out of sequence',
      query('select 1'),
      packets(1, '\x01', column('a'), eof()) + packet(9, text('x')),
      'packet out of sequence',
    ],
    ['an empty packet among rows', query('select 1'), packets(1, '\x01', column('a'), eof(), ''), 'empty packet'],
    ['EOF where columns should be', query('select 1'), packets(1, '\x02', eof()), 'not a definition'],
  ])('%s', (_name, asked, answer, reason) => {
    const talk = opened().client(asked).server(answer);
    talk.client(query('select 2')).server(resultSet(1, ['x']));
    const seen = talk.close();
    expect(talk.stats.parseErrorReasons).toEqual({ [`mysql: ${reason}`]: 1 });
    expect(seen.at(-1)).toMatchObject({ request: { resource: 'select 2' }, status: 'OK', response: { rows: 1 } });
  });

  it('do not come from a server that answers without being asked', () => {
    const talk = opened()
      .server(packet(1, ok()))
      .client(query('select 1'))
      .server(packet(1, ok(4)));
    expect(answers(talk).at(-1)).toMatchObject({ affectedRows: 4 });
    expect(talk.stats.unmatched).toEqual({ 'response-without-request': 1 });
  });
});

describe('definitions', () => {
  it('may be left out, if the client has them', () => {
    for (const answer of [packets(1, '\x03\x00', '\0\0a', end()), packets(1, '\x03\x00', eof(), '\0\0a', eof())]) {
      const talk = opened()
        .client(execute(1))
        .server(answer)
        .client(query('select 1'))
        .server(resultSet(1, ['x']));
      expect(answers(talk).slice(1)).toMatchObject([{ rows: 1 }, { rows: 1 }]);
    }
  });

  it('end without EOF once that was agreed', () => {
    const talk = open()
      .server(greeting('8.0.36', 0x01ff_f7df))
      .client(login('bob', null, 0x0100_a200));
    talk
      .server(packet(2, ok()))
      .client(prepare('select ?'))
      .server(packets(1, prepareOk(1, 1, 1), column('?'), column('a')));
    talk.client(execute(1)).server(packets(1, '\x01', column('a'), '\0\0a', end()));
    talk.client(prepare('set a = ?')).server(packets(1, prepareOk(2, 0, 1), column('?')));
    talk.client(query('select 1')).server(packets(1, '\x01', column('a'), text('x'), end()));
    expect(
      answers(talk)
        .slice(1)
        .map((answer) => [answer?.result, answer?.rows]),
    ).toEqual([
      ['PREPARE_OK', undefined],
      ['RESULTSET', 1],
      ['PREPARE_OK', undefined],
      ['RESULTSET', 1],
    ]);
    expect(talk.stats.desyncs).toBe(0);
  });

  it('end with EOF once that was agreed, also behind columns alone', () => {
    const talk = opened()
      .client(prepare('select 1'))
      .server(packets(1, prepareOk(1, 1, 0), column('a')));
    expect(talk.exchanges.length).toBe(1); // the login; the answer is not complete
    talk
      .server(packet(3, eof()))
      .client(query('select 1'))
      .server(resultSet(1, ['x']));
    expect(
      answers(talk)
        .slice(1)
        .map((answer) => answer?.result),
    ).toEqual(['PREPARE_OK', 'RESULTSET']);
  });

  it('are told from a trailing EOF by nobody who joined late, until it comes', () => {
    const talk = open({ fromStart: false })
      .client(prepare('select 1'))
      .server(packets(1, prepareOk(1, 1, 0), column('a')));
    talk.server(packet(3, eof()));
    talk.client(prepare('select 2')).server(packets(1, prepareOk(2, 1, 0), column('a'), eof()));
    expect(answers(talk).map((answer) => answer?.statementId)).toEqual([1, 2]);
    expect(talk.stats).toMatchObject({ desyncs: 0, unmatched: {} });
  });

  it('may be followed by an error in place of rows', () => {
    const talk = opened().client(query('select f()'));
    talk.server(packets(1, '\x01', column('a'), error(1406, '22001', 'too long')));
    expect(answers(talk).at(-1)).toMatchObject({ result: 'ERR', errorCode: 1406, sqlState: '22001' });
  });
});

describe('large rows', () => {
  it('count once, whatever number of packets they take', () => {
    const large = 'x'.repeat(0xff_ffff);
    const talk = opened()
      .client(query('select a'))
      .server(packets(1, '\x01', column('a'), eof()));
    for (const part of [packet(4, large), packet(5, large), packet(6, ''), packets(7, text('b'), eof())])
      talk.server(part);
    expect(answers(talk).at(-1)).toMatchObject({ rows: 2 });
    expect(talk.stats.desyncs).toBe(0);
  });
});

describe('several results', () => {
  it('mix rows, changes and errors', () => {
    const first = resultSet(1, ['a'], 0x0a);
    const talk = opened().client(query('select 1; update t; select 2'));
    talk.server(first + packet(6, ok(3, 0x0a)) + resultSet(7, ['b', 'c']));
    talk.client(query('update t; broken')).server(packet(1, ok(1, 0x0a)) + packet(2, error(1064, '42000', 'syntax')));
    expect(answers(talk).slice(1)).toMatchObject([
      { result: 'RESULTSET', rows: 3, affectedRows: 3, results: 3 },
      { result: 'ERR', results: 2, errorCode: 1064 },
    ]);
  });
});

describe('files of the client', () => {
  it('may be refused by either side', () => {
    const talk = opened().client(query('load data local')).server(packet(1, '\xfbx.csv')).client(packet(2, ''));
    talk
      .server(packet(3, error(2, 'HY000', 'no such file')))
      .client(query('select 1'))
      .server(resultSet(1, ['x']));
    expect(answers(talk).slice(1)).toMatchObject([{ result: 'ERR' }, { rows: 1 }]);
  });

  it('may be larger than what is captured of them', () => {
    const talk = opened().client(query('load data local')).server(packet(1, '\xfbx.csv'));
    talk
      .client(packet(2, 'x'.repeat(50_000)), 100)
      .client(packet(3, 'y'))
      .client(packet(4, ''))
      .server(packet(5, ok(9)));
    expect(answers(talk).at(-1)).toMatchObject({ affectedRows: 9 });
    expect(talk.stats.desyncs).toBe(0);
  });
});

describe('logins', () => {
  it('may be the first thing that is seen', () => {
    const talk = open({ fromStart: false, role: null, pinned: false }).client(login('bob', 'shop'));
    talk.server(packet(2, '\xfemysql_native_password\0salt')).client(packet(3, 'scramble')).server(packet(4, ok()));
    talk.client(query('select 1')).server(resultSet(1, ['x']));
    expect(talk.close().map((exchange) => exchange.request.resource)).toEqual(['bob', 'select 1']);
  });

  it('may follow a greeting that is the first thing that is seen', () => {
    const talk = open({ fromStart: false, role: null, pinned: false }).server(greeting('5.5.5-10.11.6-MariaDB'));
    talk.client(login('bob')).server(packet(2, ok()));
    expect(talk.close()[0]).toMatchObject({ client: { port: 40_000 }, attributes: { 'db.system.name': 'mariadb' } });
  });

  it('happen again with a change of user, and its rounds', () => {
    const talk = opened().client(command(0x11, `alice\0\x03pwdother\0${u16(33)}plugin\0`));
    talk.server(packet(1, '\xfeplugin\0salt')).client(packet(2, 'scramble')).server(packet(3, ok()));
    talk.client(query('select 1')).server(resultSet(1, ['x']));
    const seen = talk.close();
    expect(seen[1]!.request).toMatchObject({ operation: 'CHANGE_USER', resource: 'alice', database: 'other' });
    expect(seen[2]!.attributes['db.namespace']).toBe('other');
  });

  it('agree on compression only if both sides can', () => {
    const compress = 0x20;
    for (const [server, reads] of [
      [0x00ff_f7df | compress, 1],
      [0x00ff_f7df & ~compress, 2],
    ] as const) {
      const talk = open()
        .server(greeting('8.0.36', server))
        .client(login('bob', null, 0xa200 | compress));
      talk
        .server(packet(2, ok()))
        .client(query('select 1'))
        .server(resultSet(1, ['x']));
      expect(talk.close()).toHaveLength(reads);
    }
  });

  it('of a replica go on with a stream', () => {
    const talk = opened().client(command(0x1e, `${u16(0)}${u32(5)}${u32(0)}${u32(4)}\0\0\0\0${u32(0)}`));
    for (let i = 1; i <= 300; i++) talk.server(packet(i & 0xff, `\0${'e'.repeat(20)}`));
    talk.server(packet(301 & 0xff, error(1236, 'HY000', 'gone')));
    expect(answers(talk)).toMatchObject([{ result: 'OK' }, { result: 'STREAM' }]);
    expect(talk.stats).toMatchObject({ desyncs: 0, unmatched: {} });
  });
});
