import { describe, expect, it } from 'vitest';
import { Conversation, readSample, summary } from '../conversation.fixture.js';
import { http1 } from './index.js';

const sample = (name: string) => readSample(new URL(`./samples/${name}.jsonl`, import.meta.url));

/** Recorded between curl and the servers of Node and nginx. */
const EXPECTED: Record<string, string[]> = {
  curl: [
    'GET /users/17?q=1&token=? 200',
    'GET /chunked 200',
    'GET /304 304',
    'GET /204 204',
    'GET /500 500',
    'GET /early 200',
    'HEAD /head 200',
    'POST /form 200',
    'PROPFIND /dav 200',
    'PUT /put 200',
    'PURGE /cache 200',
  ],
  nginx: ['GET / 200', 'GET /none?x=1 404', 'GET /index.html 206', 'POST / 405'],
  pipelined: ['GET /1 200', 'GET /2 200', 'GET /chunked 200', 'GET /4 200'],
  close: ['GET /close 200'],
  upgrade: ['GET /chat 101'],
};

describe('http1 on recorded conversations', () => {
  it.each(Object.keys(EXPECTED))('reads %s, whole and in pieces', (name) => {
    const talk = new Conversation({ protocols: [http1], pinned: false }).play(sample(name));
    const whole = talk.close();
    const seen = whole.map((e) => `${e.request.operation} ${e.request.resource} ${e.status}`);
    expect(seen).toEqual(EXPECTED[name]);
    expect(talk.stats).toMatchObject({ parseErrors: {}, unmatched: {}, desyncs: 0 });
    for (const size of [1, 3, 17, 100]) {
      const pieces = new Conversation({ protocols: [http1], pinned: false }).play(sample(name), size).close();
      expect(pieces.map(summary), `pieces of ${size}`).toEqual(whole.map(summary));
    }
  });
});
