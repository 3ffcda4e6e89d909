import { describe, expect, test } from 'vitest';
import { checkedPace, nextWait } from './ring-pace.js';

const pace = checkedPace({ minMs: 2, maxMs: 20, limit: 100 });

describe('the next wait', () => {
  test('doubles while nothing arrives, up to the longest', () => {
    expect(nextWait(2, 0, 0, pace)).toBe(4);
    expect(nextWait(16, 0, 0, pace)).toBe(20);
    expect(nextWait(20, 0, 0, pace)).toBe(20);
  });

  test('is the shortest when the ring fills', () => {
    expect(nextWait(20, 0.5, 99, pace)).toBe(2);
  });

  test('creeps up with little traffic and down with more', () => {
    expect(nextWait(10, 0.001, 3, pace)).toBe(11);
    expect(nextWait(10, 0.01, 30, pace)).toBe(9);
    expect(nextWait(2, 0.01, 30, pace)).toBe(2);
  });

  test('is none when the turn left something', () => {
    expect(nextWait(20, 0.9, 100, pace)).toBe(0);
  });

  test('finds back from no wait at all', () => {
    expect(nextWait(0, 0, 0, pace)).toBe(2);
  });
});

test.each([{ minMs: 0 }, { minMs: 30, maxMs: 20 }, { maxMs: Number.NaN }, { limit: 0 }])(
  'refuses a pace of %o',
  (wrong) => {
    expect(() => checkedPace(wrong)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  },
);
