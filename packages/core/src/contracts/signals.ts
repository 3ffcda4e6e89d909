import type { Attributes } from './protocol.js';

/** Kind of a metric, as OpenTelemetry and Prometheus know it. */
export type MetricType = 'counter' | 'gauge' | 'histogram';

/** Points of one metric family at one moment. */
export interface MetricFamily {
  /** OpenTelemetry name, `http.server.request.duration`. */
  name: string;
  type: MetricType;
  /** UCUM unit: `s`, `By`, `{request}`. */
  unit: string;
  description: string;
  points: MetricPoint[];
}

/** One series. */
export interface MetricPoint {
  attributes: Attributes;
  /** Start of this series' cumulative counts, where it began later than the snapshot's: a series that came, or came back. */
  startUnixNano?: bigint;
  /** Value of a counter or gauge. */
  value?: number;
  histogram?: HistogramPoint;
}

/** A histogram with explicit bounds. `counts` has one more entry than `bounds`: the last one is above all bounds. */
export interface HistogramPoint {
  /** Upper bounds, inclusive, ascending. */
  bounds: readonly number[];
  /** Counts of each bucket (not cumulative). */
  counts: readonly number[];
  count: number;
  sum: number;
  /** Newest example of each bucket, or null. Same length as `counts`. */
  exemplars?: readonly (Exemplar | null)[];
}

/** A measured value with the span that it came from. */
export interface Exemplar {
  value: number;
  /** Nanoseconds since the Unix epoch. */
  timeUnixNano: bigint;
  traceId: string | null;
  spanId: string | null;
}

/** All metrics at one moment. */
export interface MetricSnapshot {
  /** Start of the cumulative counts, nanoseconds since the Unix epoch. */
  startUnixNano: bigint;
  timeUnixNano: bigint;
  families: MetricFamily[];
}

/** How a metric is declared. */
export interface MetricOptions {
  unit?: string;
  description?: string;
  /** Bounds of a histogram. @default 50 µs to 60 s */
  bounds?: readonly number[];
}

/** Makes metrics. The same name gives the same metric; series beyond the cap go to one series `{otel.metric.overflow: true}`. */
export interface MetricSink {
  counter(name: string, options?: MetricOptions): { add(value: number, attributes?: Attributes): void };
  gauge(name: string, options?: MetricOptions): { set(value: number, attributes?: Attributes): void };
  histogram(name: string, options?: MetricOptions): { record(value: number, attributes?: Attributes): void };
  /**
   * Called at each snapshot, to read counters that live elsewhere (a BPF map): what the callback gives holds for that
   * snapshot only, so it adds **totals**. Returns how to undo it.
   */
  observe(callback: (sink: MetricSink) => void): () => void;
}
