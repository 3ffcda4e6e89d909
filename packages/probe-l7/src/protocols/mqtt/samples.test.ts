import { describe, expect, it } from 'vitest';
import { Conversation, readSample, summary } from '../conversation.fixture.js';
import { mqtt } from './index.js';

const sample = (name: string) => readSample(new URL(`./samples/${name}.jsonl`, import.meta.url));
const play = (name: string, size?: number) => {
  const talk = new Conversation({ protocols: [mqtt], pinned: size !== undefined }).play(sample(name), size);
  return { exchanges: talk.close(), stats: talk.stats };
};

describe('mqtt on recorded conversations', () => {
  it.each(['v311', 'v5'])('reads what %s asked, published and got', (name) => {
    const { exchanges } = play(name);
    const said = exchanges.map((e) => `${e.name} ${e.request.resource} ${(e.request as { qos?: number }).qos ?? '-'}`);
    const pings = said.filter((text) => text.startsWith('PINGREQ')).length;
    expect(said.filter((text) => !text.startsWith('PINGREQ')).sort()).toEqual([
      `CONNECT tap${name === 'v5' ? 5 : 4} -`,
      'DELIVER orders/0 0',
      'DELIVER orders/1 1',
      ...(name === 'v5' ? ['DELIVER orders/1 1'] : []), // retained since the conversation before
      'DELIVER orders/2 2',
      'DISCONNECT null -',
      'PUBLISH none/1 1',
      'PUBLISH orders/0 0',
      'PUBLISH orders/1 1',
      'PUBLISH orders/2 2',
      'SUBSCRIBE orders/# -',
      'UNSUBSCRIBE orders/# -',
    ]);
    expect(pings).toBeGreaterThanOrEqual(1);
    expect(exchanges.every((e) => e.error === null)).toBe(true);
    expect(JSON.stringify(exchanges.map((e) => [summary(e), e.attributes]))).not.toMatch(/secret|bob/);
  });

  it('finds the trace context among the properties of MQTT 5', () => {
    const published = play('v5').exchanges.filter((e) => e.request.resource === 'orders/2');
    expect(published.map((e) => e.request.traceparent)).toEqual(
      Array(2).fill('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'),
    );
  });

  it.each(['v311', 'v5'])('says the same of %s in pieces', (name) => {
    const whole = play(name);
    expect(whole.stats).toMatchObject({ parseErrors: {}, unmatched: {}, desyncs: 0 });
    for (const size of [1, 2, 3, 7, 50]) {
      expect(play(name, size).exchanges.map(summary), `pieces of ${size}`).toEqual(whole.exchanges.map(summary));
    }
  });
});
