import type { HistogramPoint } from '../contracts/index.js';

/**
 * A quantile estimated from a histogram's buckets, by linear interpolation as Prometheus' `histogram_quantile` does: the
 * first bucket begins at 0 where its bound is positive, and what lies above the highest bound counts as that bound.
 *
 * @param q 0 to 1
 * @returns a value in the histogram's unit; NaN when nothing was counted or `q` is no quantile
 */
export function histogramQuantile(point: Pick<HistogramPoint, 'bounds' | 'counts'>, q: number): number {
  const { bounds, counts } = point;
  let total = 0;
  for (const count of counts) total += count;
  if (total === 0 || bounds.length === 0 || !(q >= 0 && q <= 1)) return Number.NaN;

  const rank = q * total;
  let below = 0;
  let bucket = 0;
  while (bucket < bounds.length - 1 && (below + counts[bucket]! < rank || counts[bucket] === 0)) {
    below += counts[bucket]!;
    bucket++;
  }
  const upper = bounds[bucket]!;
  const inside = counts[bucket]!;
  if (below + inside < rank || inside === 0) return upper;
  const lower = bucket > 0 ? bounds[bucket - 1]! : Math.min(0, upper);
  return lower + (upper - lower) * ((rank - below) / inside);
}
