import type { Exemplar, HistogramPoint, MetricFamily, MetricPoint, MetricSnapshot } from '@sonde/core';
import { doubleValue, keyValues } from './key-values.js';
import {
  CUMULATIVE,
  type HistogramDataPoint,
  type MetricRequest,
  type NumberDataPoint,
  type OtlpExemplar,
  type OtlpMetric,
} from './otlp-model.js';
import { type Resources, SCOPE } from './resource.js';

/** Most points of one request, so that no receiver refuses it for its size. */
const MAX_POINTS = 4000;

/** A part of a snapshot with the number of its points. */
export interface MetricPart {
  request: MetricRequest;
  points: number;
}

/** The requests that carry a snapshot: cumulative sums, gauges, and histograms with their exemplars. */
export function metricRequests(snapshot: MetricSnapshot, resources: Resources): MetricPart[] {
  const resource = resources.agent();
  const parts: MetricPart[] = [];
  let metrics: OtlpMetric[] = [];
  let points = 0;
  const close = () => {
    if (points === 0) return;
    parts.push({ request: { resourceMetrics: [{ resource, scopeMetrics: [{ scope: SCOPE, metrics }] }] }, points });
    metrics = [];
    points = 0;
  };
  for (const family of snapshot.families) {
    for (let from = 0; from < family.points.length; ) {
      const some = family.points.slice(from, from + MAX_POINTS - points);
      metrics.push(metricOf(family, some, snapshot));
      points += some.length;
      from += some.length;
      if (points >= MAX_POINTS) close();
    }
  }
  close();
  return parts;
}

function metricOf(family: MetricFamily, points: readonly MetricPoint[], snapshot: MetricSnapshot): OtlpMetric {
  const { name, description, unit, type } = family;
  const metric: OtlpMetric = { name, description, unit };
  if (type === 'histogram') {
    const dataPoints = points.flatMap((point) =>
      point.histogram ? [histogram(point, point.histogram, snapshot)] : [],
    );
    metric.histogram = { dataPoints, aggregationTemporality: CUMULATIVE };
  } else if (type === 'counter') {
    const dataPoints = points.map((point) => number(point, snapshot));
    metric.sum = { dataPoints, aggregationTemporality: CUMULATIVE, isMonotonic: true };
  } else {
    metric.gauge = { dataPoints: points.map((point) => number(point, snapshot)) };
  }
  return metric;
}

function common(point: MetricPoint, snapshot: MetricSnapshot) {
  return {
    attributes: keyValues(point.attributes),
    startTimeUnixNano: String(point.startUnixNano ?? snapshot.startUnixNano),
    timeUnixNano: String(snapshot.timeUnixNano),
  };
}

function number(point: MetricPoint, snapshot: MetricSnapshot): NumberDataPoint {
  return { ...common(point, snapshot), asDouble: doubleValue(point.value ?? 0) };
}

function histogram(point: MetricPoint, values: HistogramPoint, snapshot: MetricSnapshot): HistogramDataPoint {
  const exemplars = (values.exemplars ?? []).filter((each): each is Exemplar => each !== null).map(exemplarOf);
  return {
    ...common(point, snapshot),
    count: String(values.count),
    sum: values.sum,
    bucketCounts: values.counts.map(String),
    explicitBounds: [...values.bounds],
    ...(exemplars.length > 0 ? { exemplars } : {}),
  };
}

function exemplarOf({ timeUnixNano, value, traceId, spanId }: Exemplar): OtlpExemplar {
  const exemplar: OtlpExemplar = { timeUnixNano: String(timeUnixNano), asDouble: value };
  if (traceId) exemplar.traceId = traceId;
  if (spanId) exemplar.spanId = spanId;
  return exemplar;
}
