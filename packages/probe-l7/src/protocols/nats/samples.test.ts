import { describe, expect, it } from 'vitest';
import { Conversation, readSample, summary } from '../conversation.fixture.js';
import { nats } from './index.js';

const sample = (name: string) => readSample(new URL(`./samples/${name}.jsonl`, import.meta.url));
const play = (name: string, size?: number) => {
  const talk = new Conversation({ protocols: [nats], pinned: size !== undefined }).play(sample(name), size);
  return { exchanges: talk.close(), stats: talk.stats };
};
const said = (name: string) => play(name).exchanges.map((e) => `${e.name} ${e.request.resource} ${e.status}`);

describe('nats on recorded conversations', () => {
  it('reads publications and deliveries, with their trace context', () => {
    const lines = said('pubsub');
    expect(lines).toEqual(
      expect.arrayContaining([
        'CONNECT null null',
        'SUB orders.* null',
        'PUB orders.1 null',
        'PUB orders.2 null',
        'DELIVER orders.1 null',
        'DELIVER orders.2 null',
        'PING null PONG',
      ]),
    );
    const traced = play('pubsub').exchanges.filter((e) => e.request.traceparent !== undefined);
    expect(traced.map((e) => e.name).sort()).toEqual(['DELIVER', 'PUB']);
    expect(JSON.stringify(play('pubsub').exchanges.map(summary))).not.toContain('secret');
  });

  it('pairs requests with what comes to their inbox, JetStream among them', () => {
    const asked = said('jetstream').filter((line) => line.startsWith('PUB'));
    expect(asked).toEqual(
      expect.arrayContaining([
        'PUB add MSG',
        'PUB none 503',
        'PUB $JS.API.STREAM.CREATE.S MSG',
        'PUB s.a MSG',
        'PUB $JS.API.STREAM.INFO.S MSG',
        'PUB $JS.API.STREAM.DELETE.S MSG',
      ]),
    );
    expect(asked.filter((line) => line.endsWith('null'))).toEqual([]);
  });

  it('reads a verbose connection with errors', () => {
    expect(said('verbose').filter((line) => !line.startsWith('CONNECT'))).toEqual([
      'PING null PONG',
      'SUB a null',
      'PUB a null',
      'DELIVER a null',
      'UNSUB null null',
      'PUB bad..subject null',
      '-ERR null null',
      '-ERR null null',
    ]);
  });

  it.each(['pubsub', 'jetstream'])('says the same of %s in pieces', (name) => {
    const whole = play(name);
    expect(whole.stats).toMatchObject({ parseErrors: {}, unmatched: {}, desyncs: 0 });
    for (const size of [1, 2, 3, 7, 100]) {
      expect(play(name, size).exchanges.map(summary), `pieces of ${size}`).toEqual(whole.exchanges.map(summary));
    }
  });
});
