import { type MetricFamily, MetricRegistry, type MetricSnapshot } from '@sonde/core';
import { describe, expect, it } from 'vitest';
import { metricRequests } from './metric-request.js';
import { Resources } from './resource.js';

const resources = new Resources({});

function metricsOf(...families: MetricFamily[]) {
  const snapshot: MetricSnapshot = { startUnixNano: 1n, timeUnixNano: 9n, families };
  return metricRequests(snapshot, resources).map(({ request, points }) => {
    const [{ scopeMetrics }] = request.resourceMetrics as [(typeof request.resourceMetrics)[0]];
    return { metrics: scopeMetrics[0]!.metrics, points };
  });
}

const family = { name: 'a', unit: 's', description: 'A' };

describe('metrics for OTLP', () => {
  it('are cumulative sums, gauges and histograms', () => {
    const [part] = metricsOf(
      { ...family, type: 'counter', points: [{ attributes: { k: 1 }, value: 3, startUnixNano: 5n }] },
      { ...family, type: 'gauge', points: [{ attributes: {}, value: Number.NaN }] },
      {
        ...family,
        type: 'histogram',
        points: [{ attributes: {}, histogram: { bounds: [1, 2], counts: [3, 0, 1], count: 4, sum: 7 } }],
      },
    );
    expect(part).toEqual({
      points: 3,
      metrics: [
        {
          ...family,
          sum: {
            isMonotonic: true,
            aggregationTemporality: 2,
            dataPoints: [
              {
                attributes: [{ key: 'k', value: { intValue: '1' } }],
                startTimeUnixNano: '5',
                timeUnixNano: '9',
                asDouble: 3,
              },
            ],
          },
        },
        {
          ...family,
          gauge: { dataPoints: [{ attributes: [], startTimeUnixNano: '1', timeUnixNano: '9', asDouble: 'NaN' }] },
        },
        {
          ...family,
          histogram: {
            aggregationTemporality: 2,
            dataPoints: [
              {
                attributes: [],
                startTimeUnixNano: '1',
                timeUnixNano: '9',
                count: '4',
                sum: 7,
                bucketCounts: ['3', '0', '1'],
                explicitBounds: [1, 2],
              },
            ],
          },
        },
      ],
    });
  });

  it('carry exemplars with their trace', () => {
    const exemplar = { value: 0.5, timeUnixNano: 7n, traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) };
    const histogram = { bounds: [1], counts: [1, 0], count: 1, sum: 0.5, exemplars: [exemplar, null] };
    const [part] = metricsOf({ ...family, type: 'histogram', points: [{ attributes: {}, histogram }] });
    expect(part!.metrics[0]!.histogram!.dataPoints[0]!.exemplars).toEqual([
      { timeUnixNano: '7', asDouble: 0.5, traceId: exemplar.traceId, spanId: exemplar.spanId },
    ]);
  });

  it('are split into requests of a size that receivers take, with no point lost', () => {
    const points = Array.from({ length: 9000 }, (_, n) => ({ attributes: { n }, value: n }));
    const parts = metricsOf(
      { ...family, type: 'counter', points },
      { ...family, name: 'b', type: 'gauge', points: points.slice(0, 10) },
    );
    expect(parts.map((part) => part.points)).toEqual([4000, 4000, 1010]);
    const sent = parts.flatMap(({ metrics }) => metrics.flatMap(({ sum, gauge }) => (sum ?? gauge)!.dataPoints));
    expect(sent.map(({ asDouble }) => asDouble)).toEqual([...points, ...points.slice(0, 10)].map(({ value }) => value));
  });

  it('of a registry without a series make no request', () => {
    const clock = { now: () => 0, toUnixNano: () => 0n };
    const registry = new MetricRegistry({ clock });
    registry.counter('c');
    expect(metricRequests(registry.snapshot(), resources)).toEqual([]);
  });
});
