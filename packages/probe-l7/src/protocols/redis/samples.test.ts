import { describe, expect, it } from 'vitest';
import { Conversation, readSample, summary } from '../conversation.fixture.js';
import { redis } from './index.js';
import type { RedisResponse } from './messages.js';

const sample = (name: string) => readSample(new URL(`./samples/${name}.jsonl`, import.meta.url));
const play = (name: string, size?: number) => {
  const port = { address: '127.0.0.1', port: 6379 };
  const talk = new Conversation({ protocols: [redis], pinned: false, remote: port }).play(sample(name), size);
  return { exchanges: talk.close(), stats: talk.stats };
};

const COMMANDS = [
  ...['SET', 'GET', 'GET', 'INCR', 'HSET', 'HGETALL', 'LPUSH', 'LRANGE', 'ZADD', 'ZSCORE', 'SADD', 'SMEMBERS', 'MULTI'],
  ...['SET', 'INCR', 'EXEC', 'CONFIG GET', 'CONFIG SET', 'SELECT', 'DBSIZE', 'FOO', 'EVAL', 'XADD', 'XRANGE', 'BLPOP'],
  ...['DEBUG OBJECT', 'PING', 'INFO'],
];

describe('redis on recorded conversations', () => {
  it('reads the same commands by RESP2 and RESP3', () => {
    expect(play('resp2').exchanges.map((e) => e.name)).toEqual(['AUTH', ...COMMANDS]);
    expect(play('resp3').exchanges.map((e) => e.name)).toEqual(['AUTH', 'HELLO', ...COMMANDS]);
    const types = (name: string) =>
      play(name)
        .exchanges.filter((e) => ['HGETALL', 'ZSCORE', 'SMEMBERS', 'INFO'].includes(e.name))
        .map((e) => (e.response as RedisResponse).type);
    expect(types('resp2')).toEqual(['array', 'bulk', 'array', 'bulk']);
    expect(types('resp3')).toEqual(['map', 'double', 'set', 'verbatim']);
  });

  it('sees a client that is refused until it logs in, and never its password', () => {
    const { exchanges } = play('refused');
    expect(exchanges.map((e) => [e.name, e.error])).toEqual([
      ['COMMAND DOCS', 'NOAUTH'],
      ['COMMAND', 'NOAUTH'],
      ['GET', 'NOAUTH'],
      ['AUTH', 'WRONGPASS'],
      ['AUTH', null],
      ['GET', null],
    ]);
    expect(JSON.stringify(exchanges.map((e) => [summary(e), e.attributes]))).not.toMatch(/secret|wrong"/);
  });

  it('reads channels, pipelines and inline commands', () => {
    expect(play('channels').exchanges.map((e) => e.name)).toEqual(['AUTH', 'SUBSCRIBE', 'MESSAGE', 'MESSAGE']);
    expect(play('inline').exchanges.map((e) => e.name)).toEqual(['AUTH', 'PING', 'SET', 'GET']);
    const { exchanges } = play('pipeline');
    expect(exchanges).toHaveLength(61);
    expect(exchanges.every((e) => e.status === 'OK')).toBe(true);
  });

  it.each(['resp2', 'resp3', 'refused', 'channels', 'pipeline', 'inline'])('says the same of %s in pieces', (name) => {
    const whole = play(name);
    expect(whole.stats).toMatchObject({ parseErrors: {}, unmatched: {}, desyncs: 0 });
    for (const size of [1, 3, 17, 100]) {
      expect(play(name, size).exchanges.map(summary), `pieces of ${size}`).toEqual(whole.exchanges.map(summary));
    }
  });
});
