/**
 * `ExportTraceServiceRequest`. All types here have the form of OTLP/JSON: lowerCamelCase names, ids in hexadecimal, 64-bit
 * integers as decimal strings, enumerations as numbers. The protobuf encoder reads the same objects.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 */
export interface TraceRequest {
  resourceSpans: ResourceSpans[];
}

/** Spans of one resource. */
export interface ResourceSpans {
  resource: OtlpResource;
  scopeSpans: { scope: Scope; spans: OtlpSpan[] }[];
}

/** `ExportMetricsServiceRequest`. */
export interface MetricRequest {
  resourceMetrics: { resource: OtlpResource; scopeMetrics: { scope: Scope; metrics: OtlpMetric[] }[] }[];
}

/** What sent the data. */
export interface OtlpResource {
  attributes: KeyValue[];
}

/** What made the data: Sonde. */
export interface Scope {
  name: string;
  version: string;
}

/** An attribute. */
export interface KeyValue {
  key: string;
  value: AnyValue;
}

/** Exactly one of the fields is set. */
export interface AnyValue {
  stringValue?: string;
  boolValue?: boolean;
  intValue?: string;
  /** Doubles that JSON has no number for are written as text. */
  doubleValue?: number | 'NaN' | 'Infinity' | '-Infinity';
  arrayValue?: { values: AnyValue[] };
}

/** `Span` of trace.proto. */
export interface OtlpSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  flags: number;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: KeyValue[];
  status?: { code: number };
}

/** One of `gauge`, `sum` and `histogram` is set. */
export interface OtlpMetric {
  name: string;
  description: string;
  unit: string;
  gauge?: { dataPoints: NumberDataPoint[] };
  sum?: { dataPoints: NumberDataPoint[]; aggregationTemporality: number; isMonotonic: boolean };
  histogram?: { dataPoints: HistogramDataPoint[]; aggregationTemporality: number };
}

/** One series of a sum or gauge. */
export interface NumberDataPoint {
  attributes: KeyValue[];
  startTimeUnixNano: string;
  timeUnixNano: string;
  asDouble: AnyValue['doubleValue'];
}

/** One series of a histogram. Counts are of each bucket, not cumulative. */
export interface HistogramDataPoint {
  attributes: KeyValue[];
  startTimeUnixNano: string;
  timeUnixNano: string;
  count: string;
  sum: number;
  bucketCounts: string[];
  explicitBounds: number[];
  exemplars?: OtlpExemplar[];
}

/** A measured value with its span. */
export interface OtlpExemplar {
  timeUnixNano: string;
  asDouble: number;
  traceId?: string;
  spanId?: string;
}

/** `Span.SpanKind` of trace.proto. */
export const SPAN_KIND = { SERVER: 2, CLIENT: 3, PRODUCER: 4, CONSUMER: 5 } as const;
/** `Status.StatusCode` of trace.proto. */
export const STATUS_ERROR = 2;
/** `AggregationTemporality` of metrics.proto. */
export const CUMULATIVE = 2;
