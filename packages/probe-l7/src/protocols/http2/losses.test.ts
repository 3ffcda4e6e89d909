import { describe, expect, it } from 'vitest';
import { Conversation, readSample } from '../conversation.fixture.js';
import {
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
const start = () => new Conversation({ protocols: [http2] }).client(CLIENT_START).server(SERVER_START);
/** A block that adds `x-a: b` to the table, and one that refers to it and names the path. */
const ADDS = Buffer.concat([
  Buffer.from([0x82, 0x86, 0x84, 0x40, 3]),
  Buffer.from('x-a'),
  Buffer.from([1]),
  Buffer.from('b'),
]);

describe('http2 with parts that nobody captured', () => {
  it('steps over a frame of data by its length', () => {
    const talk = start()
      .client(request(1, '/a'))
      .server(response(1, 200, {}, true));
    talk
      .server(data(1, 'x'.repeat(16_000), true), 60)
      .client(request(3, '/b'))
      .server(response(3, 204));
    const exchanges = talk.close();
    expect(exchanges.map(({ name, status }) => [name, status])).toEqual([
      ['GET /a', 200],
      ['GET /b', 204],
    ]);
    expect(exchanges[0]!.response).toMatchObject({ bodySize: 16_000 });
    expect(talk.stats.desyncs).toBe(0);
  });

  it('does not know how many messages a body has whose prefixes went unseen', () => {
    const talk = start()
      .client(request(1, '/s.C/M', GRPC))
      .server(response(1, 200, GRPC, true));
    talk.server(data(1, Buffer.concat([message(50), message(50)])), 30).server(trailers(1, { 'grpc-status': '0' }));
    expect(talk.close()[0]).toMatchObject({ status: 0, response: { messages: null, bodySize: 110 } });
  });

  it('still counts where one message is all that a hole holds', () => {
    const talk = start()
      .client(request(1, '/s.C/M', GRPC))
      .server(response(1, 200, GRPC, true));
    talk
      .server(data(1, message(9000)), 100)
      .server(data(1, message(1)))
      .server(trailers(1, { 'grpc-status': '0' }));
    expect(talk.close()[0]!.response).toMatchObject({ messages: 2 });
  });

  it('reports what it saw of a head that was cut, and trusts the table no more', () => {
    const talk = start()
      .client(frame(1, END_STREAM | END_HEADERS, 1, ADDS))
      .server(response(1, 200));
    talk.client(request(3, '/cut', { 'user-agent': 'u'.repeat(300) }), 100).server(response(3, 200));
    talk.client(frame(1, END_STREAM | END_HEADERS, 5, Buffer.from([0x82, 0x86, 0x84, 0xbe]))).server(response(5, 200));
    const [, cut, after] = talk.close();
    expect(cut).toMatchObject({ name: 'GET /cut', request: { truncated: true, userAgent: null } });
    expect(after).toMatchObject({ name: 'GET /', request: { unknownFields: 1 } });
  });

  it('takes a body that its length says has ended in a hole for ended', () => {
    const talk = start()
      .client(request(1, '/a'))
      .server(response(1, 200, { 'content-length': '30000' }, true));
    talk.server(Buffer.concat([data(1, 'x'.repeat(15_000)), data(1, 'x'.repeat(15_000), true)]), 100);
    talk.client(request(3, '/b')).server(response(3, 204));
    expect(talk.close().map(({ status, response: r }) => [status, r!.truncated])).toEqual([
      [200, true],
      [204, undefined],
    ]);
  });

  it('says of a request whose answer a hole may hold neither that there was one nor that there was none', () => {
    const talk = start().client(request(1, '/a')).miss(false, 100).client(request(3, '/b')).server(response(3, 200));
    const exchanges = talk.close();
    expect(exchanges.find(({ request: r }) => r.id === 1)).toMatchObject({ response: null, error: null });
    expect(talk.stats.unmatched).toEqual({ gap: 1 });
  });

  it('never tells anything wrong of the sample, whichever write is lost', () => {
    const script = readSample(new URL('./samples/node.jsonl', import.meta.url));
    const whole = new Conversation({ protocols: [http2] }).play(script).close();
    const truth = new Map(
      whole.map(({ request: r, status }) => [r.id, { method: r.operation, path: r.resource, status }]),
    );
    for (let lost = 0; lost < script.length; lost++) {
      const talk = new Conversation({ protocols: [http2] });
      script.forEach(([fromClient, bytes], index) => {
        if (index === lost) talk.miss(fromClient, bytes.length);
        else if (fromClient) talk.client(bytes);
        else talk.server(bytes);
      });
      for (const { request: r, status } of talk.close()) {
        const right = truth.get(r.id)!;
        expect([null, right.method], `write ${lost}`).toContain(r.operation);
        expect([null, right.path], `write ${lost}`).toContain(r.resource);
        expect([null, right.status], `write ${lost}`).toContain(status);
      }
    }
  });
});
