import { BSON } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { Conversation, summary } from '../conversation.fixture.js';
import { mongodb } from './index.js';
import { bson, command, compressed, i32, i64, message, oldReply, query, reply, text } from './wire.fixture.js';

const open = () => new Conversation({ protocols: [mongodb] });
const lines = (talk: Conversation) => talk.close().map(({ name, status, error }) => `${name} ${status} ${error}`);
const find = (id: number, collection = 'orders') => command(id, { find: collection, filter: { a: id }, $db: 'shop' });
const batch = (id: number, answers: number, count = 1) =>
  reply(id, answers, {
    cursor: { firstBatch: Array.from({ length: count }, (_, n) => ({ n })), id: 0n, ns: 'shop.orders' },
    ok: 1,
  });

describe('mongodb commands', () => {
  it('pairs replies by the id of their request, whatever their order', () => {
    const talk = open()
      .client(find(7, 'a'))
      .client(find(8, 'b'))
      .server(batch(100, 8, 3))
      .server(batch(101, 7, 1));
    expect(talk.close().map(({ name, request, response }) => [name, request.id, response?.id])).toEqual([
      ['find b', 8, 8],
      ['find a', 7, 7],
    ]);
    expect(talk.exchanges.map(({ response }) => (response as { returned?: number }).returned)).toEqual([3, 1]);
  });

  it.each([
    ['before the command', 'before'],
    ['after the command', 'after'],
  ])('counts the documents of a sequence %s', (_, place) => {
    const sequence = { documents: [{ _id: 1 }, { _id: 2 }, { _id: 3 }] };
    const talk = open().client(command(1, { insert: 'orders', $db: 'shop' }, { [place]: sequence }));
    talk.server(reply(2, 1, { n: 3, ok: 1 }));
    const [exchange] = talk.close();
    expect(exchange).toMatchObject({
      name: 'insert orders',
      status: 'OK',
      request: { operation: 'insert', resource: 'orders', database: 'shop', documents: 3 },
      response: { n: 3 },
      attributes: { 'db.namespace': 'shop', 'db.operation.batch.size': 3, 'db.collection.name': 'orders' },
    });
  });

  it('takes an unacknowledged write for one-way', () => {
    const talk = open().client(command(1, { insert: 'orders', documents: [{}], $db: 'shop' }, { flags: 2 }));
    expect(talk.close()).toMatchObject([{ request: { kind: 'oneway', documents: 1 }, response: null, error: null }]);
  });

  it('reads a message with a checksum', () => {
    const talk = open().client(command(1, { ping: 1, $db: 'admin' }, { checksum: true }));
    expect(lines(talk.server(reply(2, 1, { ok: 1 }, { checksum: true })))).toEqual(['ping OK null']);
  });

  it.each([
    [{ getMore: BSON.Long.fromNumber(77), collection: 'orders', $db: 'shop' }, 'getMore orders', { cursorId: '77' }],
    [{ explain: { find: 'orders', filter: {} }, $db: 'shop' }, 'explain orders', {}],
    [{ aggregate: 1, pipeline: [], cursor: {}, $db: 'shop' }, 'aggregate', { resource: null }],
    [{ renameCollection: 'shop.old', to: 'shop.new', $db: 'admin' }, 'renameCollection old', {}],
    [{ createUser: 'maria', pwd: 'hunter2', roles: [], $db: 'admin' }, 'createUser', { resource: null }],
  ] as const)('names the command of case %#', (document, name, fields) => {
    const talk = open().client(command(1, document));
    const [exchange] = talk.server(reply(2, 1, { ok: 1 })).close();
    expect(exchange!.name).toBe(name);
    expect(exchange!.request).toMatchObject(fields);
  });

  it.each([
    [{ ok: 0, errmsg: 'no', code: 26, codeName: 'NamespaceNotFound' }, 26, 'NamespaceNotFound'],
    [{ ok: 0, errmsg: 'no' }, 'error', 'error'],
    [{ ok: 0, errmsg: 'no', code: 99_999 }, 99_999, '99999'],
    [{ n: 0, writeErrors: [{ index: 0, code: 11_000, errmsg: 'no' }], ok: 1 }, 11_000, 'DuplicateKey'],
    [{ n: 1, writeConcernError: { code: 64, codeName: 'WriteConcernTimeout' }, ok: 1 }, 64, 'WriteConcernTimeout'],
    [{ ok: 0, code: 112, codeName: 'WriteConflict', writeConcernError: { code: 64 } }, 112, 'WriteConflict'],
    [{ ok: 1, n: 0 }, 'OK', null],
    [{ ok: true }, 'OK', null],
  ])('tells the error of %j', (document, status, error) => {
    const [exchange] = open()
      .client(command(1, { insert: 'orders', $db: 'shop' }))
      .server(reply(2, 1, document))
      .close();
    expect(exchange).toMatchObject({ status, error });
  });

  it('shows no value, no secret and no error message', () => {
    const secret = 'hunter2';
    const talk = open()
      .client(command(1, { saslStart: 1, mechanism: 'SCRAM-SHA-256', payload: Buffer.from(secret), $db: 'admin' }))
      .server(reply(2, 1, { conversationId: 1, payload: Buffer.from(secret), ok: 1 }))
      .client(command(3, { insert: 'orders', documents: [{ secret }], comment: secret, $db: 'shop' }))
      .server(reply(4, 3, { writeErrors: [{ code: 11_000, errmsg: `dup key: { secret: "${secret}" }` }], ok: 1 }))
      .client(command(5, { eval: `return "${secret}"`, $db: 'shop' }))
      .server(reply(6, 5, { ok: 0, errmsg: secret, code: 59, codeName: 'CommandNotFound' }));
    const exchanges = talk.close();
    expect(exchanges.map((exchange) => exchange.name)).toEqual(['saslStart', 'insert orders', 'eval']);
    expect(exchanges[0]!.request).toMatchObject({ mechanism: 'SCRAM-SHA-256' });
    const shown = JSON.stringify(exchanges.map((exchange) => [summary(exchange), exchange.attributes]));
    expect(shown).not.toContain(secret);
  });
});

describe('mongodb replies that nobody asked for again', () => {
  it('leaves the further replies of a streaming hello out', () => {
    const talk = open()
      .client(command(1, { hello: 1, $db: 'admin' }, { flags: 0x1_0000 }))
      .server(reply(50, 1, { ok: 1 }, { flags: 2 }))
      .server(reply(51, 50, { ok: 1 }, { flags: 2 }))
      .server(reply(52, 51, { ok: 1 }));
    expect(lines(talk)).toEqual(['hello OK null']);
    expect(talk.stats.unmatched).toEqual({});
  });

  it.each([
    ['the reply before', [50, 51]],
    ['the request', [1, 1]],
  ])('reports each further batch of an exhaust cursor, that names %s', (_, [second, third]) => {
    const more = { cursor: { nextBatch: [{ a: 1 }, { a: 2 }], id: 5n, ns: 'shop.orders' }, ok: 1 };
    const talk = open()
      .client(command(1, { getMore: 5n, collection: 'orders', $db: 'shop' }, { flags: 0x1_0000 }))
      .server(reply(50, 1, more, { flags: 2 }))
      .server(reply(51, second!, more, { flags: 2 }))
      .server(reply(52, third!, { ok: 0, code: 43, codeName: 'CursorNotFound' }));
    expect(talk.close().map(({ name, request, status }) => [name, request.kind, status])).toEqual([
      ['getMore orders', 'request', 'OK'],
      ['getMore orders', 'oneway', 'OK'],
      ['getMore orders', 'oneway', 43],
    ]);
  });
});

describe('mongodb, compressed', () => {
  it('pairs what it cannot read', () => {
    const talk = open()
      .client(compressed(1, 0, 1))
      .client(compressed(2, 0, 3));
    talk.server(compressed(10, 2, 3)).server(compressed(11, 1, 1));
    expect(talk.close()).toMatchObject([
      { name: 'mongodb', status: null, request: { id: 2, compressor: 'zstd' }, response: { compressor: 'zstd' } },
      { name: 'mongodb', status: null, request: { id: 1, compressor: 'snappy' }, response: { id: 1 } },
    ]);
  });
});

describe('mongodb before OP_MSG', () => {
  it('reads commands in queries', () => {
    const talk = open()
      .client(query(1, 'admin.$cmd', { isMaster: 1, client: { name: 'x' } }))
      .server(oldReply(1, [{ ismaster: true, ok: 1 }]))
      .client(query(2, 'shop.$cmd', { $query: { count: 'orders' }, $readPreference: {} }))
      .server(oldReply(2, [{ n: 4, ok: 1 }]))
      .client(query(3, 'shop.$cmd', { getLastError: 1 }))
      .server(oldReply(3, [{ err: 'duplicate', code: 11_000, n: 0, ok: 1 }]));
    expect(lines(talk)).toEqual(['isMaster OK null', 'count orders OK null', 'getLastError 11000 DuplicateKey']);
  });

  it('counts the documents of cursors, and reads nothing of them', () => {
    const talk = open()
      .client(query(1, 'shop.orders', { ok: 0 }))
      .server(oldReply(1, [{ ok: 0, code: 5 }, { ok: 0 }], 8, 99n))
      .client(message('OP_GET_MORE', 2, 0, i32(0), text('shop.orders'), i32(10), i64(99n)))
      .server(oldReply(2, [], 1))
      .client(query(3, 'shop.orders', {}))
      .server(oldReply(3, [{ $err: 'not primary', code: 13_435 }], 2));
    expect(talk.close()).toMatchObject([
      { name: 'query orders', status: 'OK', response: { returned: 2, cursorId: '99' } },
      { name: 'getMore orders', status: 43, error: 'CursorNotFound', request: { cursorId: '99', database: 'shop' } },
      { name: 'query orders', status: 13_435, error: 'NotPrimaryNoSecondaryOk' },
    ]);
  });

  it('reports writes and ended cursors one-way, and exhaust queries with all their replies', () => {
    const talk = open()
      .client(message('OP_INSERT', 1, 0, i32(0), text('shop.orders'), bson({ a: 1 }), bson({ a: 2 })))
      .client(message('OP_UPDATE', 2, 0, i32(0), text('shop.orders'), i32(0), bson({}), bson({ a: 3 })))
      .client(message('OP_DELETE', 3, 0, i32(0), text('shop.system.users'), i32(0), bson({})))
      .client(message('OP_KILL_CURSORS', 4, 0, i32(0), i32(1), i64(99n)))
      .client(query(5, 'shop.orders', {}, 0x40))
      .server(oldReply(5, [{}], 8, 7n, 70))
      .server(oldReply(70, [{}, {}], 8, 7n, 71))
      .server(oldReply(71, [{}], 8, 0n, 72));
    expect(lines(talk)).toEqual([
      'insert orders null null',
      'update orders null null',
      'delete system.users null null',
      'killCursors null null',
      'query orders OK null',
      'query orders OK null',
      'query orders OK null',
    ]);
  });

  it('reads the commands of OP_COMMAND', () => {
    const talk = open()
      .client(message('OP_COMMAND', 1, 0, text('shop'), text('count'), bson({ count: 'orders' }), bson({})))
      .server(message('OP_COMMANDREPLY', 2, 1, bson({ n: 1, ok: 1 }), bson({})));
    expect(lines(talk)).toEqual(['count OK null']);
  });
});
