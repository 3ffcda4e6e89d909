import { type Clock, MetricRegistry } from '@sonde/core';
import { describe, expect, it } from 'vitest';
import { counter } from './event.gen.js';
import { KernelMetrics } from './kernel-metrics.js';

const clock: Clock = { now: () => 0, toUnixNano: () => 0n };

describe('KernelMetrics', () => {
  it('gives what the kernel counted altogether, and what is there now, at every snapshot', () => {
    const registry = new MetricRegistry({ clock });
    let unseen = 4;
    const metrics = new KernelMetrics({
      counter: (which) => (which === counter.COUNTER_UNSEEN ? unseen : 0),
      connections: 7,
    });
    registry.observe((sink) => metrics.report(sink));
    const values = () =>
      Object.fromEntries(registry.snapshot().families.map(({ name, points }) => [name, points[0]?.value]));
    expect(values()).toMatchObject({ 'sonde.l7.chunks.unseen': 4 });
    unseen = 9;
    expect(values()).toEqual({
      'sonde.l7.chunks.unrecognised': 0,
      'sonde.l7.chunks.unseen': 9,
      'sonde.l7.connections': 7,
    });
  });
});
