import { describe, expect, it } from 'vitest';
import { Conversation } from '../conversation.fixture.js';
import { dubbo } from './index.js';
import { answer, call, frame, map, str } from './wire.fixture.js';

const open = (options = {}) => new Conversation({ protocols: [dubbo], ...options });
const N = Buffer.from('N');

describe('dubbo', () => {
  it('pairs by id in any order and gives the attributes of remote procedure calls', () => {
    const talk = open()
      .client(call(1, 'add', 'I', Buffer.from([0x91]), map({ group: 'blue' })))
      .client(call(2, 'clear'));
    const [second, first] = talk
      .server(answer(2, 2))
      .server(answer(1, 1, Buffer.from([0x92])))
      .close();
    expect(second).toMatchObject({ name: 'shop.Cart/clear', status: 20, error: null });
    expect(first!.attributes).toMatchObject({
      'rpc.system': 'apache_dubbo',
      'rpc.system.name': 'dubbo',
      'rpc.service': 'shop.Cart',
      'rpc.method': 'add',
      'rpc.response.status_code': 'OK',
      'dubbo.service.group': 'blue',
      'dubbo.serialization': 'hessian2',
    });
    expect(first!.request).not.toHaveProperty('serviceVersion'); // 0.0.0 is none
  });

  it('tells heartbeats of both sides from calls with the same id', () => {
    const talk = open()
      .client(call(7, 'add'))
      .server(frame(0xe2, 0, 7, N));
    const exchanges = talk
      .client(frame(0x22, 20, 7, N))
      .server(answer(7, 1))
      .close();
    expect(exchanges.map((e) => [e.name, e.status])).toEqual([
      ['heartbeat', 20],
      ['shop.Cart/add', 20],
    ]);
    expect(exchanges[0]!.attributes).toMatchObject({ 'dubbo.event': 'heartbeat' });
    expect(exchanges[0]!.attributes).not.toHaveProperty('rpc.method');
  });

  it('knows a provider that says that it takes no more calls', () => {
    const talk = open()
      .server(frame(0xa2, 0, 1, str('R')))
      .server(frame(0xa2, 0, 2, str('W')));
    expect(talk.close().map((e) => [e.name, e.request.kind])).toEqual([
      ['readonly', 'oneway'],
      ['writable', 'oneway'],
    ]);
  });

  it.each([
    [30, 'CLIENT_TIMEOUT'],
    [31, 'SERVER_TIMEOUT'],
    [40, 'BAD_REQUEST'],
    [60, 'SERVICE_NOT_FOUND'],
    [80, 'SERVER_ERROR'],
    [100, 'SERVER_THREADPOOL_EXHAUSTED_ERROR'],
    [7, 'UNKNOWN_7'],
  ])('gives status %i its name %s', (status, name) => {
    const talk = open()
      .client(call(1, 'add'))
      .server(frame(2, status, 1, str('secret stack of arguments')));
    const [exchange] = talk.close();
    expect(exchange).toMatchObject({ status, error: name, response: { statusName: name } });
    expect(exchange!.attributes).toMatchObject({ 'error.type': name, 'rpc.response.status_code': name });
    expect(JSON.stringify(exchange!.response)).not.toContain('secret');
  });

  it('says nothing of bodies in a serialization that it cannot read, and pairs them all the same', () => {
    const talk = open()
      .client(frame(0xc0 | 9, 0, 1, Buffer.from('fst')))
      .server(frame(9, 20, 1, Buffer.from([1])));
    talk.client(frame(0xc0 | 5, 0, 2, Buffer.from('?'))).server(frame(5, 20, 2, Buffer.from([1])));
    expect(talk.close()).toMatchObject([
      { name: 'dubbo', status: 20, error: null, request: { operation: null, resource: null, serialization: 'fst' } },
      { name: 'dubbo', request: { serialization: 'unknown_5' } },
    ]);
  });

  it('says nothing of a body that does not begin with a version', () => {
    const talk = open().client(frame(0xc2, 0, 1, ...['hello', 'shop.Cart', '1', 'add', ''].map(str)));
    expect(talk.close()[0]!.request).toMatchObject({ operation: null, resource: null });
  });
});

describe('dubbo with parts that nobody captured', () => {
  const long = (id: number) =>
    call(id, 'add', 'Ljava/lang/String;', Buffer.from('S\xff\xff', 'latin1'), Buffer.alloc(500_000));

  it('steps over arguments of any size, captured or not', () => {
    const talk = open();
    for (let i = 0; i < 3; i++) {
      talk.client(long(2 * i), 300).server(answer(2 * i, 1));
      talk.client(long(2 * i + 1)).server(answer(2 * i + 1, 1));
    }
    const exchanges = talk.close();
    expect(exchanges.map((e) => [e.name, e.status, e.request.truncated])).toEqual(
      Array(6).fill(['shop.Cart/add', 20, undefined]),
    );
    expect(talk.stats.desyncs).toBe(0);
  });

  it('marks a call whose names were lost, and still pairs it', () => {
    const whole = call(1, 'describe', 'I');
    for (let captured = 16; captured < whole.length; captured++) {
      const [exchange] = open().client(whole, captured).server(answer(1, 1)).close();
      expect(exchange!.status).toBe(20);
      const { operation, resource, truncated } = exchange!.request;
      expect([null, 'describe']).toContain(operation);
      expect([null, 'shop.Cart']).toContain(resource);
      expect(truncated ?? false, `${captured} bytes`).toBe(operation === null);
    }
  });

  it('pairs nothing wrongly with a hole at any place', () => {
    const methods = ['a', 'bb', 'ccc', 'dddd'];
    for (const inCalls of [true, false]) {
      for (let at = 0; at < 180; at++) {
        const talk = open();
        let passed = 0;
        const say = (fromClient: boolean, bytes: Buffer) => {
          const send = (part: Buffer) => part.length > 0 && (fromClient ? talk.client(part) : talk.server(part));
          const hole = fromClient === inCalls ? at - passed : -1;
          if (fromClient === inCalls) passed += bytes.length;
          if (hole < 0 || hole >= bytes.length) return send(bytes);
          send(bytes.subarray(0, hole));
          talk.miss(fromClient, Math.min(5, bytes.length - hole));
          return send(bytes.subarray(hole + 5));
        };
        methods.forEach((method, i) => {
          say(true, call(i, method));
          say(false, answer(i, 1, str(method)));
        });
        const exchanges = talk.close();
        expect(exchanges.length, `hole at ${at}`).toBeLessThanOrEqual(4);
        expect(talk.stats.parserFaults).toBe(0);
        for (const { request, response } of exchanges) {
          if (response !== null) expect(response.id).toBe(request.id);
          if (request.operation !== null) expect(request.operation).toBe(methods[Number(request.id)]);
        }
      }
    }
  });

  it('finds the next message within a chunk that begins in the middle of one', () => {
    const talk = open({ fromStart: false, role: null, pinned: false }).client(call(1, 'first')).server(answer(1, 1));
    talk.miss(true, 300).client(Buffer.concat([Buffer.alloc(50, 0xda), call(2, 'second')]));
    const exchanges = talk.server(answer(2, 1)).close();
    expect(exchanges.map((e) => [e.name, e.status])).toEqual([
      ['shop.Cart/first', 20],
      ['shop.Cart/second', 20],
    ]);
  });

  it('believes no length that lies', () => {
    for (const lie of [-1, 0x7fffffff, 0x20000000]) {
      const lying = call(1, 'add');
      lying.writeInt32BE(lie, 12);
      const talk = open().client(lying).client(call(2, 'clear')).server(answer(2, 2));
      expect(talk.close().map((e) => e.name)).toEqual(['shop.Cart/clear']);
    }
  });

  it('is not recognised by its magic alone', () => {
    const open = () => new Conversation({ protocols: [dubbo], pinned: false, role: null, fromStart: false });
    const foreign = [
      frame(0xc2, 0, 1, Buffer.from('some other protocol')),
      frame(0xc0, 0, 1, str('2.0.2')),
      frame(0x02, 21, 1, str('2.0.2')),
      frame(0x02, 20, 1, str('2.0.2')),
    ];
    for (const bytes of foreign) expect(open().client(bytes).close()).toEqual([]);
    expect(open().client(call(1, 'add')).close()).toHaveLength(1);
  });
});
