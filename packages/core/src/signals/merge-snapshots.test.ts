import { describe, expect, it } from 'vitest';
import type { MetricPoint, MetricSnapshot, MetricType } from '../contracts/index.js';
import { mergeSnapshots } from './merge-snapshots.js';

function snapshot(start: bigint, name: string, type: MetricType, ...points: MetricPoint[]): MetricSnapshot {
  const families = [{ name, type, unit: 's', description: '', points }];
  return { startUnixNano: start, timeUnixNano: start + 10n, families };
}

const exemplar = (value: number, timeUnixNano: bigint) => ({ value, timeUnixNano, traceId: 'a', spanId: 'b' });

describe('merged snapshots', () => {
  it('add counters of equal attributes and keep the others', () => {
    const merged = mergeSnapshots([
      snapshot(5n, 'c', 'counter', { attributes: { a: 1, b: 2 }, value: 1, startUnixNano: 7n }),
      snapshot(
        3n,
        'c',
        'counter',
        { attributes: { b: 2, a: 1 }, value: 2, startUnixNano: 6n },
        { attributes: {}, value: 9 },
      ),
    ]);
    expect(merged).toMatchObject({ startUnixNano: 3n, timeUnixNano: 15n });
    expect(merged.families[0]!.points).toEqual([
      { attributes: { a: 1, b: 2 }, value: 3, startUnixNano: 6n },
      { attributes: {}, value: 9 },
    ]);
  });

  it('take the last gauge', () => {
    const merged = mergeSnapshots([
      snapshot(1n, 'g', 'gauge', { attributes: {}, value: 5 }),
      snapshot(1n, 'g', 'gauge', { attributes: {}, value: 2 }),
    ]);
    expect(merged.families[0]!.points).toEqual([{ attributes: {}, value: 2 }]);
  });

  it('add histograms bucket by bucket, with the newest exemplars', () => {
    const a = { bounds: [1], counts: [1, 2], count: 3, sum: 5, exemplars: [exemplar(1, 1n), null] };
    const b = { bounds: [1], counts: [3, 4], count: 7, sum: 9, exemplars: [exemplar(0.5, 2n), exemplar(3, 1n)] };
    const merged = mergeSnapshots([
      snapshot(1n, 'h', 'histogram', { attributes: {}, histogram: a }),
      snapshot(1n, 'h', 'histogram', { attributes: {}, histogram: b }),
    ]);
    expect(merged.families[0]!.points[0]!.histogram).toEqual({
      bounds: [1],
      counts: [4, 6],
      count: 10,
      sum: 14,
      exemplars: [exemplar(0.5, 2n), exemplar(3, 1n)],
    });
    expect(a.counts).toEqual([1, 2]);
  });

  it('keep the first of what can not be added', () => {
    const merged = mergeSnapshots([
      snapshot(1n, 'x', 'histogram', { attributes: {}, histogram: { bounds: [1], counts: [1, 0], count: 1, sum: 1 } }),
      snapshot(1n, 'x', 'histogram', { attributes: {}, histogram: { bounds: [2], counts: [1, 0], count: 1, sum: 1 } }),
      snapshot(1n, 'x', 'counter', { attributes: {}, value: 1 }),
    ]);
    expect(merged.families).toHaveLength(1);
    expect(merged.families[0]!.points).toHaveLength(1);
    expect(merged.families[0]!.points[0]!.histogram!.bounds).toEqual([1]);
  });
});
