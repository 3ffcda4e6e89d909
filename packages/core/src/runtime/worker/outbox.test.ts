import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Exchange } from '../../contracts/index.js';
import type { FromWorker } from './messages.js';
import { Outbox } from './outbox.js';

describe('Outbox', () => {
  let sent: Extract<FromWorker, { items: unknown[] }>[];
  let dropped: number;
  let outbox: Outbox;

  beforeEach(() => {
    vi.useFakeTimers();
    sent = [];
    dropped = 0;
    const post = (message: unknown) => void sent.push(structuredClone(message) as never);
    outbox = new Outbox({ post, listen() {} }, (count) => {
      dropped += count;
    });
  });
  afterEach(() => vi.useRealTimers());

  const exchange = (name: string, request: object = {}) =>
    ({ name, request, definition: { name: 'x' }, attributes: { a: 1 } }) as unknown as Exchange;
  const names = () => sent.flatMap(({ items }) => items.map((item) => (item as { name: string }).name));

  it('waits 20 ms for more before it sends', () => {
    outbox.exchange(exchange('a'));
    vi.advanceTimersByTime(19);
    outbox.exchange(exchange('b'));
    expect(sent).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(sent).toEqual([
      { kind: 'exchanges', items: [expect.objectContaining({ name: 'a', attributes: { a: 1 } }), expect.anything()] },
    ]);
  });

  it('sends at once when it has 256', () => {
    for (let n = 0; n < 300; n++) outbox.event({ event: 'x', n });
    expect(sent.map(({ items }) => items.length)).toEqual([256]);
  });

  it('has no more than 128 messages on their way, and counts what it drops', () => {
    for (let n = 0; n < 136 * 256; n++) outbox.event({ event: 'x', n });
    expect([sent.length, dropped]).toEqual([128, 7 * 256]);
    outbox.taken(128);
    vi.advanceTimersByTime(20);
    expect(sent.length).toBe(129);
    outbox.event({ event: 'x' });
    vi.advanceTimersByTime(20);
    expect([sent.length, dropped]).toEqual([130, 7 * 256]);
  });

  it('sends the rest at the end, whatever is on its way', () => {
    for (let n = 0; n < 129 * 256; n++) outbox.event({ event: 'x', n });
    outbox.exchange(exchange('last'));
    outbox.flush(true);
    expect([sent.length, dropped]).toEqual([130, 0]);
    expect(names().at(-257)).toBe('last');
  });

  it('sends what can be copied when one of a batch can’t', () => {
    outbox.exchange(exchange('a'));
    outbox.exchange(exchange('bad', { callback: () => {} }));
    outbox.exchange(exchange('b'));
    outbox.flush();
    expect([names(), dropped]).toEqual([['a', 'b'], 1]);
  });
});
