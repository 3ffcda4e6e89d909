import { describe, expect, it } from 'vitest';
import type { ExchangeRecord } from './exchange-record.js';
import { FifoRequests, IdRequests } from './pending-requests.js';

const request = (id: number, requestStart = id) =>
  ({ request: { kind: 'request', id }, requestStart }) as ExchangeRecord;
const ids = (records: readonly ExchangeRecord[]) => records.map((record) => record.request.id);

describe.each([
  ['in order', () => new FifoRequests()],
  ['by id', () => new IdRequests()],
])('requests that wait, matched %s', (_name, create) => {
  it('know the one that waits longest, whichever were answered', () => {
    const pending = create();
    const records = Array.from({ length: 200 }, (_, id) => request(id));
    for (const record of records) pending.add(record);
    for (const record of records.slice(0, 150)) {
      expect(pending.oldest()).toBe(record);
      pending.remove(record);
    }
    pending.remove(records[160]!);
    pending.remove(records[160]!);
    expect([pending.size, ids(pending.olderThan(153))]).toEqual([49, [150, 151, 152]]);
    expect(ids(pending.drain())).toEqual(ids(records.slice(150).filter((_, index) => index !== 10)));
    expect([pending.size, pending.oldest()]).toEqual([0, undefined]);
  });
});

describe('requests by id', () => {
  it('give up the one whose id is used again, and the new one waits last', () => {
    const pending = new IdRequests();
    const [first, second, again] = [request(1), request(2), request(1, 3)];
    pending.add(first);
    pending.add(second);
    expect(pending.add(again)).toBe(first);
    pending.remove(first);
    expect(pending.peek(1)).toBe(again);
    expect(pending.drain()).toEqual([second, again]);
  });

  it('find the oldest of ten thousand at once, however many came before', () => {
    const pending = new IdRequests();
    const waiting = 10_000;
    const began = process.cpuUsage();
    for (let id = 0; id < 300_000; id++) {
      if (pending.size >= waiting) pending.remove(pending.oldest()!);
      pending.add(request(id));
    }
    expect(pending.oldest()?.request.id).toBe(300_000 - waiting);
    // It was 20 µs for each, which is 6 s.
    expect(process.cpuUsage(began).user).toBeLessThan(3e6);
  });
});
