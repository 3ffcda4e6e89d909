import type { HistogramPoint, MetricFamily, MetricPoint, MetricSnapshot } from '../contracts/index.js';
import { attributeKey } from './attribute-key.js';

/**
 * One snapshot out of those of several registries (one for each worker): counters and histograms of equal attributes are
 * added, of gauges the last one holds. The inputs stay as they are.
 *
 * Families of one name that differ in type, and histograms that differ in bounds, can't be added: the first one holds.
 */
export function mergeSnapshots(snapshots: readonly [MetricSnapshot, ...MetricSnapshot[]]): MetricSnapshot {
  let { startUnixNano, timeUnixNano } = snapshots[0];
  for (const snapshot of snapshots) {
    if (snapshot.startUnixNano < startUnixNano) startUnixNano = snapshot.startUnixNano;
    if (snapshot.timeUnixNano > timeUnixNano) timeUnixNano = snapshot.timeUnixNano;
  }
  return { startUnixNano, timeUnixNano, families: mergeFamilies(snapshots.map(({ families }) => families)) };
}

/** The families of {@link mergeSnapshots}. */
export function mergeFamilies(sources: readonly (readonly MetricFamily[])[]): MetricFamily[] {
  const merged = new Map<string, { family: MetricFamily; points: Map<string, MetricPoint> }>();
  for (const family of sources.flat()) {
    let target = merged.get(family.name);
    if (!target) {
      target = { family: { ...family, points: [] }, points: new Map() };
      merged.set(family.name, target);
    }
    if (target.family.type !== family.type) continue;
    for (const point of family.points) {
      const key = attributeKey(point.attributes);
      const known = target.points.get(key);
      target.points.set(key, known ? addPoints(target.family.type, known, point) : point);
    }
  }
  return [...merged.values()].map(({ family, points }) => ({ ...family, points: [...points.values()] }));
}

function addPoints(type: MetricFamily['type'], known: MetricPoint, point: MetricPoint): MetricPoint {
  if (type === 'gauge') return point;
  const startUnixNano = earliest(known.startUnixNano, point.startUnixNano);
  if (known.histogram && point.histogram) {
    return { ...known, startUnixNano, histogram: addHistograms(known.histogram, point.histogram) };
  }
  return { ...known, startUnixNano, value: (known.value ?? 0) + (point.value ?? 0) };
}

function earliest(a: bigint | undefined, b: bigint | undefined): bigint | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a < b ? a : b;
}

function addHistograms(a: HistogramPoint, b: HistogramPoint): HistogramPoint {
  if (a.bounds.length !== b.bounds.length || a.bounds.some((bound, at) => bound !== b.bounds[at])) return a;
  const sum: HistogramPoint = {
    bounds: a.bounds,
    counts: a.counts.map((count, at) => count + b.counts[at]!),
    count: a.count + b.count,
    sum: a.sum + b.sum,
  };
  if (a.exemplars || b.exemplars) {
    sum.exemplars = sum.counts.map((_, at) => {
      const [first, second] = [a.exemplars?.[at] ?? null, b.exemplars?.[at] ?? null];
      if (first === null || second === null) return first ?? second;
      return second.timeUnixNano >= first.timeUnixNano ? second : first;
    });
  }
  return sum;
}
