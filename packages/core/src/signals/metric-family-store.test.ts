import { describe, expect, it } from 'vitest';
import { MetricFamilyStore, OVERFLOW_ATTRIBUTES } from './metric-family-store.js';
import { CounterSeries } from './series.js';

function setUp(maxSeries = 3) {
  const state = { now: 0, expired: 0 };
  const family = new MetricFamilyStore<CounterSeries>({
    name: 'c',
    type: 'counter',
    unit: '',
    description: '',
    maxSeries,
    idleNs: 1000,
    now: () => state.now,
    make: (attributes, at, pinned) => new CounterSeries(attributes, at, pinned),
    expired: (count) => {
      state.expired += count;
    },
  });
  return { family, state };
}

describe('the series of a metric', () => {
  it('are made once for the same attributes', () => {
    const { family } = setUp();
    expect(family.resolve({ a: 1, b: 2 })).toBe(family.resolve({ b: 2, a: 1 }));
    expect(family.size).toBe(1);
  });

  it('beyond the cap are one, and those below it stay reachable', () => {
    const { family } = setUp(2);
    const first = family.resolve({ n: 0 });
    family.resolve({ n: 1 });
    const beyond = family.resolve({ n: 2 });
    expect(beyond.attributes).toBe(OVERFLOW_ATTRIBUTES);
    expect(family.resolve({ n: 3 })).toBe(beyond);
    expect(family.resolve({ n: 0 })).toBe(first);
    expect(family.size).toBe(3);
    expect([...family.values()].at(-1)).toBe(beyond);
  });

  it('are freed when they were not touched for as long as it takes, not earlier', () => {
    const { family, state } = setUp();
    family.resolve({ n: 0 });
    family.sweep(0);
    family.sweep(999);
    expect(family.size).toBe(1);
    family.sweep(1000);
    expect(family.size).toBe(0);
    expect(state.expired).toBe(1);
  });

  it('are not freed because nobody looked for long', () => {
    const { family } = setUp();
    const series = family.resolve({ n: 0 });
    family.sweep(0);
    series.add(1);
    family.sweep(1_000_000);
    expect(family.size).toBe(1);
  });

  it('are kept once somebody holds them', () => {
    const { family } = setUp();
    family.resolve({ n: 0 });
    family.resolve({ n: 0 }, true);
    for (const now of [0, 5000, 10_000]) family.sweep(now);
    expect(family.size).toBe(1);
  });

  it('are swept now and then only while the cap is reached, so that a flood stays cheap', () => {
    const { family, state } = setUp(1);
    family.resolve({ n: 0 });
    state.now = 150;
    family.resolve({ n: 1 });
    state.now = 5000;
    family.resolve({ n: 2 });
    expect(state.expired).toBe(1);
    state.now = 5050;
    family.resolve({ n: 3 });
    expect(state.expired).toBe(1);
  });
});
