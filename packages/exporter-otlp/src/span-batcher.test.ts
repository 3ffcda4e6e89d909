import type { Exchange } from '@sonde/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { exchange } from '../test/exchange.js';
import { SpanBatcher } from './span-batcher.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A batcher whose sending ends when the test says so. */
function setUp(options: { queueSize?: number; batchSize?: number } = {}) {
  const sent: number[] = [];
  const names: string[] = [];
  const dropped: Record<string, number> = {};
  const under: (() => void)[] = [];
  const batcher = new SpanBatcher({
    queueSize: options.queueSize ?? 10,
    batchSize: options.batchSize ?? 3,
    delayMs: 100,
    send: (exchanges: Exchange[]) => {
      sent.push(exchanges.length);
      names.push(...exchanges.map(({ name }) => name));
      return new Promise<void>((resolve) => under.push(resolve));
    },
    dropped: (reason, count) => {
      dropped[reason] = (dropped[reason] ?? 0) + count;
    },
  });
  const add = (count: number) => {
    for (let n = 0; n < count; n++) batcher.add(exchange({ name: String(added++) }));
  };
  let added = 0;
  const finish = async () => {
    under.shift()!();
    await vi.advanceTimersByTimeAsync(0);
  };
  return { batcher, sent, names, dropped, add, finish, under };
}

describe('the batcher', () => {
  it('sends a full batch at once, and the rest after a while', async () => {
    const { sent, add, finish } = setUp();
    add(4);
    expect(sent).toEqual([3]);
    await finish();
    expect(sent).toEqual([3]);
    await vi.advanceTimersByTimeAsync(100);
    expect(sent).toEqual([3, 1]);
  });

  it('waits for no more than the delay', async () => {
    const { sent, add } = setUp();
    add(1);
    await vi.advanceTimersByTimeAsync(99);
    expect(sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(sent).toEqual([1]);
  });

  it('sends one batch at a time, in order', async () => {
    const { sent, names, add, finish, under } = setUp();
    add(9);
    expect(under).toHaveLength(1);
    await finish();
    await finish();
    await finish();
    expect(sent).toEqual([3, 3, 3]);
    expect(names).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8']);
  });

  it('drops what does not fit, and counts it', () => {
    const { batcher, dropped, add } = setUp();
    add(20);
    // Three are under way, ten wait.
    expect([batcher.size, dropped]).toEqual([10, { 'queue-full': 7 }]);
  });

  it('flushes what is queued, though more comes meanwhile', async () => {
    const { batcher, add, finish, sent } = setUp({ queueSize: 100 });
    add(5);
    let flushed = false;
    const flush = batcher.flush().then(() => {
      flushed = true;
    });
    add(50);
    await finish();
    expect(flushed).toBe(false);
    await finish();
    await flush;
    expect(sent.slice(0, 2)).toEqual([3, 3]);
  });

  it('has nothing to flush when it is empty', async () => {
    await expect(setUp().batcher.flush()).resolves.toBeUndefined();
  });

  it('counts what is left when it is closed, ends those who wait, and takes nothing more', async () => {
    const { batcher, dropped, add, finish } = setUp();
    add(5);
    const flush = batcher.flush();
    batcher.close();
    expect(dropped).toEqual({ shutdown: 2 });
    add(1);
    expect(dropped).toEqual({ shutdown: 3 });
    await finish();
    await flush;
    expect(vi.getTimerCount()).toBe(0);
  });
});
