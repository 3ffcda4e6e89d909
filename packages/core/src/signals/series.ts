import type { Attributes, Exemplar, HistogramPoint, TraceInfo } from '../contracts/index.js';

/** What every series has. Recording on a series allocates nothing. */
abstract class Series {
  /** Set by each record, cleared by each sweep: this is how idle series are told without reading a clock. */
  touched = true;
  /** Time of the last sweep that found the series touched, nanoseconds of the registry's clock. */
  lastSeen: number;

  constructor(
    readonly attributes: Attributes,
    /** Time when its counts began, nanoseconds of the registry's clock. */
    readonly createdAt: number,
    /** Pinned series never expire: somebody holds them. */
    public pinned: boolean,
  ) {
    this.lastSeen = createdAt;
  }
}

/** One series of a counter: a sum that only grows. */
export class CounterSeries extends Series {
  value = 0;

  /** Adds to the sum. What isn't finite, or is below zero, is ignored. */
  add(value: number): void {
    if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) return;
    this.value += value;
    this.touched = true;
  }
}

/** One series of a gauge: its last value. */
export class GaugeSeries extends Series {
  value = 0;

  /** Sets the value. NaN is ignored. */
  set(value: number): void {
    if (Number.isNaN(value)) return;
    this.value = value;
    this.touched = true;
  }
}

/** One series of a histogram with explicit bounds. */
export class HistogramSeries extends Series {
  readonly #bounds: readonly number[];
  readonly #counts: Float64Array;
  #sum = 0;
  #exemplars: ExemplarSlots | null = null;

  constructor(bounds: readonly number[], attributes: Attributes, createdAt: number, pinned: boolean) {
    super(attributes, createdAt, pinned);
    this.#bounds = bounds;
    this.#counts = new Float64Array(bounds.length + 1);
  }

  /** Counts a value. What isn't finite is ignored. */
  record(value: number): void {
    if (!Number.isFinite(value)) return;
    this.#count(value);
  }

  /**
   * Counts a value and keeps it as the newest example of its bucket.
   *
   * @param at nanoseconds of the registry's clock
   */
  recordTraced(value: number, trace: TraceInfo, at: number): void {
    if (!Number.isFinite(value)) return;
    const bucket = this.#count(value);
    this.#exemplars ??= new ExemplarSlots(this.#counts.length);
    this.#exemplars.values[bucket] = value;
    this.#exemplars.times[bucket] = at;
    this.#exemplars.traces[bucket] = trace;
  }

  #count(value: number): number {
    const bounds = this.#bounds;
    let low = 0;
    let high = bounds.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (value <= bounds[middle]!) high = middle;
      else low = middle + 1;
    }
    this.#counts[low]! += 1;
    this.#sum += value;
    this.touched = true;
    return low;
  }

  /** A copy of the counts as they stand. */
  point(toUnixNano: (at: number) => bigint): HistogramPoint {
    const counts = Array.from(this.#counts);
    let count = 0;
    for (const bucket of counts) count += bucket;
    const point: HistogramPoint = { bounds: this.#bounds, counts, count, sum: this.#sum };
    if (this.#exemplars) point.exemplars = this.#exemplars.list(toUnixNano);
    return point;
  }
}

/** The newest traced value of each bucket, in flat arrays that are overwritten in place. */
class ExemplarSlots {
  readonly values: Float64Array;
  readonly times: Float64Array;
  readonly traces: (TraceInfo | null)[];

  constructor(buckets: number) {
    this.values = new Float64Array(buckets);
    this.times = new Float64Array(buckets);
    this.traces = new Array<TraceInfo | null>(buckets).fill(null);
  }

  list(toUnixNano: (at: number) => bigint): (Exemplar | null)[] {
    return this.traces.map((trace, bucket) =>
      trace === null
        ? null
        : {
            value: this.values[bucket]!,
            timeUnixNano: toUnixNano(this.times[bucket]!),
            traceId: trace.traceId,
            spanId: trace.spanId,
          },
    );
  }
}
