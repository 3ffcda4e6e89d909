import type { Logger } from '@sonde/core';
import { describe, expect, it } from 'vitest';
import { Delivery } from './delivery.js';
import type { HttpAnswer, HttpSender } from './http-sender.js';

/** `hangs`: the delivery is ended before an answer comes. */
type Outcome = HttpAnswer | Error | 'hangs';
const answer = (status: number, body = ''): HttpAnswer => ({ status, headers: {}, body: Buffer.from(body) });
const refused = Object.assign(new Error(''), { code: 'ECONNREFUSED' });

/** Delivers one body of three spans to a receiver that does one thing after the other, and then takes it. */
async function deliver(outcomes: Outcome[], forMs = 60_000) {
  const warnings: [message: string, failure: unknown][] = [];
  const dropped: [reason: string, count: number][] = [];
  const sender = {
    name: 'http://collector:4318/v1/traces',
    async send(_body: Buffer, signal: AbortSignal) {
      const outcome = outcomes.shift() ?? answer(200);
      if (outcome === 'hangs') {
        delivery.abort();
        signal.throwIfAborted();
      }
      if (outcome instanceof Error) throw outcome;
      return outcome;
    },
  } as unknown as HttpSender;
  const logger = {
    warn: (message: string, fields: Record<string, unknown>) => warnings.push([message, fields.failure]),
  } as unknown as Logger;
  const delivery = new Delivery({
    sender,
    retry: { initialMs: 1, maxMs: 1, forMs },
    what: 'spans',
    logger,
    dropped: (reason, count) => dropped.push([reason, count]),
  });
  await delivery.deliver(Buffer.from('body'), 3);
  return { warnings, dropped };
}

describe('a delivery', () => {
  it.each([
    ['nobody listens', refused, 'ECONNREFUSED', ''],
    ['the receiver hangs', new Error('no answer within 10 ms'), 'no answer within 10 ms', 'no answer within 10 ms'],
    ['the receiver is overloaded', answer(503, 'later\n'), 'HTTP 503', 'later'],
  ])('says why it tries again when %s, and goes on', async (_what, outcome, why, failure) => {
    const { warnings, dropped } = await deliver([outcome]);
    expect(warnings).toEqual([[`http://collector:4318/v1/traces does not take spans: ${why}; trying again`, failure]]);
    expect(dropped).toEqual([]);
  });

  it.each([
    ['HTTP 400', answer(400, 'bad request'), 60_000, 'http-400', 'bad request'],
    ['HTTP 503', answer(503), -1, 'http-503', ''],
    ['ECONNREFUSED', refused, -1, 'unreachable', ''],
  ])('says why it gives up: %s', async (why, outcome, forMs, reason, failure) => {
    const { warnings, dropped } = await deliver([outcome], forMs);
    expect(warnings).toEqual([[`3 spans for http://collector:4318/v1/traces were given up: ${why}`, failure]]);
    expect(dropped).toEqual([[reason, 3]]);
  });

  it.each([
    ['ECONNREFUSED until the agent stopped', [refused]],
    ['no answer until the agent stopped', []],
  ])('says what was in the way when it is ended: %s', async (why, before) => {
    const { warnings, dropped } = await deliver([...before, 'hangs']);
    expect(warnings.at(-1)?.[0]).toBe(`3 spans for http://collector:4318/v1/traces were given up: ${why}`);
    expect(dropped).toEqual([['shutdown', 3]]);
  });

  it('says the same once a minute at most', async () => {
    const { warnings } = await deliver([refused, refused, refused, refused]);
    expect(warnings).toHaveLength(1);
  });
});
