import { randomFillSync } from 'node:crypto';
import type { Direction, Input } from '@sonde/core';
import { describe, expect, it } from 'vitest';
import { Conversation, readSample } from '../conversation.fixture.js';
import { detect } from './detect.js';
import { CLIENT_START, data, frame, request, response, SERVER_START } from './frames.fixture.js';
import { http2 } from './index.js';

function confirm(bytes: Uint8Array, direction: Direction) {
  const whole = Uint8Array.from(bytes);
  const input: Input = { bytes: whole, view: new DataView(whole.buffer), start: 0, end: whole.length, at: 0 };
  return detect.confirm!(input, direction);
}

const late = { protocols: [http2], pinned: false, role: null, fromStart: false };

describe('recognition of HTTP/2', () => {
  it('is certain of the preface, and waits for the rest of it', () => {
    expect(confirm(CLIENT_START, 'request')).toBe('yes');
    expect(confirm(CLIENT_START.subarray(0, 20), 'request')).toBe('more');
    expect(confirm(Buffer.from('PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n'), 'request')).toBe('no');
  });

  it('tells the sender of a head by its pseudo-header fields', () => {
    const ask = frame(1, 5, 7, Buffer.from([0x82, 0x86, 0x84, 0xbe]));
    const answer = frame(1, 5, 7, Buffer.from([0x88, 0xbe]));
    expect([confirm(ask, 'request'), confirm(ask, 'response')]).toEqual(['yes', 'no']);
    expect([confirm(answer, 'request'), confirm(answer, 'response')]).toEqual(['no', 'yes']);
  });

  it('waits where frames do not tell their sender', () => {
    for (const direction of ['request', 'response'] as const) {
      expect(confirm(SERVER_START, direction)).toBe('more');
      expect(confirm(frame(6, 1, 0, Buffer.alloc(8)), direction)).toBe('more');
    }
  });

  it.each([
    ['a frame of an unknown type', frame(0x42, 0, 1, 'abc')],
    ['settings with an odd length', frame(4, 0, 0, Buffer.alloc(5))],
    ['settings of a stream', frame(4, 0, 1, Buffer.alloc(6))],
    ['a ping of another length', frame(6, 0, 0, Buffer.alloc(9))],
    ['a window that grows by nothing', frame(8, 0, 0, Buffer.alloc(4))],
    ['a head on a stream that no client opens', frame(1, 5, 2, Buffer.from([0x82]))],
    ['flags that the type does not have', frame(0, 0x40, 1, 'abc')],
    ['a regular field before a pseudo-header field', frame(1, 5, 1, Buffer.from([0x90, 0x82]))],
    ['a continuation of nothing', frame(9, 4, 1, Buffer.from([0x82]))],
  ])('refuses %s', (_what, bytes) => {
    expect(confirm(bytes, 'request')).toBe('no');
  });

  it('finds the roles of a connection that is joined late, from either side', () => {
    const asked = new Conversation(late).client(request(5, '/a')).server(response(5, 200)).close();
    expect(asked.map(({ name, status }) => [name, status])).toEqual([['GET /a', 200]]);
    const answered = new Conversation(late).server(response(3, 200)).client(request(5, '/b')).server(response(5, 404));
    expect(answered.close().map(({ name, status }) => [name, status])).toEqual([['GET /b', 404]]);
  });

  it('finds its way into a body that it joined, at the first frame behind it', () => {
    const body = data(1, 'z'.repeat(3000));
    const talk = new Conversation(late).client(request(5, '/a')).server(body.subarray(500)).server(response(5, 200));
    expect(talk.close().map(({ status }) => status)).toEqual([200]);
  });

  it('takes none of 100 000 random connections, nor any of zeros', () => {
    const bytes = new Uint8Array(128);
    let taken = 0;
    for (let i = 0; i < 100_000; i++) {
      randomFillSync(bytes);
      if (i % 2 === 1) bytes.fill(0, 0, 3); // lengths of other binary protocols begin so
      if (confirm(bytes, 'request') === 'yes' || confirm(bytes, 'response') === 'yes') taken++;
    }
    expect(taken / 100_000).toBeLessThan(0.001);
    expect(confirm(new Uint8Array(512), 'request')).not.toBe('yes');
  });

  it('joins the samples at every write, and tells no operation that was not there', () => {
    for (const name of ['node', 'grpc']) {
      const script = readSample(new URL(`./samples/${name}.jsonl`, import.meta.url));
      const whole = new Conversation({ protocols: [http2] }).play(script).close();
      const truth = new Set(whole.map(({ request: r }) => `${r.id} ${r.operation} ${r.resource}`));
      for (let from = 1; from < script.length; from++) {
        for (const { request: r } of new Conversation(late).play(script.slice(from)).close()) {
          if (r.operation === null || r.resource === null) continue;
          expect(truth, `${name} from ${from}`).toContain(`${r.id} ${r.operation} ${r.resource}`);
        }
      }
    }
  });
});
