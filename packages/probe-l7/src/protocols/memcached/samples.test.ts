import { describe, expect, it } from 'vitest';
import { Conversation, readSample, summary } from '../conversation.fixture.js';
import { memcached } from './index.js';

const sample = (name: string) => readSample(new URL(`./samples/${name}.jsonl`, import.meta.url));
const play = (name: string, size?: number) => {
  const talk = new Conversation({ protocols: [memcached], pinned: size !== undefined }).play(sample(name), size);
  return { exchanges: talk.close(), stats: talk.stats };
};
const said = (name: string) => play(name).exchanges.map((e) => `${e.name} ${e.status}`);

describe('memcached on recorded conversations', () => {
  it('reads text commands, with values that look like answers', () => {
    expect(said('text')).toEqual([
      ...['SET STORED', 'GET VALUE', 'GET END', 'GETS VALUE', 'ADD NOT_STORED', 'REPLACE NOT_STORED', 'APPEND STORED'],
      ...['PREPEND STORED', 'CAS EXISTS', 'SET STORED', 'INCR NUMBER', 'DECR NUMBER', 'INCR NOT_FOUND'],
      ...['INCR CLIENT_ERROR', 'TOUCH TOUCHED', 'GAT VALUE', 'SET null', 'GET VALUE', 'DELETE DELETED'],
      ...['DELETE NOT_FOUND', 'STATS STAT', 'VERSION VERSION', 'FLUSH_ALL OK', 'UNKNOWN ERROR', 'SET STORED'],
      ...['GET VALUE', 'GET VALUE', 'GET END', 'SET STORED'],
    ]);
    expect(JSON.stringify(play('text').exchanges.map(summary))).not.toMatch(/hello|world|xxx/);
  });

  it('reads meta commands, quiet ones among them', () => {
    expect(said('meta')).toEqual([
      ...['MS HD', 'MG VA', 'MG EN', 'MG null', 'MG null', 'MG null', 'MN MN', 'MS null', 'MN MN', 'MA VA', 'MA VA'],
      ...['ME ME', 'MD HD', 'MD NF', 'MS CLIENT_ERROR', 'MN MN'],
    ]);
  });

  it('reads the binary protocol of memjs, and quiet operations', () => {
    expect(said('memjs')).toEqual([
      ...['SET OK', 'GET OK', 'GET NOT_FOUND', 'ADD EXISTS', 'REPLACE NOT_FOUND', 'SET OK', 'INCR OK', 'DECR OK'],
      ...['APPEND OK', 'APPEND OK', 'TOUCH OK', 'DELETE OK', 'DELETE NOT_FOUND', 'STATS OK', 'FLUSH_ALL OK'],
    ]);
    expect(said('quiet')).toEqual([
      ...['SET null', 'SET null', 'NOOP OK', 'GETK null', 'GETK null', 'GETK null', 'GETK OK', 'NOOP OK', 'ADD null'],
      ...['INCR NON_NUMERIC', 'QUIT OK'],
    ]);
    for (const { request, response } of play('quiet').exchanges) {
      if (response !== null) expect(response).toMatchObject({ opaque: (request as { opaque?: number }).opaque });
    }
  });

  it.each(['text', 'meta', 'memjs', 'quiet'])('says the same of %s in pieces', (name) => {
    const whole = play(name);
    expect(whole.stats).toMatchObject({ parseErrors: {}, unmatched: {}, desyncs: 0 });
    for (const size of [1, 2, 3, 7, 23, 24, 25, 100]) {
      expect(play(name, size).exchanges.map(summary), `pieces of ${size}`).toEqual(whole.exchanges.map(summary));
    }
  });
});
