import { type Clock, MetricRegistry, type MetricSnapshot } from '@sonde/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { Flow, type FlowFacts } from './flow.js';
import { FlowMetrics } from './flow-metrics.js';
import { facts } from './records.fixture.js';

const clock: Clock = { now: () => 0, toUnixNano: (at) => BigInt(at) };

/** `name backend direction` → value. */
function valuesOf(snapshot: MetricSnapshot): Record<string, number> {
  const values: Record<string, number> = {};
  for (const { name, points } of snapshot.families) {
    for (const { attributes, value } of points) {
      const words = [name, attributes['server.address'] ?? '-', attributes['network.io.direction'] ?? ''];
      values[words.join(' ').trim()] = value!;
    }
  }
  return values;
}

describe('FlowMetrics', () => {
  let registry: MetricRegistry;
  let metrics: FlowMetrics;
  beforeEach(() => {
    registry = new MetricRegistry({ clock });
    metrics = new FlowMetrics(registry);
  });

  function pass(changes: Partial<FlowFacts> = {}): void {
    const flow = new Flow(facts(changes));
    metrics.began(flow);
    Object.assign(flow.sent, { packets: 3, bytes: 300 });
    Object.assign(flow.received, { packets: 2, bytes: 500 });
    metrics.ended(flow);
  }

  const two = {
    'sonde.nat.flows 10.244.1.2': 2,
    'sonde.nat.packets 10.244.1.2 transmit': 6,
    'sonde.nat.packets 10.244.1.2 receive': 4,
    'sonde.nat.io 10.244.1.2 transmit': 600,
    'sonde.nat.io 10.244.1.2 receive': 1000,
  };

  it('shows what was counted at once, and once only, whether it was flushed or not', () => {
    pass();
    pass();
    expect(valuesOf(registry.snapshot())).toMatchObject(two);
    metrics.flush();
    expect(valuesOf(registry.snapshot())).toMatchObject(two);
    metrics.flush();
    metrics.close();
    expect(valuesOf(registry.snapshot())).toMatchObject(two);
    pass();
    expect(valuesOf(registry.snapshot())).toMatchObject(two);
  });

  it('counts each backend apart, and flows that are only given another source together', () => {
    pass({ reply: { ...facts().reply, source: { address: '10.244.1.3', port: 8080 } } });
    const { source, destination } = facts().original;
    for (const address of ['198.51.100.1', '198.51.100.2']) {
      const server = { address, port: 443 };
      const reply = { source: server, destination: { ...source, address: '192.0.2.1' } };
      pass({ original: { source, destination: server }, reply, masqueraded: true });
    }
    expect(destination.port).toBe(80);
    expect(valuesOf(registry.snapshot())).toMatchObject({ 'sonde.nat.flows 10.244.1.3': 1, 'sonde.nat.flows -': 2 });
  });

  it('counts a direction only where something passed', () => {
    const flow = new Flow(facts());
    metrics.began(flow);
    metrics.ended(flow);
    expect(Object.keys(valuesOf(registry.snapshot())).filter((name) => name.startsWith('sonde.nat.packets'))).toEqual(
      [],
    );
  });

  it('counts right with more backends than it keeps sums of', () => {
    const wide = new MetricRegistry({ clock, maxSeries: 100_000 });
    const many = new FlowMetrics(wide);
    for (let round = 0; round < 2; round++) {
      for (let n = 0; n < 5000; n++) {
        const source = { address: `10.1.${n >> 8}.${n & 255}`, port: 80 };
        many.began(new Flow(facts({ reply: { ...facts().reply, source } })));
      }
    }
    const points = wide.snapshot().families.find(({ name }) => name === 'sonde.nat.flows')!.points;
    expect([points.length, points.every(({ value }) => value === 2)]).toEqual([5000, true]);
    expect(registry.snapshot().families.length).toBeGreaterThan(0);
  });
});
