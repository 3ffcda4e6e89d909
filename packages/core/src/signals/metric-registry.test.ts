import { describe, expect, it } from 'vitest';
import type { Clock, MetricSnapshot } from '../contracts/index.js';
import { OVERFLOW_ATTRIBUTES } from './metric-family-store.js';
import { MetricRegistry } from './metric-registry.js';

class ManualClock implements Clock {
  at = 1e9;
  now = () => this.at;
  toUnixNano = (at: number) => BigInt(at) + 1_700_000_000_000_000_000n;
  pass(milliseconds: number) {
    this.at += milliseconds * 1e6;
  }
}

function values(snapshot: MetricSnapshot, name: string) {
  return snapshot.families
    .find((family) => family.name === name)
    ?.points.map(({ attributes, value }) => [attributes, value]);
}

describe('the metric registry', () => {
  it('keeps counters, gauges and histograms', () => {
    const registry = new MetricRegistry({ clock: new ManualClock() });
    registry.counter('a.count', { unit: '{event}', description: 'Events' }).add(2, { kind: 'x' });
    registry.counter('a.count').add(3, { kind: 'x' });
    registry.gauge('a.level').set(-4);
    registry.histogram('a.size', { unit: 'By', bounds: [10, 20] }).record(10);
    registry.histogram('a.size', { bounds: [10, 20] }).record(21);
    const { families, startUnixNano, timeUnixNano } = registry.snapshot();
    expect(startUnixNano).toBe(1_700_000_001_000_000_000n);
    expect(timeUnixNano).toBe(1_700_000_001_000_000_000n);
    const startOfSeries = { startUnixNano };
    expect(families).toEqual([
      {
        name: 'a.count',
        type: 'counter',
        unit: '{event}',
        description: 'Events',
        points: [{ attributes: { kind: 'x' }, value: 5, ...startOfSeries }],
      },
      {
        name: 'a.level',
        type: 'gauge',
        unit: '',
        description: '',
        points: [{ attributes: {}, value: -4, ...startOfSeries }],
      },
      {
        name: 'a.size',
        type: 'histogram',
        unit: 'By',
        description: '',
        points: [
          { attributes: {}, histogram: { bounds: [10, 20], counts: [1, 0, 1], count: 2, sum: 31 }, ...startOfSeries },
        ],
      },
    ]);
  });

  it('puts each value into the first bucket whose bound it does not exceed', () => {
    const registry = new MetricRegistry({ clock: new ManualClock() });
    const histogram = registry.histogram('h');
    const { bounds } = histogramOf(registry.snapshot(), 'h') ?? { bounds: [] };
    expect(bounds).toEqual([]);
    const series = histogram.series();
    for (const bound of [0.00005, 0.001, 60]) series.record(bound);
    for (const above of [0.0000501, 60.1, -1]) series.record(above);
    const { counts, bounds: all } = histogramOf(registry.snapshot(), 'h')!;
    const expected = counts.map(() => 0);
    for (const value of [0.00005, 0.001, 60, 0.0000501, 60.1, -1]) {
      const bucket = all.findIndex((bound) => value <= bound);
      expected[bucket < 0 ? all.length : bucket]! += 1;
    }
    expect(counts).toEqual(expected);
  });

  it('takes the same attributes for the same series, whatever their order', () => {
    const registry = new MetricRegistry({ clock: new ManualClock() });
    const counter = registry.counter('c');
    counter.add(1, { a: 1, b: 'x' });
    counter.add(1, { b: 'x', a: 1 });
    counter.add(1, { b: 'x', a: '1' });
    expect(values(registry.snapshot(), 'c')).toEqual([
      [{ a: 1, b: 'x' }, 2],
      [{ b: 'x', a: '1' }, 1],
    ]);
  });

  it('does not let one value imitate two attributes', () => {
    const registry = new MetricRegistry({ clock: new ManualClock() });
    registry.counter('c').add(1, { a: 'x', b: 'y' });
    registry.counter('c').add(1, { a: 'x"1:b3:"y' });
    expect(values(registry.snapshot(), 'c')).toHaveLength(2);
  });

  it('copies attributes, and cuts long ones', () => {
    const registry = new MetricRegistry({ clock: new ManualClock() });
    const attributes = { a: 'x'.repeat(1000) };
    registry.counter('c').add(1, attributes);
    attributes.a = 'changed';
    expect(values(registry.snapshot(), 'c')).toEqual([[{ a: 'x'.repeat(256) }, 1]]);
  });

  it('ignores what is no number to count', () => {
    const registry = new MetricRegistry({ clock: new ManualClock() });
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      registry.counter('c').add(bad);
      registry.histogram('h').record(bad);
    }
    registry.counter('c').add(-1);
    registry.gauge('g').set(Number.NaN);
    const snapshot = registry.snapshot();
    expect(values(snapshot, 'c')).toEqual([[{}, 0]]);
    expect(values(snapshot, 'g')).toEqual([[{}, 0]]);
    expect(histogramOf(snapshot, 'h')).toMatchObject({ count: 0, sum: 0 });
  });

  it('sends what is beyond the cap to one overflow series, and loses no count', () => {
    const registry = new MetricRegistry({ clock: new ManualClock(), maxSeries: 3 });
    const counter = registry.counter('c');
    for (let n = 0; n < 1000; n++) counter.add(1, { n });
    const points = values(registry.snapshot(), 'c')!;
    expect(points).toHaveLength(4);
    expect(points.at(-1)).toEqual([OVERFLOW_ATTRIBUTES, 997]);
    counter.add(1, { n: 0 });
    expect(values(registry.snapshot(), 'c')![0]).toEqual([{ n: 0 }, 2]);
  });

  it('frees idle series, keeps pinned ones, and has room again', () => {
    const clock = new ManualClock();
    const registry = new MetricRegistry({ clock, maxSeries: 3, idleMs: 1000 });
    const counter = registry.counter('c');
    const pinned = counter.series({ n: 'pinned' });
    counter.add(1, { n: 'idle' });
    counter.add(1, { n: 'busy' });
    registry.snapshot();
    for (let step = 0; step < 3; step++) {
      clock.pass(500);
      counter.add(1, { n: 'busy' });
      registry.snapshot();
    }
    expect(registry.epoch).toBe(1);
    pinned.add(7);
    counter.add(1, { n: 'new' });
    expect(values(registry.snapshot(), 'c')).toEqual([
      [{ n: 'pinned' }, 7],
      [{ n: 'busy' }, 4],
      [{ n: 'new' }, 1],
    ]);
  });

  it('frees idle series without a reader, when the cap is reached', () => {
    const clock = new ManualClock();
    const registry = new MetricRegistry({ clock, maxSeries: 2, idleMs: 1000 });
    const counter = registry.counter('c');
    for (let round = 0; round < 5; round++) {
      counter.add(1, { round });
      clock.pass(1500);
    }
    const points = values(registry.snapshot(), 'c')!;
    expect(points.map(([attributes]) => attributes)).toContainEqual({ round: 4 });
    expect(points.length).toBeLessThanOrEqual(3);
  });

  it('starts a series that comes back at its own time', () => {
    const clock = new ManualClock();
    const registry = new MetricRegistry({ clock });
    clock.pass(5000);
    registry.counter('c').add(1);
    const { startUnixNano, families } = registry.snapshot();
    expect(families[0]!.points[0]!.startUnixNano! - startUnixNano).toBe(5_000_000_000n);
  });

  it('reads observed totals at each snapshot and changes nothing by reading', () => {
    const registry = new MetricRegistry({ clock: new ManualClock() });
    let total = 10;
    registry.counter('c').add(5, { direct: true });
    const undo = registry.observe((sink) => {
      sink.counter('c', { unit: '{x}' }).add(total);
      sink.counter('c').add(1, { direct: true });
      sink.gauge('g').set(total);
    });
    const first = registry.snapshot();
    expect(registry.snapshot()).toEqual(first);
    expect(values(first, 'c')).toEqual([
      [{ direct: true }, 6],
      [{}, 10],
    ]);
    total = 12;
    expect(values(registry.snapshot(), 'g')).toEqual([[{}, 12]]);
    undo();
    expect(values(registry.snapshot(), 'c')).toEqual([[{ direct: true }, 5]]);
  });

  it('counts a callback that throws, and asks the others', () => {
    const registry = new MetricRegistry({ clock: new ManualClock() });
    registry.observe(() => {
      throw new Error('gone');
    });
    registry.observe((sink) => sink.gauge('g').set(1));
    const snapshot = registry.snapshot();
    expect(values(snapshot, 'g')).toEqual([[{}, 1]]);
    expect(values(snapshot, 'sonde.metrics.observer.errors')).toEqual([[{}, 1]]);
  });

  it.each([
    ['a name that is none', () => new MetricRegistry({ clock: new ManualClock() }).counter('1 bad'), 'METRIC_INVALID'],
    [
      'bounds out of order',
      () => new MetricRegistry({ clock: new ManualClock() }).histogram('h', { bounds: [2, 1] }),
      'METRIC_INVALID',
    ],
    ['a cap of nothing', () => new MetricRegistry({ clock: new ManualClock(), maxSeries: 0 }), 'METRIC_INVALID'],
    [
      'an idle time that is none',
      () => new MetricRegistry({ clock: new ManualClock(), idleMs: Number.NaN }),
      'METRIC_INVALID',
    ],
    [
      'one name for two kinds',
      () => {
        const registry = new MetricRegistry({ clock: new ManualClock() });
        registry.counter('c');
        registry.gauge('c');
      },
      'METRIC_CONFLICT',
    ],
    [
      'two sets of bounds for one name',
      () => {
        const registry = new MetricRegistry({ clock: new ManualClock() });
        registry.histogram('h', { bounds: [1] });
        registry.histogram('h', { bounds: [2] });
      },
      'METRIC_CONFLICT',
    ],
    [
      'names that traffic makes',
      () => {
        const registry = new MetricRegistry({ clock: new ManualClock() });
        for (let n = 0; n < 2000; n++) registry.counter(`c${n}`);
      },
      'METRIC_INVALID',
    ],
  ])('refuses %s', (_what, declare, code) => {
    expect(declare).toThrow(expect.objectContaining({ code }));
  });
});

function histogramOf(snapshot: MetricSnapshot, name: string) {
  return snapshot.families.find((family) => family.name === name)?.points[0]?.histogram;
}
