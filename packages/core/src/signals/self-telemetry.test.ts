import { describe, expect, it } from 'vitest';
import { MetricRegistry } from './metric-registry.js';
import { SELF_METRICS, type SelfMetric } from './self-telemetry.js';
import { SEMCONV } from './semconv.js';

describe('what Sonde says of itself', () => {
  const metrics: [string, SelfMetric][] = Object.entries(SELF_METRICS);

  it.each(metrics)('%s has a name of its own, a unit and a sentence', (name, { unit, description }) => {
    expect(name).toMatch(/^sonde(\.[a-z]+)+$/);
    expect(unit).toMatch(/^(s|By|\{[a-z]+\})$/);
    expect(description).toMatch(/^[A-Z].*[^.]$/);
  });

  it('can be declared in one registry', () => {
    const registry = new MetricRegistry({ clock: { now: () => 0, toUnixNano: () => 0n } });
    for (const [name, metric] of metrics) registry[metric.type](name, metric);
    expect(registry.snapshot().families).toHaveLength(metrics.length);
  });
});

describe('the semantic conventions', () => {
  it('are names of OpenTelemetry’s form, each once', () => {
    const names = Object.values(SEMCONV);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z0-9_]+(\.[a-z0-9_]+)+$/);
  });

  it('stand under their own name', () => {
    for (const [constant, name] of Object.entries(SEMCONV)) {
      expect(name.replaceAll('.', '_').toUpperCase()).toBe(constant);
    }
  });
});
