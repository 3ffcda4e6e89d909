import { describe, expect, it } from 'vitest';
import { Conversation, summary } from '../conversation.fixture.js';
import { cassandra } from './index.js';
import {
  answer,
  ask,
  done,
  execute,
  failed,
  i32,
  id,
  long,
  prepare,
  prepared,
  query,
  ready,
  rows,
  short,
  startup,
  string,
  u16,
} from './wire.fixture.js';

const open = () => new Conversation({ protocols: [cassandra] });
const lines = (talk: Conversation) => talk.close().map(({ name, status, error }) => `${name} ${status} ${error}`);

describe('cassandra', () => {
  it('pairs responses by the stream of their request, whatever their order', () => {
    const talk = open()
      .client(query('SELECT * FROM a', { stream: 3 }))
      .client(query('SELECT * FROM b', { stream: 4 }));
    talk.server(rows(2, { stream: 4 })).server(rows(5, { stream: 3 }));
    expect(talk.close().map(({ name, response }) => [name, (response as { rows?: number }).rows])).toEqual([
      ['SELECT b', 2],
      ['SELECT a', 5],
    ]);
  });

  it.each([3, 4, 5])('looks up the statement of an execution in version %i', (version) => {
    const talk = open()
      .client(prepare("SELECT * FROM orders WHERE id = ? AND secret = 'hunter2'", { version }))
      .server(version === 3 ? done({ version }) : prepared(id(version), { version }))
      .client(execute(id(version), { version }))
      .server(rows(1, { version }));
    const [, executed] = talk.close();
    const known = version > 3;
    expect(executed).toMatchObject({
      name: known ? 'SELECT orders' : 'EXECUTE',
      request: {
        operation: 'EXECUTE',
        resource: known ? 'SELECT * FROM orders WHERE id = ? AND secret = ?' : null,
        preparedId: id(version).toString('hex'),
        consistency: 'ONE',
      },
      response: { result: 'rows', rows: 1, columns: 2, keyspace: 'shop', table: 'orders' },
      attributes: { 'db.namespace': 'shop', 'db.collection.name': 'orders', 'db.response.returned_rows': 1 },
    });
  });

  it('knows a statement that another connection prepared', () => {
    open()
      .client(prepare('UPDATE carts SET n = ? WHERE id = ?'))
      .server(prepared(id(77)))
      .close();
    const talk = open()
      .client(execute(id(77)))
      .server(done());
    expect(lines(talk)).toEqual(['UPDATE carts OK null']);
  });

  it.each([
    [0x2200, 'Invalid'],
    [0x1000, 'Unavailable'],
    [0x2500, 'Unprepared'],
    [0x7777, '0x7777'],
  ])('tells the error %i by its name', (code, name) => {
    const [exchange] = open().client(query('SELECT 1')).server(failed(code, "no table 'hunter2'")).close();
    expect(exchange).toMatchObject({ status: code, error: name, attributes: { 'error.type': name } });
    expect(JSON.stringify([exchange!.response, exchange!.attributes])).not.toContain('hunter2');
  });

  it('follows the keyspace in use', () => {
    const talk = open()
      .client(query('USE shop'))
      .server(answer('RESULT', {}, i32(3), string('shop')))
      .client(query('SELECT * FROM orders'))
      .server(done());
    const exchanges = talk.close();
    expect(exchanges[1]!.request).toMatchObject({ keyspace: 'shop' });
    expect(exchanges[1]!.attributes).toMatchObject({ 'db.namespace': 'shop' });
  });

  it('counts the statements of a batch', () => {
    const statements = [
      [Buffer.from([0]), long("INSERT INTO a (id, s) VALUES (1, 'hunter2')"), u16(0)],
      [Buffer.from([1]), short(id(5)), u16(2), i32(-1), i32(2), Buffer.from('hi')],
      [Buffer.from([0]), long("DELETE FROM a WHERE s = 'hunter2'"), u16(0)],
    ].flat();
    const talk = open().client(ask('BATCH', {}, Buffer.from([0]), u16(3), ...statements, u16(6), Buffer.from([0])));
    const [exchange] = talk.server(done()).close();
    expect(exchange).toMatchObject({
      name: 'BATCH',
      request: { resource: 'INSERT INTO a (id, s) VALUES (?, ?)', statements: 3, consistency: 'LOCAL_QUORUM' },
      attributes: { 'db.operation.batch.size': 3, 'db.operation.name': 'BATCH' },
    });
  });

  it('reads what stands behind a trace, warnings and a custom payload', () => {
    const payload = Buffer.concat([u16(1), string('key'), i32(3), Buffer.from('abc')]);
    const talk = open()
      .client(ask('QUERY', { flags: 0x06 }, payload, long('SELECT * FROM orders'), u16(1), Buffer.from([0])))
      .server(
        answer('RESULT', { flags: 0x0e }, Buffer.alloc(16), u16(2), string('slow'), string('big'), payload, i32(1)),
      );
    expect(talk.close()).toMatchObject([
      {
        name: 'SELECT orders',
        request: { tracing: true, customPayload: true },
        response: { tracing: true, warnings: 2, customPayload: true, result: 'void' },
      },
    ]);
  });

  it('reports events one-way', () => {
    const talk = open().server(
      answer('EVENT', { stream: 0xffff }, string('STATUS_CHANGE'), string('UP'), Buffer.alloc(9)),
    );
    expect(talk.close()).toMatchObject([
      { name: 'EVENT STATUS_CHANGE', status: null, response: null, request: { kind: 'oneway', change: 'UP' } },
    ]);
  });

  it('shows nothing of a login', () => {
    const token = Buffer.from('\0maria\0hunter2');
    const talk = open()
      .client(startup({}, 'LZ4'))
      .server(answer('AUTHENTICATE', {}, string('org.apache.cassandra.auth.PasswordAuthenticator')))
      .client(ask('AUTH_RESPONSE', {}, i32(token.length), token))
      .server(answer('AUTH_SUCCESS', {}, i32(-1)))
      .client(ask('REGISTER', {}, u16(2), string('STATUS_CHANGE'), string('SCHEMA_CHANGE')))
      .server(ready());
    const exchanges = talk.close();
    expect(exchanges.map(({ name, status }) => `${name} ${status}`)).toEqual([
      'STARTUP OK',
      'AUTH_RESPONSE OK',
      'REGISTER OK',
    ]);
    expect(exchanges[0]!.request).toMatchObject({ compression: 'lz4' });
    expect(exchanges[2]!.request).toMatchObject({ resource: 'STATUS_CHANGE SCHEMA_CHANGE' });
    expect(JSON.stringify(exchanges.map(summary))).not.toMatch(/maria|hunter2/);
  });

  it('tells what a change of the schema changed', () => {
    const change = [i32(5), string('CREATED'), string('TABLE'), string('shop'), string('carts')];
    const [exchange] = open()
      .client(query('CREATE TABLE carts (id int)'))
      .server(answer('RESULT', {}, ...change))
      .close();
    expect(exchange!.response).toMatchObject({ result: 'schema_change', keyspace: 'shop', table: 'carts' });
  });

  it('says that more pages follow', () => {
    const page = [i32(2), i32(2 | 4), i32(3), i32(4), Buffer.from('page'), i32(9)];
    const [exchange] = open()
      .client(query('SELECT * FROM orders'))
      .server(answer('RESULT', {}, ...page))
      .close();
    expect(exchange!.response).toMatchObject({ morePages: true, columns: 3, rows: 9 });
  });

  it('takes the keyspace of a request in version 5', () => {
    const flags = i32(0x01 | 0x04 | 0x80);
    const body = [
      long('SELECT * FROM orders WHERE id = ?'),
      u16(1),
      flags,
      u16(1),
      i32(-1),
      i32(5000),
      string('other'),
    ];
    const [exchange] = open()
      .client(ask('QUERY', { version: 5 }, ...body))
      .server(done({ version: 5 }))
      .close();
    expect(exchange!.request).toMatchObject({ keyspace: 'other' });
  });

  it('reads a long statement that comes in many pieces, and steps over a long answer', () => {
    const statement = `INSERT INTO orders (id, text) VALUES (1, '${'x'.repeat(100_000)}')`;
    const big = rows(20_000);
    const talk = open().play(
      [
        [true, query(statement)],
        [false, big],
        [true, query('SELECT * FROM a')],
        [false, done()],
      ],
      1400,
    );
    const exchanges = talk.close();
    expect(exchanges.map(({ name }) => name)).toEqual(['INSERT orders', 'SELECT a']);
    expect(exchanges[0]!.responseTiming!.bytes).toBe(big.length);
    expect(exchanges[0]!.response).toMatchObject({ rows: 20_000 });
    expect((exchanges[0]!.request as { resource: string }).resource).not.toContain('xx');
  });
});

describe('cassandra, hostile', () => {
  it.each([
    ['an unknown version', [0x09, 0, 0, 1, 7, 0, 0, 0, 4]],
    ['an opcode of the server', [0x04, 0, 0, 1, 8, 0, 0, 0, 4]],
    ['an unknown opcode', [0x04, 0, 0, 1, 0x44, 0, 0, 0, 4]],
    ['a body of gigabytes', [0x04, 0, 0, 1, 7, 0x7f, 0xff, 0xff, 0xff]],
    ['a negative stream', [0x04, 0, 0xff, 0xfe, 7, 0, 0, 0, 4]],
  ])('refuses %s, and counts it', (_, header) => {
    const talk = open().client(Buffer.concat([Buffer.from(header), Buffer.alloc(8)]));
    expect(talk.close()).toEqual([]);
    expect(talk.stats.parseErrors).toEqual({ cassandra: 1 });
  });

  it.each([
    ['columns that never end', [i32(2), i32(1), i32(0x7fff_ffff), string('a'), string('b')]],
    [
      'a type in a type without end',
      [i32(2), i32(1), i32(1), string('a'), string('b'), string('c'), ...Array(500).fill(u16(0x20))],
    ],
    ['a negative length', [i32(2), i32(2), i32(1), i32(-5), i32(3)]],
    ['nothing at all', []],
  ])('takes an answer of %s for an answer', (_, body) => {
    const talk = open()
      .client(query('SELECT * FROM a'))
      .server(answer('RESULT', {}, ...body));
    expect(lines(talk)).toEqual(['SELECT a OK null']);
    expect(talk.stats.parserFaults).toBe(0);
  });

  it('takes a statement that is longer than its envelope for none', () => {
    const talk = open()
      .client(ask('QUERY', {}, i32(1000), Buffer.from('SELECT')))
      .server(done());
    expect(talk.close()).toHaveLength(1);
    expect(talk.stats.parserFaults).toBe(0);
  });
});
