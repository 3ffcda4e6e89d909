import { describe, expect, it } from 'vitest';
import { Conversation } from '../conversation.fixture.js';
import { http1 } from './index.js';

const start = () => new Conversation({ protocols: [http1] });
const lines = (...text: string[]) => `${text.join('\r\n')}\r\n`;
const OK = lines('HTTP/1.1 200 OK', 'Content-Length: 0', '');
const get = (path: string) => lines(`GET ${path} HTTP/1.1`, 'Host: x', '');

describe('http1 with parts that nobody captured', () => {
  it('trusts no cut request while a response may hide in the rest of a cut one', () => {
    const talk = start();
    const answer = (n: number) => lines(`HTTP/1.1 20${n} OK`, 'Content-Length: 4', '', 'body').slice(0, -2);
    const say = (fromClient: boolean, text: string, from: number, to: number) => {
      if (from > 0) talk.miss(fromClient, from);
      if (fromClient) talk.client(text.slice(from, to));
      else talk.server(text.slice(from, to));
      if (to < text.length) talk.miss(fromClient, text.length - to);
    };
    talk.client(get('/0'));
    say(false, answer(0), 0, 20);
    say(true, get('/1'), 0, 20);
    say(false, answer(1), 20, 200);
    for (const n of [2, 3, 4]) talk.client(get(`/${n}`)).server(answer(n));
    const pairs = talk.close().map((e) => [e.request.resource, e.status]);

    expect(pairs).toContainEqual(['/3', 203]);
    for (const [path, status] of pairs) expect(`20${String(path).slice(1)}`).toBe(String(status));
  });

  it('takes the end of a cut method for none', () => {
    const talk = start().client(get('/0')).server(OK);
    talk.miss(true, 1).client(get('/1').slice(1)).server(OK);
    for (const n of [2, 3]) talk.client(get(`/${n}`)).server(OK);
    expect(talk.close().map((e) => `${e.request.operation} ${e.request.resource}`)).toEqual([
      'GET /0',
      'GET /2',
      'GET /3',
    ]);
  });

  it('steps over a body of known length', () => {
    const talk = start();
    for (const path of ['/a', '/b']) {
      talk.client(`${lines(`POST ${path} HTTP/1.1`, 'Content-Length: 500', '')}${'x'.repeat(500)}`, 60);
      talk.server(`${lines('HTTP/1.1 200 OK', 'Content-Length: 900', '')}${'y'.repeat(900)}`, 50);
    }
    talk.client(get('/c')).server(OK);
    const exchanges = talk.close();
    expect(exchanges.map((e) => [e.request.resource, e.request.truncated])).toEqual([
      ['/a', undefined],
      ['/b', undefined],
      ['/c', undefined],
    ]);
    expect(exchanges[0]!.responseTiming!.bytes).toBe(40 + 900);
    expect(talk.stats.desyncs).toBe(0);
  });

  it('recognises the end of a chunked body that was captured up to its data', () => {
    const talk = start().client(get('/a'));
    const body = `${(2000).toString(16)}\r\n${'z'.repeat(2000)}\r\n0\r\n\r\n`;
    talk.server(`${lines('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '')}${body}`, 100);
    talk.client(get('/b')).server(OK);
    const exchanges = talk.close();
    expect(exchanges.map((e) => [e.request.resource, e.status])).toEqual([
      ['/a', 200],
      ['/b', 200],
    ]);
    expect(exchanges[0]!.response).toMatchObject({ bodySize: 2000 });
    expect(exchanges[0]!.response!.truncated).toBeUndefined();
    expect(talk.stats.desyncs).toBe(0);
  });

  it('tells what it can of a chunked body whose sizes went unseen', () => {
    const talk = start().client(get('/a'));
    const chunk = `64\r\n${'z'.repeat(100)}\r\n`;
    talk.server(`${lines('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '')}${chunk.repeat(5)}0\r\n\r\n`, 120);
    talk.client(get('/b')).server(OK);
    const exchanges = talk.close();
    expect(exchanges.map((e) => [e.request.resource, e.response?.truncated])).toEqual([
      ['/a', true],
      ['/b', undefined],
    ]);
    expect(exchanges[0]!.response).toMatchObject({ bodySize: null });
  });

  it('reports a request whose head was cut, marked truncated, and finds the next', () => {
    const talk = start();
    talk.client(lines('GET /cut?a=1 HTTP/1.1', 'Host: x', `Cookie: ${'c'.repeat(900)}`, 'User-Agent: late', ''), 200);
    talk.server(
      lines('HTTP/1.1 200 OK', `Set-Cookie: ${'c'.repeat(900)}`, 'Content-Length: 3', '', 'abc').slice(0, -2),
      100,
    );
    talk.client(get('/next')).server(OK);
    const exchanges = talk.close();
    expect(exchanges.map((e) => [e.request.resource, e.request.truncated, e.response?.truncated])).toEqual([
      ['/cut?a=1', true, true],
      ['/next', undefined, undefined],
    ]);
    expect(exchanges[0]!.request).toMatchObject({ host: 'x', userAgent: null, bodySize: null });
  });

  it('steps over a body that follows a cut head', () => {
    const talk = start();
    talk.client(lines('POST /cut HTTP/1.1', 'Content-Length: 40', `Cookie: ${'c'.repeat(900)}`, ''), 60);
    talk.client('x'.repeat(40)).server(OK).client(get('/next')).server(OK);
    expect(talk.close().map((e) => [e.request.resource, e.status])).toEqual([
      ['/cut', 200],
      ['/next', 200],
    ]);
  });

  it('pairs nothing wrongly when a whole message was lost', () => {
    for (const lostRequest of [true, false]) {
      const talk = start()
        .client(get('/1'))
        .server(lines('HTTP/1.1 201 A', 'Content-Length: 0', ''));
      if (lostRequest) talk.miss(true, get('/2').length);
      else talk.client(get('/2'));
      if (lostRequest) talk.server(lines('HTTP/1.1 202 B', 'Content-Length: 0', ''));
      else talk.miss(false, lines('HTTP/1.1 202 B', 'Content-Length: 0', '').length);
      for (const [path, status] of [
        ['/3', 203],
        ['/4', 204],
      ] as const)
        talk.client(get(path)).server(lines(`HTTP/1.1 ${status} C`, 'Content-Length: 0', ''));
      const pairs = talk.close().map((e) => `${e.request.resource} ${e.status}`);
      for (const pair of pairs) expect(['/1 201', '/3 203', '/4 204']).toContain(pair);
      expect(pairs).toContain('/4 204');
    }
  });

  it('pairs nothing wrongly with a hole at any place', () => {
    const requests = [1, 2, 3, 4].map((i) => `${lines(`POST /${i} HTTP/1.1`, 'Content-Length: 6', '')}body-${i}`);
    const responses = [1, 2, 3, 4].map(
      (i) => `${lines(`HTTP/1.1 20${i} R`, 'Transfer-Encoding: chunked', '')}3\r\nabc\r\n0\r\n\r\n`,
    );
    for (const holeInRequests of [true, false]) {
      for (let at = 0; at < 2 * requests[0]!.length; at++) {
        const talk = start();
        let passed = 0;
        const say = (fromClient: boolean, text: string) => {
          if (fromClient !== holeInRequests) {
            fromClient ? talk.client(text) : talk.server(text);
            return;
          }
          const hole = at - passed;
          passed += text.length;
          if (hole < 0 || hole >= text.length) {
            fromClient ? talk.client(text) : talk.server(text);
            return;
          }
          const length = Math.min(20, text.length - hole);
          if (hole > 0) fromClient ? talk.client(text.slice(0, hole)) : talk.server(text.slice(0, hole));
          talk.miss(fromClient, length);
          const rest = text.slice(hole + length);
          if (rest) fromClient ? talk.client(rest) : talk.server(rest);
        };
        for (let i = 0; i < 4; i++) {
          say(true, requests[i]!);
          say(false, responses[i]!);
        }
        for (const exchange of talk.close()) {
          if (exchange.response === null) continue;
          expect(`/${Number(exchange.status) - 200}`, `hole at ${at}`).toBe(exchange.request.resource);
        }
      }
    }
  });

  it('joins in the middle of a connection at the next whole message', () => {
    const talk = new Conversation({ protocols: [http1], fromStart: false, role: null, pinned: false });
    talk.client('rest of a body that looks like nothing').server('tail of an answer');
    talk.client(get('/1')).server(OK).client(get('/2')).server(OK);
    expect(talk.close().map((e) => e.request.resource)).toEqual(['/1', '/2']);
  });
});

describe('http1 and a hostile peer', () => {
  it.each([
    ['negative', 'Content-Length: -1'],
    ['text', 'Content-Length: 5x'],
    ['two different', 'Content-Length: 5\r\nContent-Length: 6'],
    ['a list of different ones', 'Content-Length: 5, 6'],
    ['too large', 'Content-Length: 99999999999999999999'],
    ['empty', 'Content-Length: '],
    ['a coding that is not chunked', 'Transfer-Encoding: chunked, gzip'],
  ])('reports a request with a %s length, and the next one', (_what, field) => {
    const talk = start().client(lines('POST /bad HTTP/1.1', field, ''));
    talk
      .server(lines('HTTP/1.1 400 Bad Request', 'Content-Length: 0', ''))
      .client(get('/next'))
      .server(OK);
    expect(talk.close().map((e) => [e.request.resource, e.status, e.request.truncated])).toEqual([
      ['/bad', 400, true],
      ['/next', 200, undefined],
    ]);
  });

  it.each(['g\r\n', '-5\r\n', '\r\n', '1ffffffffffffffff\r\n', '3\r\nabcd\r\n', `${'0'.repeat(5000)}`])(
    'counts a broken chunk and goes on (%j)',
    (chunk) => {
      const talk = start().client(`${lines('POST /bad HTTP/1.1', 'Transfer-Encoding: chunked', '')}${chunk}`);
      talk.server(lines('HTTP/1.1 400 Bad Request', 'Content-Length: 0', ''));
      talk.client(get('/2')).server(OK).client(get('/3')).server(OK);
      expect(talk.stats.parseErrors).toEqual({ http1: 1 });
      expect(talk.close().map((e) => e.request.resource)).toContain('/3');
    },
  );

  it('gives up an endless head, with bounded memory and time', () => {
    const talk = start().client('GET /endless HTTP/1.1\r\n');
    const began = process.cpuUsage().user;
    for (let i = 0; i < 4000; i++) talk.client(`X-${i}: ${'y'.repeat(100)}\r\n`);
    expect(process.cpuUsage().user - began).toBeLessThan(2e6);
    expect(talk.close().map((e) => [e.request.resource, e.request.truncated])).toEqual([['/endless', true]]);
  });

  it('reads a head that comes byte by byte in linear time', () => {
    const talk = start();
    const head = lines('GET /slow HTTP/1.1', `Cookie: ${'c'.repeat(30_000)}`, '');
    const began = process.cpuUsage().user;
    talk.play([[true, head]], 1);
    expect(process.cpuUsage().user - began).toBeLessThan(2e6);
    expect(talk.server(OK).close()[0]).toMatchObject({ status: 200 });
  });

  it.each([
    '\0\0\0\0\0\0',
    'GET\r\n\r\n',
    'GET /\r\n\r\n',
    ' GET / HTTP/1.1\r\n\r\n',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  ])('refuses what is no request (%j)', (text) => {
    const talk = start().client(text);
    expect(talk.close()).toEqual([]);
    expect(talk.stats.parseErrors).toEqual({ http1: 1 });
  });
});
