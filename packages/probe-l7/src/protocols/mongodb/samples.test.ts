import { describe, expect, it } from 'vitest';
import { Conversation, readSample, summary } from '../conversation.fixture.js';
import { mongodb } from './index.js';

const play = (name: string, size?: number) => {
  const script = readSample(new URL(`./samples/${name}.jsonl`, import.meta.url));
  const talk = new Conversation({ protocols: [mongodb], pinned: false }).play(script, size);
  return { exchanges: talk.close(), stats: talk.stats };
};
const NAMES = ['node-driver', 'pymongo', 'refused-login'];

describe('mongodb on conversations of drivers with SecantusDB 0.7', () => {
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
    for (const secret of ['hunter2', 'swordfish', 'maria', 'secret-']) expect(shown).not.toContain(secret);
  });

  it('follows a cursor through its batches', () => {
    const batches = play('node-driver').exchanges.slice(3, 7);
    expect(batches.map(({ request, response }) => [request.operation, response])).toMatchObject([
      ['find', { returned: 2, cursorId: '7982189022296370639' }],
      ['getMore', { returned: 2, cursorId: '7982189022296370639' }],
      ['getMore', { returned: 2, cursorId: '7982189022296370639' }],
      ['getMore', { returned: 0 }],
    ]);
  });

  it('names errors as the server does', () => {
    const failed = NAMES.flatMap((name) => play(name).exchanges).filter(({ error }) => error !== null);
    expect(failed.map(({ name, status, error }) => `${name} ${status} ${error}`)).toEqual([
      'insert orders 11000 DuplicateKey',
      'insert orders 11000 DuplicateKey',
      'noSuchCommand 59 CommandNotFound',
      'find orders 2 BadValue',
      'insert orders 11000 DuplicateKey',
      'nothing 59 CommandNotFound',
      'saslContinue 18 AuthenticationFailed',
    ]);
  });
});
