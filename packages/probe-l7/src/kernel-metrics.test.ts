import type { MetricSink } from '@sonde/core';
import { describe, expect, it } from 'vitest';
import { counter } from './event.gen.js';
import { KernelMetrics } from './kernel-metrics.js';

describe('KernelMetrics', () => {
  it('adds what was counted since the last snapshot, and sets what is there now', () => {
    const values: Record<string, number> = {};
    const write = (name: string, value: number) => {
      values[name] = value;
    };
    const sink = {
      counter: (name: string) => ({ add: (value: number) => write(name, (values[name] ?? 0) + value) }),
      gauge: (name: string) => ({ set: (value: number) => write(name, value) }),
    } as unknown as MetricSink;
    let unseen = 4;
    const metrics = new KernelMetrics({
      counter: (which) => (which === counter.COUNTER_UNSEEN ? unseen : 0),
      connections: 7,
    });
    metrics.report(sink);
    unseen = 9;
    metrics.report(sink);
    expect(values).toEqual({
      'sonde.l7.chunks.unrecognised': 0,
      'sonde.l7.chunks.unseen': 9,
      'sonde.l7.connections': 7,
    });
  });
});
