import { expect, it } from 'vitest';
import { Backoff } from './backoff.js';

it('doubles from one second up to a minute', () => {
  const backoff = new Backoff();
  let now = 0;
  const waits = Array.from({ length: 9 }, () => {
    const wait = backoff.next(now);
    now += wait;
    return wait;
  });
  expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
});

it('begins anew after two minutes without need', () => {
  const backoff = new Backoff();
  expect(backoff.next(0)).toBe(1000);
  expect(backoff.next(1000)).toBe(2000);
  expect(backoff.next(3000 + 120_000)).toBe(4000);
  expect(backoff.next(127_000 + 120_001)).toBe(1000);
});
