import { describe, expect, it } from 'vitest';
import { Conversation, readSample, summary } from '../conversation.fixture.js';
import { cassandra } from './index.js';

const play = (name: string, size?: number) => {
  const script = readSample(new URL(`./samples/${name}.jsonl`, import.meta.url));
  const talk = new Conversation({ protocols: [cassandra], pinned: false }).play(script, size);
  return { exchanges: talk.close(), stats: talk.stats };
};
const NAMES = [
  'node-driver-v3',
  'node-driver-v4',
  'python-driver-v4-lz4',
  'python-driver-v4-snappy',
  'python-driver-v5',
  'python-driver-v5-lz4',
  'refused-version',
];

describe('cassandra on conversations of drivers with Cassandra 5.0.4', () => {
  it.each(NAMES)('says the same of %s in pieces', (name) => {
    const whole = play(name);
    expect(whole.stats).toMatchObject({ parseErrors: {}, unmatched: {}, desyncs: 0 });
    for (const size of [1, 3, 17, 100]) {
      expect(play(name, size).exchanges.map(summary), `pieces of ${size}`).toEqual(whole.exchanges.map(summary));
    }
  });

  it.each(NAMES)('shows no secret of %s', (name) => {
    const { exchanges } = play(name);
    const shown = JSON.stringify(exchanges.map((exchange) => [summary(exchange), exchange.attributes]));
    for (const secret of ['hunter2', 'swordfish', 'AGNhc3NhbmRyYQ', '\\u0000cassandra']) {
      expect(shown).not.toContain(secret);
    }
  });
});
