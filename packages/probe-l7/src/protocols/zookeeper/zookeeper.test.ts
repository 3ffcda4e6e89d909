import { describe, expect, it } from 'vitest';
import { Conversation, summary } from '../conversation.fixture.js';
import { zookeeper } from './index.js';
import { ACL, CONNECT, CONNECTED, int, join, message, PING, part, reply, request, stat, text } from './wire.fixture.js';

const joined = () => new Conversation({ protocols: [zookeeper] });
const open = () => joined().client(CONNECT).server(CONNECTED);
const lines = (talk: Conversation) => talk.close().map((e) => `${e.name} ${e.request.resource} ${e.status} ${e.error}`);
const getData = (xid: number, path: string) => request(xid, 4, text(path), [1]);

describe('sessions', () => {
  it('have an id, and keep neither password nor credentials', () => {
    const talk = open()
      .client(request(-4, 100, int(0), text('digest'), text('bob:secret')))
      .server(reply(-4));
    talk.client(request(1, 102, text('secret token'))).server(reply(1, 0, text('secret')));
    talk.client(request(-4, 100, int(0), text('sasl'), text('x'))).server(reply(-4, -115));
    const found = talk.close();
    expect(found.map((e) => [e.name, e.error])).toEqual([
      ['connect', null],
      ['auth', null],
      ['sasl', null],
      ['auth', 'AUTHFAILED'],
    ]);
    expect(found[0]!.response).toMatchObject({ sessionId: '0x100000005', timeoutMs: 4000 });
    expect(JSON.stringify(found.map((e) => [summary(e), e.attributes]))).not.toMatch(/secret|bob/);
  });

  it('that are gone are an error', () => {
    const gone = message(int(0), int(0), int(0), int(0), text('\0'.repeat(16)));
    expect(lines(joined().client(CONNECT).server(gone))).toEqual(['connect null -112 SESSIONEXPIRED']);
  });

  it('set their watches again, and ping, several at a time', () => {
    const watches = request(-8, 101, int(0), int(1), int(1), text('/a'), int(0), int(0));
    const talk = open()
      .client(join(watches, PING, PING))
      .server(join(reply(-8), reply(-2), reply(-2)));
    expect(lines(talk).slice(1)).toEqual(['setWatches null 0 null', 'ping null 0 null', 'ping null 0 null']);
  });

  it('are told from the reply to a request whose number is 0', () => {
    const talk = open()
      .client(request(0, 9, text('/sixteen-letters')))
      .server(reply(0, 0, text('/sixteen-letters')));
    expect(talk.close()[1]).toMatchObject({ name: 'sync', response: { xid: 0, path: '/sixteen-letters' } });
  });
});

describe('operations', () => {
  it('have their path, data, versions and results', () => {
    const talk = open()
      .client(request(1, 1, text('/n-'), text('data'), ACL, int(2)))
      .server(reply(1, 0, text('/n-0001')))
      .client(request(2, 5, text('/n'), text('more'), int(3)))
      .server(reply(2, 0, stat(4)))
      .client(getData(3, '/n'))
      .server(reply(3, 0, text('more'), stat(4)))
      .client(request(4, 12, text('/'), [0]))
      .server(reply(4, 0, int(2), text('n'), text('m'), stat(0)))
      .client(request(5, 104, text('/')))
      .server(reply(5, 0, int(17)))
      .client(request(6, 106, text('/w'), int(1)))
      .server(reply(6))
      .client(request(7, 21, text('/ttl'), text(''), ACL, int(5), int(0), int(9)))
      .server(reply(7, 0, text('/ttl'), stat(0)));
    expect(talk.close().slice(1).map(summary)).toMatchObject([
      { name: 'create', request: { resource: '/n-', dataBytes: 4 }, response: { path: '/n-0001' } },
      { name: 'setData', request: { dataBytes: 4, version: 3 }, response: { version: 4 } },
      { name: 'getData', request: { watch: true }, response: { dataBytes: 4, version: 4, zxid: '0x4d' } },
      { name: 'getChildren2', response: { childCount: 2 } },
      { name: 'getAllChildrenNumber', response: { childCount: 17 } },
      { name: 'addWatch', request: { resource: '/w' }, response: { errorCode: 0 } },
      { name: 'createTTL', response: { path: '/ttl', version: 0 } },
    ]);
  });

  it('fail with the name of their error', () => {
    const talk = open().client(join(getData(1, '/a'), request(2, 2, text('/b'), int(7))));
    talk.server(join(reply(1, -101), reply(2, -103)));
    expect(lines(talk).slice(1)).toEqual(['getData /a -101 NONODE', 'delete /b -103 BADVERSION']);
  });

  it('of a multi are listed, and what was wrong is found among their results', () => {
    const operations = [part(13), text('/t'), int(0), part(2), text('/none'), int(-1), part(-1, 1)];
    const results = [part(-1, 0, -2), int(-2), part(-1, 0, -101), int(-101), part(-1, 1)];
    const talk = open()
      .client(request(1, 14, ...operations))
      .server(reply(1, 0, ...results));
    const [, multi] = talk.close();
    expect(multi).toMatchObject({
      error: 'NONODE',
      status: -101,
      request: { resource: '/t', operations: ['check', 'delete'], operationCount: 2 },
      response: { operationCount: 2 },
    });
    expect(multi!.attributes).toMatchObject({
      'db.system.name': 'zookeeper',
      'db.operation.name': 'multi',
      'db.operation.batch.size': 2,
      'db.response.status_code': '-101',
      'error.type': 'NONODE',
      'zookeeper.path': '/t',
    });
  });

  it('are told by a watch that there is news', () => {
    const talk = open().server(message(int(-1), int(-1), int(-1), int(0), int(3), int(3), text('/w')));
    const [, told] = talk.close();
    expect(told).toMatchObject({ name: 'notification NodeDataChanged', response: null, request: { resource: '/w' } });
  });

  it('with much data are read as far as it matters', () => {
    const large = request(1, 5, text('/n'), text('x'.repeat(50_000)), int(-1));
    const talk = open()
      .client(large, 200)
      .server(reply(1, 0, stat(1)))
      .client(getData(2, '/n'));
    talk.server(reply(2, 0, text('x'.repeat(50_000)), stat(1)), 100);
    talk.client(getData(3, '/m')).server(reply(3, -101));
    expect(lines(talk).slice(1)).toEqual(['setData /n 0 null', 'getData /n 0 null', 'getData /m -101 NONODE']);
    expect(talk.stats).toMatchObject({ desyncs: 0, parseErrors: {} });
  });
});

describe('losses', () => {
  it('leave the numbers that pair replies', () => {
    const talk = open().client(getData(1, '/a')).client(getData(2, '/b')).client(getData(3, '/c'));
    talk.server(reply(1, -101)).miss(false, reply(2).length).server(reply(3, -101)).client(getData(4, '/d'));
    talk.server(reply(4, -101));
    const answered = talk.close().filter((e) => e.response !== null);
    expect(answered.map((e) => e.request.resource)).toEqual([null, '/a', '/c', '/d']);
  });

  it('never give a ping the reply to another', () => {
    const talk = open().client(PING).miss(false, reply(-2).length).miss(true, PING.length).server(reply(-2));
    const pings = talk.close().filter((e) => e.name === 'ping');
    expect(pings.map((e) => [e.response, e.error])).toEqual([[null, null]]);
  });

  it('that cut a request whose reply has gone by make no error of it', () => {
    const first = request(1, 5, text('/n'), text('x'.repeat(500)), int(-1));
    const talk = open()
      .client(first.subarray(0, 100))
      .miss(true, first.length - 100)
      .server(reply(1, 0, stat(1)));
    talk.client(getData(2, '/b')).server(reply(2, -101));
    expect(lines(talk).slice(1).sort()).toEqual(['getData /b -101 NONODE', 'setData /n null null']);
  });

  it('let a connection be joined at a request', () => {
    const talk = new Conversation({ protocols: [zookeeper], pinned: false, fromStart: false, role: null });
    talk.server(reply(6, -101)).client(getData(7, '/a')).server(reply(7, -101)).client(PING).server(reply(-2));
    expect(lines(talk)).toEqual(['getData /a -101 NONODE', 'ping null 0 null']);
  });
});

describe('four-letter words', () => {
  const port = { local: { address: '::1', port: 40_000 }, remote: { address: '::1', port: 2181 } };
  const word = (text: string, answer: string[]) => {
    const talk = new Conversation({ protocols: [zookeeper], pinned: false, ...port }).client(text);
    for (const line of answer) talk.server(line);
    return talk.close();
  };

  it('are answered by text until the connection ends', () => {
    expect(word('srvr\n', ['Zookeeper version\n', 'Mode: standalone\n'])).toMatchObject([
      { name: 'srvr', status: null, error: null, responseTiming: { bytes: 35 } },
    ]);
    expect(word('ruok', ['imok'])[0]!.response).toEqual({ kind: 'response', id: -1000, errorCode: null });
  });

  it('may be refused', () => {
    const found = word('wchs', ['wchs is not exec', 'uted because it is not in the whitelist.\n']);
    expect(found).toMatchObject([{ name: 'wchs', error: 'refused' }]);
  });

  it('are no words elsewhere', () => {
    expect(word('stats\r\nfoo', ['x'])).toEqual([]);
    expect(new Conversation({ protocols: [zookeeper], pinned: false }).client('ruok').server('imok').close()).toEqual(
      [],
    );
  });
});

it.each([
  ['a negative length', join(int(-1))],
  ['a length of 1 GiB', join(int(0x4000_0000), int(1))],
  ['an unknown operation', request(1, 99, text('/a'))],
  ['a ping with the number of a request', request(-2, 4, text('/a'), [0])],
  ['a path longer than its request', request(1, 4, int(90), '/a')],
  ['a multi that never ends', request(1, 14, part(2), text('/a'), int(0))],
])('refuses %s', (_, bytes) => {
  const talk = open().client(bytes);
  expect(talk.close().map((e) => e.name)).toEqual(['connect']);
  expect(Object.keys(talk.stats.parseErrors)).not.toEqual([]);
});
