import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LATENCY_BOUNDS } from './latency-bounds.js';
import { CounterSeries, GaugeSeries, HistogramSeries } from './series.js';

const toUnixNano = (at: number) => BigInt(at);

describe('a counter series', () => {
  it('adds, and never goes down', () => {
    const series = new CounterSeries({}, 0, false);
    for (const value of [1, 2.5, 0, -3, Number.NaN, Number.POSITIVE_INFINITY]) series.add(value);
    expect(series.value).toBe(3.5);
  });

  it('counts whole numbers exactly beyond 32 bits', () => {
    const series = new CounterSeries({}, 0, false);
    series.add(2 ** 52);
    series.add(1);
    expect(series.value).toBe(2 ** 52 + 1);
  });
});

describe('a gauge series', () => {
  it('holds the last value that is one', () => {
    const series = new GaugeSeries({}, 0, false);
    for (const value of [1, -2, Number.NaN]) series.set(value);
    expect(series.value).toBe(-2);
  });
});

describe('a histogram series', () => {
  const trace = (id: string) => ({ traceId: id, spanId: id, parentSpanId: null, link: null });

  it('counts each value once, in the bucket whose bounds hold it', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { maxLength: 100 }), (values) => {
        const series = new HistogramSeries(LATENCY_BOUNDS, {}, 0, false);
        for (const value of values) series.record(value);
        const { counts, count, sum } = series.point(toUnixNano);
        expect(count).toBe(values.length);
        expect(sum).toBeCloseTo(
          values.reduce((a, b) => a + b, 0),
          6,
        );
        for (const [bucket, inside] of counts.entries()) {
          const lower = LATENCY_BOUNDS[bucket - 1] ?? Number.NEGATIVE_INFINITY;
          const upper = LATENCY_BOUNDS[bucket] ?? Number.POSITIVE_INFINITY;
          expect(inside).toBe(values.filter((value) => value > lower && value <= upper).length);
        }
      }),
    );
  });

  it('keeps the newest traced value of each bucket, and no exemplars without a trace', () => {
    const series = new HistogramSeries([1, 2], {}, 0, false);
    series.record(0.5);
    expect(series.point(toUnixNano).exemplars).toBeUndefined();
    series.recordTraced(0.6, trace('a'), 10);
    series.recordTraced(0.7, trace('b'), 20);
    series.recordTraced(9, trace('c'), 30);
    series.recordTraced(Number.NaN, trace('d'), 40);
    series.record(0.8);
    const { exemplars, counts } = series.point(toUnixNano);
    expect(counts).toEqual([4, 0, 1]);
    expect(exemplars).toEqual([
      { value: 0.7, timeUnixNano: 20n, traceId: 'b', spanId: 'b' },
      null,
      { value: 9, timeUnixNano: 30n, traceId: 'c', spanId: 'c' },
    ]);
  });

  it('gives copies: what was read does not change with the next record', () => {
    const series = new HistogramSeries([1], {}, 0, false);
    series.record(0.5);
    const before = series.point(toUnixNano);
    series.record(0.5);
    expect(before).toEqual({ bounds: [1], counts: [1, 0], count: 1, sum: 0.5 });
  });

  it('without bounds counts in one bucket', () => {
    const series = new HistogramSeries([], {}, 0, false);
    series.record(5);
    expect(series.point(toUnixNano)).toEqual({ bounds: [], counts: [1], count: 1, sum: 5 });
  });
});

describe('the bounds of latencies', () => {
  it('go from 50 µs to 60 s, ascending, and can not be changed', () => {
    expect(LATENCY_BOUNDS[0]).toBe(0.00005);
    expect(LATENCY_BOUNDS.at(-1)).toBe(60);
    expect([...LATENCY_BOUNDS].sort((a, b) => a - b)).toEqual(LATENCY_BOUNDS);
    expect(Object.isFrozen(LATENCY_BOUNDS)).toBe(true);
  });
});
