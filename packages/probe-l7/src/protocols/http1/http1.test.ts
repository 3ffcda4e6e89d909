import { describe, expect, it } from 'vitest';
import { Conversation, type Script, summary } from '../conversation.fixture.js';
import { http1 } from './index.js';
import type { Http1Request, Http1Response } from './messages.js';

const start = (options = {}) => new Conversation({ protocols: [http1], ...options });
const lines = (...text: string[]) => `${text.join('\r\n')}\r\n`;
const GET = lines('GET /a HTTP/1.1', 'Host: x', '');
const OK = lines('HTTP/1.1 200 OK', 'Content-Length: 2', '', 'ok').slice(0, -2);

/** A talk with most of what HTTP/1 has. */
const TALK: Script = [
  [true, lines('GET /users/17?q=1 HTTP/1.1', 'Host: shop:8080', 'User-Agent: curl/8', '')],
  [false, lines('HTTP/1.1 200 OK', 'Content-Type: text/plain', 'Content-Length: 5', '', 'hello').slice(0, -2)],
  [
    true,
    lines(
      'POST /orders HTTP/1.1',
      'Host: shop',
      'Transfer-Encoding: chunked',
      '',
      '5;x=y',
      'abcde',
      'A',
      '0123456789',
      '0',
      'Trailer: 1',
      '',
    ),
  ],
  [false, lines('HTTP/1.1 100 Continue', '')],
  [false, lines('HTTP/1.1 201 Created', 'Transfer-Encoding: gzip, chunked', '', '3', 'abc', '0', '')],
  [true, lines('HEAD /big HTTP/1.1', 'Host: shop', '')],
  [false, lines('HTTP/1.1 200 OK', 'Content-Length: 1000000', '')],
  [true, lines('PUT /x HTTP/1.1', 'Host: shop', 'Content-Length: 4', '', 'body').slice(0, -2)],
  [false, lines('HTTP/1.1 204 No Content', '')],
  [true, `${GET}\r\n${GET}${GET}`],
  [
    false,
    `${OK}${lines('HTTP/1.1 304 Not Modified', 'Content-Length: 77', '')}${lines('HTTP/1.1 503 Service Unavailable', 'Content-Length: 0', '')}`,
  ],
  [true, lines('OPTIONS * HTTP/1.1', '')],
  [false, OK],
  [true, lines('GET http://shop/a HTTP/1.1', 'Host: shop', '')],
  [false, OK],
  [true, lines('BREW /pot HTTP/1.0', '')],
  [false, lines('HTTP/1.0 418 ', '', 'short and stout').slice(0, -2)],
];

describe('http1', () => {
  it('reads a talk with every kind of body', () => {
    const exchanges = start().play(TALK).close();
    expect(exchanges.map((e) => [e.name, e.status, e.error])).toEqual([
      ['GET /users/{id}', 200, null],
      ['POST /orders', 201, null],
      ['HEAD /big', 200, null],
      ['PUT /x', 204, null],
      ['GET /a', 200, null],
      ['GET /a', 304, null],
      ['GET /a', 503, '503'],
      ['OPTIONS *', 200, null],
      ['GET /a', 200, null],
      ['HTTP /pot', 418, null],
    ]);
    const bodies = exchanges.map((e) => [(e.request as Http1Request).bodySize, (e.response as Http1Response).bodySize]);
    expect(bodies).toEqual([
      [0, 5],
      [15, 3],
      [0, 0],
      [4, 0],
      [0, 2],
      [0, 0],
      [0, 0],
      [0, 2],
      [0, 2],
      [0, 15],
    ]);
  });

  it('says the same however the bytes are cut', () => {
    const whole = start().play(TALK).close().map(summary);
    for (const size of [1, 2, 3, 5, 7, 11, 64]) {
      const talk = start().play(TALK, size);
      expect(talk.close().map(summary), `pieces of ${size}`).toEqual(whole);
      expect(talk.stats.parseErrors).toEqual({});
    }
  });

  it('gives what a head says', () => {
    const head = lines(
      'POST /login?user=a&password=secret HTTP/1.1',
      'HOST:  api.test:8443 ',
      'user-agent: Mozilla/5.0 (X; Y)',
      'Content-Type: application/json; charset=utf-8',
      'Content-Length: 2, 2',
      'traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
      'X-B3-TraceId: 80f198ee56343ba864fe8b2a57d3eff7',
      'X-B3-SpanId: e457b5a2e4d86bd1',
      'X-B3-Sampled: 1',
      'sw8: 1-a-b-3-c',
      'X-Request-Id: r-1',
      '',
    );
    const [exchange] = start().client(`${head}{}`).server(OK).close();
    expect(exchange!.request).toEqual({
      kind: 'request',
      operation: 'POST',
      resource: expect.stringMatching(/^\/login\?user=a&password=\?$/),
      version: 'HTTP/1.1',
      host: 'api.test:8443',
      userAgent: 'Mozilla/5.0 (X; Y)',
      contentType: 'application/json; charset=utf-8',
      contentLength: 2,
      bodySize: 2,
      traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
      b3: '80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-1',
      sw8: '1-a-b-3-c',
      requestId: 'r-1',
    });
    expect(exchange!.response).toMatchObject({ status: 200, reason: 'OK', version: 'HTTP/1.1', contentLength: 2 });
  });

  it('shows the query as sent where masking is off', () => {
    const [exchange] = start({ mask: false }).client(lines('GET /?token=t HTTP/1.1', '')).server(OK).close();
    expect(exchange!.request.resource).toBe('/?token=t');
  });

  it('ends a body without length with the connection', () => {
    const talk = start()
      .client(GET)
      .server(lines('HTTP/1.0 200 OK', '', 'one'))
      .server('two');
    expect(talk.exchanges).toEqual([]);
    talk.end(false);
    expect(talk.exchanges[0]!.response).toMatchObject({ status: 200, bodySize: 8 });
    expect(talk.close()[0]!.error).toBeNull();
  });

  it('tolerates bare line feeds, folded fields and white space', () => {
    const [exchange] = start()
      .client('POST /a HTTP/1.1\nHost: a\nContent-Length:\n 3\nContent-Type: text/plain;\n  charset=x\n\nabc')
      .server('HTTP/1.1 200 OK\nContent-Length:\t2 \n\nok')
      .close();
    expect(exchange!.request).toMatchObject({ host: 'a', contentLength: 3, contentType: 'text/plain; charset=x' });
    expect(exchange!.response).toMatchObject({ contentLength: 2 });
  });

  it('leaves interim answers to their request', () => {
    const talk = start().client(lines('POST / HTTP/1.1', 'Expect: 100-continue', 'Content-Length: 3', ''));
    talk.server(lines('HTTP/1.1 103 Early Hints', 'Link: </a>', '')).server(lines('HTTP/1.1 100 Continue', ''));
    expect(
      talk
        .client('abc')
        .server(OK)
        .close()
        .map((e) => e.status),
    ).toEqual([200]);
    expect(talk.stats.unmatched).toEqual({});
  });

  it('pairs an answer that comes before the body is sent', () => {
    const talk = start().client(lines('POST / HTTP/1.1', 'Content-Length: 1000', ''));
    talk.server(lines('HTTP/1.1 413 Content Too Large', 'Connection: close', 'Content-Length: 0', ''));
    expect(talk.close()[0]).toMatchObject({ status: 413 });
  });
});

describe('http1 after a change of protocol', () => {
  it('leaves a tunnel alone once CONNECT is granted', () => {
    const talk = start().client(lines('CONNECT db:5432 HTTP/1.1', 'Host: db:5432', ''));
    talk.server(lines('HTTP/1.1 200 Connection established', '')).client('\x16\x03\x01 GET / HTTP/1.1\r\n\r\n');
    expect(talk.close().map((e) => [e.name, e.status])).toEqual([['CONNECT', 200]]);
    expect(talk.stats.parseErrors).toEqual({});
  });

  it('reads on where CONNECT is refused', () => {
    const talk = start().client(lines('CONNECT db:5432 HTTP/1.1', ''));
    talk.server(lines('HTTP/1.1 407 Proxy Authentication Required', 'Content-Length: 4', '', 'nope').slice(0, -2));
    expect(
      talk
        .client(GET)
        .server(OK)
        .close()
        .map((e) => e.status),
    ).toEqual([407, 200]);
  });

  it.each([
    ['websocket', 101],
    ['WebSocket', 101],
    ['tls/1.2', 101],
    ['h2c', null], // the answer would come in HTTP/2, which this pipeline can't read
  ])('stops after a 101 for %s', (token, status) => {
    const talk = start().client(lines('GET /chat HTTP/1.1', 'Connection: upgrade', `Upgrade: ${token}`, ''));
    talk
      .server(`${lines('HTTP/1.1 101 Switching Protocols', `Upgrade: ${token}`, '')}\x81\x05hello`)
      .client('\x81\x85');
    expect(talk.close().map((e) => e.status)).toEqual([status]);
    expect(talk.stats.parseErrors).toEqual({});
  });
});
