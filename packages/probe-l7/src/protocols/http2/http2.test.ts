import { describe, expect, it } from 'vitest';
import { Conversation, summary } from '../conversation.fixture.js';
import { http1 } from '../http1/index.js';
import {
  block,
  CLIENT_START,
  data,
  END_HEADERS,
  END_STREAM,
  frame,
  message,
  request,
  response,
  SERVER_START,
  trailers,
} from './frames.fixture.js';
import { http2 } from './index.js';

const GRPC = { 'content-type': 'application/grpc' };
const start = (mask = true) => new Conversation({ protocols: [http2], mask }).client(CLIENT_START).server(SERVER_START);
const told = (talk: Conversation) => talk.close().map(({ name, status, error }) => [name, status, error]);

describe('http2 streams', () => {
  it('pairs by stream, whatever the order of the answers', () => {
    const talk = start().client(Buffer.concat([request(1, '/a'), request(3, '/b'), request(5, '/c')]));
    talk.server(response(5, 200)).server(response(1, 404)).server(response(3, 503));
    expect(told(talk)).toEqual([
      ['GET /c', 200, null],
      ['GET /a', 404, null],
      ['GET /b', 503, '503'],
    ]);
    expect(talk.stats).toMatchObject({ parseErrors: {}, unmatched: {} });
  });

  it('measures bodies without their padding, and times to the frame that ends the response', () => {
    const talk = start()
      .client(request(1, '/up', {}, true))
      .client(data(1, 'x'.repeat(100), true));
    talk.server(response(1, 200, { 'content-length': '7' }, true));
    talk.server(frame(0, END_STREAM | 8, 1, Buffer.from('\x03seven77\0\0\0', 'latin1')));
    const [exchange] = talk.close();
    expect(exchange!.request).toMatchObject({ bodySize: 100 });
    expect(exchange!.response).toMatchObject({ bodySize: 7, contentLength: 7 });
    expect(exchange!.durationNs).toBe(3000);
  });

  it('leaves a request open through interim responses', () => {
    const talk = start().client(request(1, '/early'));
    talk.server(response(1, 103, {}, true)).server(response(1, 200));
    expect(told(talk)).toEqual([['GET /early', 200, null]]);
  });

  it('puts a block together that goes on in CONTINUATION frames', () => {
    const whole = block({ ':method': 'GET', ':path': '/long', ':scheme': 'http', 'user-agent': 'a'.repeat(500) });
    const talk = start().client(frame(1, END_STREAM, 1, whole.subarray(0, 10)));
    talk.client(frame(9, 0, 1, whole.subarray(10, 200))).client(frame(9, END_HEADERS, 1, whole.subarray(200)));
    const [exchange] = talk.server(response(1, 204)).close();
    expect(exchange).toMatchObject({ name: 'GET /long', status: 204, request: { userAgent: 'a'.repeat(500) } });
    expect(exchange!.requestTiming.bytes).toBe(whole.length + 27);
  });

  it('steps over priority and padding in a head, and over frames that belong to no exchange', () => {
    const head = Buffer.concat([
      Buffer.from([2, 0, 0, 0, 0, 9]),
      block({ ':method': 'GET', ':path': '/p' }),
      Buffer.alloc(2),
    ]);
    const talk = start().client(frame(1, END_STREAM | END_HEADERS | 0x28, 1, head));
    talk.client(
      Buffer.concat([
        frame(6, 0, 0, Buffer.alloc(8)),
        frame(8, 0, 0, Buffer.from([0, 0, 1, 0])),
        frame(2, 0, 1, Buffer.alloc(5)),
      ]),
    );
    talk.server(Buffer.concat([frame(4, 1, 0), frame(0x42, 0, 0, 'new'), response(1, 200)]));
    expect(told(talk)).toEqual([['GET /p', 200, null]]);
    expect(talk.stats.parseErrors).toEqual({});
  });

  it('makes no exchange of a push, and reads on after it', () => {
    const push = Buffer.concat([Buffer.from([0, 0, 0, 2]), block({ ':method': 'GET', ':path': '/pushed.css' })]);
    const talk = start().client(request(1, '/page'));
    talk.server(
      Buffer.concat([
        frame(5, END_HEADERS, 1, push),
        response(2, 200, {}, true),
        data(2, 'css', true),
        response(1, 200),
      ]),
    );
    expect(told(talk)).toEqual([['GET /page', 200, null]]);
    expect(talk.stats.unmatched).toEqual({});
  });

  it('tells a reset by the server, counts one by the client, and reports what a client reset half-way', () => {
    const code = (value: number) => Buffer.from([0, 0, 0, value]);
    const talk = start().client(Buffer.concat([request(1, '/refused'), request(3, '/gone'), request(5, '/stream')]));
    talk.server(frame(3, 0, 1, code(7))).client(frame(3, 0, 3, code(8)));
    talk.server(response(5, 200, {}, true)).client(frame(3, 0, 5, code(8)));
    expect(told(talk)).toEqual([
      ['GET /refused', null, 'REFUSED_STREAM'],
      ['GET /stream', 200, 'CANCEL'],
    ]);
    expect(talk.stats.unmatched).toEqual({ abandoned: 1 });
  });

  it('gives up what a GOAWAY leaves unprocessed', () => {
    const talk = start().client(Buffer.concat([request(1, '/a'), request(3, '/b')]));
    talk.server(frame(7, 0, 0, Buffer.from([0, 0, 0, 1, 0, 0, 0, 0]))).server(response(1, 200));
    expect(told(talk)).toEqual([['GET /a', 200, null]]);
    expect(talk.stats.unmatched).toEqual({ abandoned: 1 });
  });

  it('masks secrets in targets, and shows no cookie and no credentials', () => {
    const secrets = { cookie: 'session=hidden', authorization: 'Bearer hidden' };
    const [exchange] = start()
      .client(request(1, '/a?token=hidden&q=1', secrets))
      .server(response(1, 200))
      .close();
    expect(exchange!.request.resource).toBe('/a?token=?&q=1');
    expect(JSON.stringify([summary(exchange!), exchange!.attributes])).not.toContain('hidden');
    const [open] = start(false).client(request(1, '/a?token=shown')).server(response(1, 200)).close();
    expect(open!.request.resource).toBe('/a?token=shown');
  });

  it('has the attributes of OpenTelemetry', () => {
    const more = { 'user-agent': 'curl/8', traceparent: '00-1-2-01', 'x-b3-traceid': 'a', 'x-b3-spanid': 'b' };
    const [exchange] = start()
      .client(request(1, '/users/17?q=1', more))
      .server(response(1, 500))
      .close();
    expect(exchange!.request).toMatchObject({ traceparent: '00-1-2-01', b3: 'a-b', streamId: 1, host: 'shop.test' });
    expect(exchange!.attributes).toMatchObject({
      'http.request.method': 'GET',
      'http.response.status_code': 500,
      'network.protocol.version': '2',
      'url.path': '/users/17',
      'url.template': '/users/{id}',
      'server.address': 'shop.test',
      'error.type': '500',
    });
  });
});

describe('grpc', () => {
  it('takes its status from trailers, and counts messages wherever their frames end', () => {
    const body = Buffer.concat([message(3), message(0), message(300)]);
    const talk = start().client(request(1, '/shop.Cart/Add', GRPC, true));
    for (let at = 0; at < body.length; at += 4) talk.client(data(1, body.subarray(at, at + 4), at + 4 >= body.length));
    talk
      .server(response(1, 200, GRPC, true))
      .server(data(1, message(10)))
      .server(trailers(1, { 'grpc-status': '0' }));
    const [exchange] = talk.close();
    expect(exchange).toMatchObject({ protocol: 'grpc', name: 'shop.Cart/Add', status: 0, error: null });
    expect(exchange!.request).toMatchObject({ messages: 3, bodySize: 318 });
    expect(exchange!.response).toMatchObject({ messages: 1, grpcStatus: 0, status: 200 });
    expect(exchange!.attributes).toMatchObject({
      'rpc.system': 'grpc',
      'rpc.service': 'shop.Cart',
      'rpc.method': 'Add',
      'rpc.grpc.status_code': 0,
    });
    expect(talk.stats.exchanges).toEqual({ grpc: 1 });
  });

  it('tells an error in a response that is trailers only, its message decoded and masked', () => {
    const talk = start().client(request(1, '/shop.Cart/Get', GRPC));
    const error = { 'grpc-status': '5', 'grpc-message': "no item 'secret' in 100%25" };
    const [exchange] = talk.server(response(1, 200, { ...GRPC, ...error })).close();
    expect(exchange).toMatchObject({ status: 5, error: 'NOT_FOUND', response: { grpcMessage: 'no item ? in 100%' } });
  });

  it('has the status of a proxy as its error where the service gave none', () => {
    const talk = start()
      .client(request(1, '/shop.Cart/Get', GRPC))
      .server(response(1, 502, {}, true));
    expect(told(talk.server(data(1, 'bad gateway', true)))).toEqual([['shop.Cart/Get', null, '502']]);
  });

  it('is known by its trailers where nobody saw the content type', () => {
    const talk = start()
      .client(request(1, '/shop.Cart/Get'))
      .server(response(1, 200, {}, true));
    expect(talk.server(trailers(1, { 'grpc-status': '0' })).close()[0]).toMatchObject({ protocol: 'grpc', status: 0 });
  });
});

describe('http2 after an upgrade from HTTP/1', () => {
  it('answers the request of HTTP/1 as stream 1, timed from its first byte', () => {
    const talk = new Conversation({ protocols: [http1, http2], pinned: false });
    talk.client('GET /old?a=1 HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n');
    talk.server('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n');
    talk
      .server(SERVER_START)
      .client(CLIENT_START)
      .server(response(1, 200, {}, true))
      .server(data(1, 'hello', true));
    talk.client(request(3, '/new')).server(response(3, 404));
    const [first, second] = talk.close();
    expect(first).toMatchObject({ protocol: 'http2', name: 'GET /old', status: 200, request: { host: 'h', id: 1 } });
    expect(first!.durationNs).toBe(5000);
    expect(first!.requestTiming.bytes).toBeGreaterThan(80);
    expect(second).toMatchObject({ protocol: 'http2', name: 'GET /new', status: 404 });
    expect(talk.stats).toMatchObject({ parseErrors: {}, unmatched: {} });
  });
});
