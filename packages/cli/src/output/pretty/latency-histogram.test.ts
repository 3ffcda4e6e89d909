import { describe, expect, it } from 'vitest';
import { LatencyHistogram } from './latency-histogram.js';

describe('a latency histogram', () => {
  it('gives quantiles that are off by less than five percent', () => {
    const histogram = new LatencyHistogram();
    const durations = Array.from({ length: 10_000 }, (_, index) => 1000 * 1.0015 ** index);
    for (const duration of durations) histogram.record(duration);
    for (const share of [0.01, 0.5, 0.9, 0.95, 0.99, 1]) {
      const exact = durations[Math.ceil(share * durations.length) - 1]!;
      expect(Math.abs(histogram.quantile(share) / exact - 1)).toBeLessThan(0.05);
    }
  });

  it('knows nothing while it is empty', () => {
    const histogram = new LatencyHistogram();
    expect(histogram.quantile(0.5)).toBeNaN();
    histogram.record(5000);
    histogram.clear();
    expect(histogram.quantile(0.5)).toBeNaN();
  });

  it('holds what is shorter or longer than it can tell apart', () => {
    const histogram = new LatencyHistogram();
    histogram.record(0);
    histogram.record(1e18);
    expect(histogram.count).toBe(2);
    expect(histogram.quantile(0.5)).toBeLessThan(1100);
    expect(histogram.quantile(1)).toBeGreaterThan(3e12);
  });

  it('adds up', () => {
    const [a, b] = [new LatencyHistogram(), new LatencyHistogram()];
    a.record(1e6);
    b.record(1e9);
    a.add(b);
    expect([a.count, a.quantile(0.5) > 9e5, a.quantile(1) > 9e8]).toEqual([2, true, true]);
  });
});
