import { describe, expect, it } from 'vitest';
import { Conversation } from '../conversation.fixture.js';
import { fastcgi } from './index.js';
import { answer, begin, end, pairs, record, request } from './wire.fixture.js';

const talk = () => new Conversation({ protocols: [fastcgi] });
const get = (path: string) => request(1, { REQUEST_METHOD: 'GET', REQUEST_URI: path });
const found = (conversation: Conversation) =>
  conversation
    .close()
    .filter(({ response }) => response !== null)
    .map(({ request: { resource }, status, error }) => `${resource} ${status} ${error}`);
const HELLO = 'Content-Type: text/plain\r\n\r\nhello';

describe('fastcgi after a loss', () => {
  it('gives no answer to a request whose own was lost', () => {
    const one = talk().client(get('/1')).miss(false, answer(1, HELLO).length);
    one.client(get('/2')).server(answer(1, HELLO)).client(get('/3')).server(answer(1, HELLO));
    expect(found(one)).toEqual(['/3 200 null']);
  });

  it('pairs nothing with the answer to a request that was lost', () => {
    const one = talk().client(get('/1')).server(answer(1, HELLO)).miss(true, get('/2').length);
    one.server(answer(1, HELLO)).client(get('/3')).server(answer(1, HELLO));
    expect(found(one)).toEqual(['/1 200 null', '/3 200 null']);
  });

  it('reports what it knows of an answer with a hole behind its head', () => {
    const one = talk()
      .client(get('/1'))
      .server(record(6, 1, HELLO))
      .miss(false, 24);
    one.server(end(1)).client(get('/2')).server(answer(1, HELLO));
    expect(found(one)).toEqual(['/1 200 null', '/2 200 null']);
    expect(one.exchanges[0]!.response).toMatchObject({ truncated: true, bodySize: null, appStatus: null });
  });

  it('takes no status for granted where a part of the head is missing', () => {
    const bytes = record(6, 1, `X-One: ${'1'.repeat(100)}\r\nStatus: 404 Not Found\r\n\r\n`);
    const one = talk().client(get('/1')).server(bytes, 60).server(end(1));
    expect(found(one)).toEqual(['/1 null null']);
  });

  it('makes do with the parameters that were captured', () => {
    const params = pairs({ REQUEST_METHOD: 'GET', REQUEST_URI: '/1', HTTP_COOKIE: 'x'.repeat(3000) });
    const bytes = Buffer.concat([begin(1), record(4, 1, params), record(4, 1), record(5, 1)]);
    const one = talk().client(bytes.subarray(0, -16), 100).client(bytes.subarray(-16)).server(answer(1, HELLO));
    expect(found(one)).toEqual(['/1 200 null']);
    expect(one.exchanges[0]!.request).toMatchObject({ operation: 'GET', truncated: true });
  });

  it('gives up a request whose parameters went missing, and keeps one whose body did', () => {
    const body = Buffer.concat([record(5, 1, 'x'.repeat(400)), record(5, 1, 'y'.repeat(400)), record(5, 1)]);
    const head = get('/1').subarray(0, -8);
    const one = talk()
      .client(Buffer.concat([head, body.subarray(0, 408)]))
      .miss(true, 100);
    one.client(body.subarray(508)).server(answer(1, HELLO));
    one.client(begin(1)).miss(true, 50).client(get('/2').subarray(50)).server(answer(1, HELLO));
    expect(found(one)).toEqual(['/1 200 null']);
    expect(one.exchanges[0]!.request).toMatchObject({ bodySize: null, truncated: true });
  });

  it('finds the next request within a chunk', () => {
    const one = talk().client(get('/1')).server(answer(1, HELLO)).miss(true, 30);
    one.client(Buffer.concat([get('/2').subarray(30), get('/3')])).server(answer(1, HELLO));
    expect(found(one)).toEqual(['/1 200 null', '/3 200 null']);
  });

  it('follows no more requests than it has memory for', () => {
    const one = talk();
    for (let id = 1; id <= 3000; id++) one.client(begin(id)).server(record(6, id, 'Status: 2'));
    expect(one.close().length).toBeLessThanOrEqual(1024);
  });
});
