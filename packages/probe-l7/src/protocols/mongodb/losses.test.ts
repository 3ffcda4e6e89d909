import { describe, expect, it } from 'vitest';
import { Conversation } from '../conversation.fixture.js';
import { mongodb } from './index.js';
import { command, i32, reply } from './wire.fixture.js';

const open = () => new Conversation({ protocols: [mongodb] });
const find = (id: number, collection = 'orders') => command(id, { find: collection, filter: { a: id }, $db: 'shop' });
const documents = (count: number, bytes = 100) =>
  Array.from({ length: count }, (_, n) => ({ n, text: 'x'.repeat(bytes) }));
const batch = (answers: number, count: number, bytes?: number) =>
  reply(1000 + answers, answers, {
    cursor: { firstBatch: documents(count, bytes), id: 0n, ns: 'shop.orders' },
    ok: 1,
  });

describe('mongodb in many pieces', () => {
  it('walks a reply of megabytes without keeping it', () => {
    const answer = batch(1, 10_000, 200);
    const talk = open()
      .client(find(1))
      .play([[false, answer]], 1400)
      .client(find(2))
      .server(batch(2, 1));
    const exchanges = talk.close();
    expect(exchanges[0]!.response).toMatchObject({ ok: 1, returned: 10_000 });
    expect(exchanges[0]!.responseTiming!.bytes).toBe(answer.length);
    expect(exchanges[1]).toMatchObject({ name: 'find orders', status: 'OK' });
  });

  it('steps over documents that are longer than what is kept, in arrays and in sequences', () => {
    const large = documents(3, 200_000);
    const talk = open()
      .play([[true, command(1, { insert: 'orders', documents: large, $db: 'shop' })]], 1400)
      .play([[true, command(2, { insert: 'carts', $db: 'shop' }, { before: { documents: large } })]], 1400)
      .play([[true, command(3, { insert: 'users', $db: 'shop' }, { after: { documents: large } })]], 1400)
      .server(reply(11, 1, { n: 3, ok: 1 }))
      .server(reply(12, 2, { n: 3, ok: 1 }))
      .server(reply(13, 3, { n: 3, ok: 1 }));
    expect(talk.close().map(({ name, request }) => [name, request])).toMatchObject(
      ['orders', 'carts', 'users'].map((name) => [`insert ${name}`, { documents: 3, database: 'shop' }]),
    );
  });

  it('answers a request whose body is still on its way', () => {
    const whole = command(1, { insert: 'orders', documents: documents(100), $db: 'shop' });
    const talk = open()
      .client(whole.subarray(0, 500))
      .server(reply(2, 1, { ok: 0, code: 13, codeName: 'Unauthorized' }));
    talk.client(whole.subarray(500)).client(find(3)).server(batch(3, 1));
    expect(talk.close().map(({ name, status }) => `${name} ${status}`)).toEqual(['insert orders 13', 'find orders OK']);
  });
});

describe('mongodb after a loss', () => {
  it('takes a reply that was cut in its batch for a success, and counts nothing', () => {
    const answer = batch(1, 100);
    const talk = open().client(find(1)).server(answer, 2000).client(find(2)).server(batch(2, 1));
    const [first, second] = talk.close();
    expect(first).toMatchObject({ status: 'OK', response: { truncated: true, ok: 1 } });
    expect(first!.response).not.toHaveProperty('returned');
    expect(second).toMatchObject({ status: 'OK', response: { returned: 1 } });
  });

  it('says of a reply that was cut before it tells how it went that nobody knows', () => {
    const answer = reply(2, 1, { values: documents(100), ok: 1 });
    const talk = open()
      .client(command(1, { distinct: 'orders', key: 'n', $db: 'shop' }))
      .server(answer, 500);
    expect(talk.close()).toMatchObject([{ name: 'distinct orders', status: null, error: null }]);
  });

  it('tells the command of a request that was cut by its document sequence', () => {
    const whole = command(1, { update: 'orders', $db: 'shop' }, { before: { updates: documents(100) } });
    const [exchange] = open()
      .client(whole, 3000)
      .server(reply(2, 1, { n: 1, ok: 1 }))
      .close();
    expect(exchange).toMatchObject({ name: 'update', request: { truncated: true, resource: null, database: null } });
    expect(exchange!.request).not.toHaveProperty('documents');
  });

  it('pairs what came before and after a hole, and nothing across it', () => {
    const talk = open().client(find(1, 'a')).client(find(2, 'b'));
    talk.miss(false, batch(1, 3).length).server(batch(2, 5));
    talk.miss(true, 200).client(find(4, 'd')).server(batch(3, 7)).server(batch(4, 9));
    const answered = talk.close().filter(({ response }) => response !== null);
    expect(answered.map(({ name, response }) => [name, (response as { returned?: number }).returned])).toEqual([
      ['find b', 5],
      ['find d', 9],
    ]);
  });

  it('finds the next message behind a hole in the middle of one', () => {
    const answer = batch(1, 500);
    const talk = open().client(find(1)).server(answer.subarray(0, 3000)).miss(false, 3000);
    talk.server(answer.subarray(6000)).client(find(2, 'next')).server(batch(2, 1));
    expect(talk.close().map(({ name, status }) => `${name} ${status}`)).toEqual(['find orders OK', 'find next OK']);
    expect(talk.stats.parseErrors).toEqual({});
  });

  it('joins in the middle of a reply', () => {
    const talk = new Conversation({ protocols: [mongodb], pinned: false, fromStart: false });
    talk.server(batch(1, 100).subarray(700)).client(find(2)).server(batch(2, 4));
    expect(talk.close()).toMatchObject([{ name: 'find orders', response: { returned: 4 } }]);
  });

  it('reports a message of which only the header was seen', () => {
    const talk = open().client(find(7), 16).server(batch(7, 1));
    expect(talk.close()).toMatchObject([{ name: 'mongodb', status: 'OK', request: { id: 7, truncated: true } }]);
  });
});

describe('mongodb, hostile', () => {
  const header = (length: number, opcode: number) => Buffer.concat([i32(length), i32(1), i32(0), i32(opcode)]);

  it.each([
    ['shorter than its header', header(15, 2013)],
    ['of gigabytes', header(0x7fff_ffff, 2013)],
    ['of a negative length', header(-1, 2013)],
    ['of no known kind', header(100, 2003)],
    ['that only a server sends', header(100, 1)],
    ['shorter than its flags', header(18, 2013)],
  ])('refuses a message %s, and counts it', (_, bytes) => {
    const talk = open().client(Buffer.concat([bytes, Buffer.alloc(100)]));
    expect(talk.close()).toEqual([]);
    expect(talk.stats.parseErrors).toEqual({ mongodb: 1 });
  });

  it.each([
    ['a document longer than its message', 21, 1000],
    ['a document of a negative length', 21, -7],
    ['a string longer than its document', 31, 5000],
    ['an element without a type', 25, 0x0055_5555],
  ])('goes on behind a message with %s', (_, at, value) => {
    const bad = find(1);
    bad.writeInt32LE(value, at);
    const talk = open().client(bad).client(find(2, 'next')).server(batch(2, 1));
    const exchanges = talk.close();
    expect(exchanges.some(({ name, status }) => name === 'find next' && status === 'OK')).toBe(true);
    expect(talk.stats.parserFaults).toBe(0);
  });

  it('keeps little of names, texts and messages without end', () => {
    const endless = Buffer.concat([
      header(40_000_000, 2013),
      i32(0),
      Buffer.from([0]),
      i32(39_999_979),
      Buffer.from([2]),
    ]);
    const talk = open().client(endless);
    for (let chunk = 0; chunk < 100; chunk++) talk.client(Buffer.alloc(4096, 0x61));
    expect(talk.close()).toHaveLength(1);
    expect(talk.stats.parserFaults).toBe(0);
  });

  it('takes no name of a command that is none', () => {
    for (const name of ['with space', 'x'.repeat(100), 'née']) {
      const talk = open()
        .client(command(1, { [name]: 1, $db: 'shop' }))
        .server(reply(2, 1, { ok: 1 }));
      expect(talk.close()).toMatchObject([{ name: 'mongodb', request: { operation: null } }]);
    }
  });
});
