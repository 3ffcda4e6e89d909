import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { histogramQuantile } from './histogram-quantile.js';

describe('a quantile', () => {
  const bounds = [1, 2, 4];

  it.each([
    ['within a bucket', [0, 10, 0, 0], 0.5, 1.5],
    ['within the first bucket', [10, 0, 0, 0], 0.5, 0.5],
    ['at a bound', [5, 5, 0, 0], 0.5, 1],
    ['across an empty bucket', [5, 0, 5, 0], 0.75, 3],
    ['above all bounds', [1, 0, 0, 9], 0.99, 4],
    ['of one', [1, 2, 3, 0], 1, 4],
    ['of zero', [0, 10, 0, 0], 0, 1],
  ])('%s is interpolated', (_what, counts, q, expected) => {
    expect(histogramQuantile({ bounds, counts }, q)).toBeCloseTo(expected, 10);
  });

  it.each([
    ['nothing', [0, 0, 0, 0], 0.5],
    ['a negative quantile', [1, 0, 0, 0], -1],
    ['a quantile above one', [1, 0, 0, 0], 2],
    ['no quantile', [1, 0, 0, 0], Number.NaN],
  ])('of %s is not a number', (_what, counts, q) => {
    expect(histogramQuantile({ bounds, counts }, q)).toBeNaN();
  });

  it('lies in the bucket of the true quantile', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.001, max: 3.999, noNaN: true }), { minLength: 1, maxLength: 200 }),
        fc.integer({ min: 1, max: 100 }),
        (values, percent) => {
          const counts = [0, 0, 0, 0];
          const bucketOf = (value: number) => bounds.findIndex((bound) => value <= bound);
          for (const value of values) counts[bucketOf(value)]! += 1;
          const sorted = [...values].sort((a, b) => a - b);
          const exact = sorted[Math.ceil((percent / 100) * values.length) - 1]!;
          const estimate = histogramQuantile({ bounds, counts }, percent / 100);
          const bucket = bucketOf(exact);
          expect(estimate).toBeLessThanOrEqual(bounds[bucket]! + 1e-9);
          expect(estimate).toBeGreaterThanOrEqual((bounds[bucket - 1] ?? 0) - 1e-9);
        },
      ),
    );
  });
});
