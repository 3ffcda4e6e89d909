import { describe, expect, it } from 'vitest';
import { Conversation, readSample, summary } from '../conversation.fixture.js';
import { fastcgi } from './index.js';

const sample = (name: string) => readSample(new URL(`./samples/${name}.jsonl`, import.meta.url));

/** Recorded between nginx, which keeps the connection, and PHP-FPM. */
const EXPECTED: Record<string, string[]> = {
  keep: [
    'GET /users/17?do=ok&token=? 200 null',
    'GET /users/18?do=missing 404 null',
    'GET /none 404 null',
    'GET /large?do=large 200 null',
    'POST /upload?do=ok 200 null',
    'GET /fail?do=fail 500 500',
    'GET /exit?do=exit 200 null',
    'GET /go?do=redirect 302 null',
    'HEAD / 200 null',
  ],
};

const play = (name: string, size?: number) => {
  const talk = new Conversation({ protocols: [fastcgi], pinned: false }).play(sample(name), size);
  return { exchanges: talk.close(), stats: talk.stats };
};

describe('fastcgi on recorded conversations', () => {
  it.each(Object.keys(EXPECTED))('reads %s, whole and in pieces', (name) => {
    const { exchanges, stats } = play(name);
    const seen = exchanges.map((e) => `${e.request.operation} ${e.request.resource} ${e.status} ${e.error}`);
    expect(seen).toEqual(EXPECTED[name]);
    expect(stats).toMatchObject({ parseErrors: {}, unmatched: {}, desyncs: 0, parserFaults: 0 });
    for (const size of [1, 2, 3, 7, 50, 1000]) {
      expect(play(name, size).exchanges.map(summary), `pieces of ${size}`).toEqual(exchanges.map(summary));
    }
  });

  it('shows no secret of parameters, and nothing that the application wrote to STDERR', () => {
    const { exchanges } = play('keep');
    expect(JSON.stringify(exchanges.map((e) => [summary(e), e.attributes]))).not.toMatch(/s3cret|alice/);
    expect(exchanges[0]!.request.traceparent).toBe('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01');
  });
});
