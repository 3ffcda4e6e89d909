import { describe, expect, it } from 'vitest';
import { Conversation } from '../conversation.fixture.js';
import { fastcgi } from './index.js';
import { answer, begin, end, pairs, record, request } from './wire.fixture.js';

const talk = (options = {}) => new Conversation({ protocols: [fastcgi], ...options });
const said = (conversation: Conversation) =>
  conversation
    .close()
    .map(({ request: { operation, resource }, status, error }) => `${operation} ${resource} ${status} ${error}`);
const GET = { REQUEST_METHOD: 'GET', REQUEST_URI: '/users/17?q=1' };
const HELLO = 'Content-Type: text/plain\r\n\r\nhello';
const [PARAMS, STDIN, STDOUT, STDERR] = [4, 5, 6, 7];

describe('fastcgi', () => {
  it('tells what was asked, and what came of it', () => {
    const one = talk()
      .client(
        request(1, { ...GET, HTTP_HOST: 'shop.example:8080', HTTPS: 'on', SCRIPT_FILENAME: '/srv/x.php' }, 'body'),
      )
      .server(answer(1, HELLO));
    expect(said(one)).toEqual(['GET /users/17?q=1 200 null']);
    const [exchange] = one.exchanges;
    expect(exchange).toMatchObject({
      name: 'GET /users/{id}',
      request: { role: 'RESPONDER', keepConnection: true, script: '/srv/x.php', bodySize: 4 },
      response: { contentType: 'text/plain', bodySize: 5, appStatus: 0, protocolStatus: 'REQUEST_COMPLETE' },
    });
    expect(exchange!.attributes).toMatchObject({
      'http.request.method': 'GET',
      'url.path': '/users/17',
      'url.scheme': 'https',
      'server.address': 'shop.example',
      'http.response.status_code': 200,
    });
  });

  it('reads the parameters of requests that interrupt each other, however many were given up before', () => {
    const one = talk();
    const values = pairs(GET);
    const interrupted = (id: number) => Buffer.concat([begin(id), record(PARAMS, id, values.subarray(0, 10))]);
    for (let id = 1; id <= 40; id++) {
      one.client(Buffer.concat([interrupted(id), interrupted(id + 100)]));
      one.server(Buffer.concat([end(id), end(id + 100)]));
    }
    const rest = (id: number) => record(PARAMS, id, values.subarray(10));
    const ends = (id: number) => Buffer.concat([record(PARAMS, id), record(STDIN, id)]);
    one.client(Buffer.concat([interrupted(1), interrupted(2), rest(1), rest(2), ends(1), ends(2)]));
    one.server(answer(1, HELLO)).server(answer(2, HELLO));
    expect(said(one).slice(-2)).toEqual(['GET /users/17?q=1 200 null', 'GET /users/17?q=1 200 null']);
  });

  it.each([
    ['a status of its own', 'Status: 404 Not Found\r\n\r\n', 404],
    ['a status in small letters, lines without CR', 'status:503\nX: y\n\nbody', 503],
    ['none', 'X-Powered-By: PHP\r\n\r\n', 200],
    ['a redirection elsewhere', 'Location: https://example.org/\r\n\r\n', 302],
    ['a redirection that the web server follows', 'Location: /other\r\n\r\n', 200],
    ['a status that is none', 'Status: soon\r\n\r\n', 200],
    ['a head without end', 'Content-Type: text/plain\r\n', null],
  ])('reads the status of a head with %s', (_, head, status) => {
    for (const size of [1, 5, 1000]) {
      const one = talk()
        .play([[true, request(1, GET)]], size)
        .play([[false, answer(1, head)]], size);
      expect(one.close().map((exchange) => exchange.status)).toEqual([status]);
    }
  });

  it('puts a head and parameters together that are cut into records', () => {
    const params = pairs({ ...GET, HTTP_COOKIE: 'x'.repeat(20_000), HTTP_USER_AGENT: 'test/1.0' });
    const cut = (type: number, bytes: Uint8Array, size: number) =>
      Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
        record(type, 1, bytes.subarray(i * size, (i + 1) * size)),
      );
    for (const size of [1, 7, 1000, 20_020]) {
      const one = talk().client(
        Buffer.concat([begin(1), ...cut(PARAMS, params, size), record(PARAMS, 1), record(STDIN, 1)]),
      );
      one.server(Buffer.concat([...cut(STDOUT, Buffer.from(`Status: 201 Created\r\n${HELLO}`), size), end(1)]));
      expect(said(one), `records of ${size}`).toEqual(['GET /users/17?q=1 201 null']);
      expect(one.exchanges[0]!.request).toMatchObject({ userAgent: 'test/1.0' });
      expect(one.exchanges[0]!.response).toMatchObject({ bodySize: 5 });
    }
  });

  it('keeps apart several requests of a connection, whatever their records do', () => {
    const params = [1, 2].map((id) => pairs({ REQUEST_METHOD: 'GET', REQUEST_URI: `/${id}` }));
    const one = talk().client(Buffer.concat([begin(1), begin(2)]));
    for (const [from, to] of [
      [0, 9],
      [9, 30],
      [30, 99],
    ]) {
      for (const id of [1, 2]) one.client(record(PARAMS, id, params[id - 1]!.subarray(from, to)));
    }
    for (const id of [2, 1]) one.client(Buffer.concat([record(PARAMS, id), record(STDIN, id)]));
    one.server(record(STDOUT, 2, 'Status: 2')).server(record(STDOUT, 1, 'Status: 40'));
    one.server(record(STDOUT, 2, '02 Accepted\r\n\r\n')).server(record(STDOUT, 1, '4 Not Found\r\n\r\n'));
    one.server(end(1)).server(end(2));
    expect(said(one)).toEqual(['GET /1 404 null', 'GET /2 202 null']);
  });

  it.each([
    ['the application failed', end(1, 3), 'app status 3'],
    ['it has no room', end(1, 0, 2), 'OVERLOADED'],
    ['it takes one request at a time', end(1, 0, 1), 'CANT_MPX_CONN'],
    ['it has no such role', end(1, 0, 3), 'UNKNOWN_ROLE'],
  ])('reports an error where %s', (_, last, error) => {
    expect(said(talk().client(request(1, GET)).server(last))).toEqual([`GET /users/17?q=1 null ${error}`]);
  });

  it('takes a status of 5xx for an error, and counts what was written to STDERR', () => {
    const one = talk().client(request(1, GET));
    one.server(Buffer.concat([record(STDERR, 1, 'password=s3cret'), answer(1, `Status: 500 Oops\r\n${HELLO}`)]));
    expect(said(one)).toEqual(['GET /users/17?q=1 500 500']);
    expect(one.exchanges[0]!.response).toMatchObject({ stderrSize: 15 });
    expect(JSON.stringify(one.exchanges[0]!.response)).not.toContain('s3cret');
  });

  it('makes the target of what there is, and masks its secrets', () => {
    const asks = (values: Record<string, string>) => said(talk().client(request(1, values)).server(answer(1, HELLO)));
    expect(asks({ REQUEST_METHOD: 'GET', SCRIPT_NAME: '/x.php', PATH_INFO: '/y', QUERY_STRING: 'token=s' })).toEqual([
      'GET /x.php/y?token=? 200 null',
    ]);
    expect(asks({ REQUEST_METHOD: 'GET', DOCUMENT_URI: '/doc', SCRIPT_NAME: '/x.php', PATH_INFO: '/y' })).toEqual([
      'GET /doc 200 null',
    ]);
    expect(asks({})).toEqual(['null null 200 null']);
  });

  it('reads authorizers, filters, and requests that were given up', () => {
    const values = record(PARAMS, 1, pairs(GET));
    const one = talk()
      .client(Buffer.concat([begin(1, 2), values, record(PARAMS, 1)]))
      .server(answer(1, 'Status: 403 Forbidden\r\n\r\n'))
      .client(
        Buffer.concat([begin(1, 3), values, record(PARAMS, 1), record(STDIN, 1), record(8, 1, 'data'), record(8, 1)]),
      )
      .server(answer(1, HELLO))
      .client(Buffer.concat([begin(1), values, record(PARAMS, 1), record(2, 1)]))
      .server(end(1));
    one.close();
    expect(one.exchanges.map(({ request: asked, status }) => [(asked as { role?: string }).role, status])).toEqual([
      ['AUTHORIZER', 403],
      ['FILTER', 200],
      ['RESPONDER', null],
    ]);
    expect(one.exchanges[2]!.request).toMatchObject({ aborted: true });
  });

  it('reads what an application is asked about itself', () => {
    const names = pairs({ FCGI_MAX_CONNS: '', FCGI_MPXS_CONNS: '' });
    const one = talk({ pinned: false })
      .client(record(9, 0, names))
      .server(record(10, 0, pairs({ FCGI_MAX_CONNS: '10' })));
    expect(one.close().map(({ name, status }) => [name, status])).toEqual([['GET_VALUES', null]]);
    expect(one.exchanges[0]!.response).not.toBeNull();
  });
});
