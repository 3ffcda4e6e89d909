import type { Field, MessageSchema } from './protobuf-encoder.js';

/**
 * The fields of opentelemetry-proto 1.x that Sonde sends, by their numbers in `opentelemetry/proto/…/*.proto`. Tests hold
 * this table to the .proto files.
 */

function message(fields: Record<string, Omit<Field, 'name'>>): MessageSchema {
  return Object.entries(fields).map(([name, field]) => ({ name, ...field }));
}

const many = (number: number, type: MessageSchema) => ({ number, type, repeated: true });

const AnyValue: MessageSchema = message({
  stringValue: { number: 1, type: 'string' },
  boolValue: { number: 2, type: 'bool' },
  intValue: { number: 3, type: 'int64' },
  doubleValue: { number: 4, type: 'double' },
});
// An array of values holds values again.
const ArrayValue = message({ values: many(1, AnyValue) });
(AnyValue as Field[]).push({ name: 'arrayValue', number: 5, type: ArrayValue });

const KeyValue = message({ key: { number: 1, type: 'string' }, value: { number: 2, type: AnyValue } });
const Resource = message({ attributes: many(1, KeyValue) });
const Scope = message({ name: { number: 1, type: 'string' }, version: { number: 2, type: 'string' } });

const Span = message({
  traceId: { number: 1, type: 'hex' },
  spanId: { number: 2, type: 'hex' },
  parentSpanId: { number: 4, type: 'hex' },
  name: { number: 5, type: 'string' },
  kind: { number: 6, type: 'uint32' },
  startTimeUnixNano: { number: 7, type: 'fixed64' },
  endTimeUnixNano: { number: 8, type: 'fixed64' },
  attributes: many(9, KeyValue),
  status: { number: 15, type: message({ code: { number: 3, type: 'uint32' } }) },
  flags: { number: 16, type: 'fixed32' },
});

const Exemplar = message({
  timeUnixNano: { number: 2, type: 'fixed64' },
  asDouble: { number: 3, type: 'double' },
  spanId: { number: 4, type: 'hex' },
  traceId: { number: 5, type: 'hex' },
});

const NumberDataPoint = message({
  startTimeUnixNano: { number: 2, type: 'fixed64' },
  timeUnixNano: { number: 3, type: 'fixed64' },
  asDouble: { number: 4, type: 'double' },
  attributes: many(7, KeyValue),
});

const HistogramDataPoint = message({
  startTimeUnixNano: { number: 2, type: 'fixed64' },
  timeUnixNano: { number: 3, type: 'fixed64' },
  count: { number: 4, type: 'fixed64' },
  sum: { number: 5, type: 'double' },
  bucketCounts: { number: 6, type: 'fixed64', repeated: true },
  explicitBounds: { number: 7, type: 'double', repeated: true },
  exemplars: many(8, Exemplar),
  attributes: many(9, KeyValue),
});

const Metric = message({
  name: { number: 1, type: 'string' },
  description: { number: 2, type: 'string' },
  unit: { number: 3, type: 'string' },
  gauge: { number: 5, type: message({ dataPoints: many(1, NumberDataPoint) }) },
  sum: {
    number: 7,
    type: message({
      dataPoints: many(1, NumberDataPoint),
      aggregationTemporality: { number: 2, type: 'uint32' },
      isMonotonic: { number: 3, type: 'bool' },
    }),
  },
  histogram: {
    number: 9,
    type: message({
      dataPoints: many(1, HistogramDataPoint),
      aggregationTemporality: { number: 2, type: 'uint32' },
    }),
  },
});

/** `ExportTraceServiceRequest`. */
export const TRACE_REQUEST = message({
  resourceSpans: many(
    1,
    message({
      resource: { number: 1, type: Resource },
      scopeSpans: many(2, message({ scope: { number: 1, type: Scope }, spans: many(2, Span) })),
    }),
  ),
});

/** `ExportMetricsServiceRequest`. */
export const METRIC_REQUEST = message({
  resourceMetrics: many(
    1,
    message({
      resource: { number: 1, type: Resource },
      scopeMetrics: many(2, message({ scope: { number: 1, type: Scope }, metrics: many(2, Metric) })),
    }),
  ),
});
