import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode } from '../test/receiver.js';
import type { AnyValue, KeyValue, MetricRequest, OtlpSpan, TraceRequest } from './otlp-model.js';
import { encodeProtobuf } from './protobuf-encoder.js';
import { METRIC_REQUEST, TRACE_REQUEST } from './protobuf-schema.js';

// Defaults of fields without presence can't be told from absent ones, so there are none; the last test has those that can.
const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 });
const hex = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((id) => Buffer.from(id).toString('hex'));
const fixed64 = fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }).map(String);
const double = fc.double({ noNaN: true, noDefaultInfinity: true });
const scalar: fc.Arbitrary<AnyValue> = fc.oneof(
  fc.record({ stringValue: text }),
  fc.record({ boolValue: fc.boolean() }),
  fc.record({ intValue: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String) }),
  fc.record({ doubleValue: double }),
);
const value = fc.oneof(
  scalar,
  fc.array(scalar, { minLength: 1, maxLength: 3 }).map((values): AnyValue => ({ arrayValue: { values } })),
);
const attributes: fc.Arbitrary<KeyValue[]> = fc.array(fc.record({ key: text, value }), { minLength: 1, maxLength: 4 });
const resource = fc.record({ attributes });
const scope = fc.record({ name: text, version: text });

const span: fc.Arbitrary<OtlpSpan> = fc.record(
  {
    traceId: hex(16),
    spanId: hex(8),
    parentSpanId: hex(8),
    flags: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
    name: text,
    kind: fc.integer({ min: 1, max: 5 }),
    startTimeUnixNano: fixed64,
    endTimeUnixNano: fixed64,
    attributes,
    status: fc.record({ code: fc.constantFrom(1, 2) }),
  },
  {
    requiredKeys: ['traceId', 'spanId', 'flags', 'name', 'kind', 'startTimeUnixNano', 'endTimeUnixNano', 'attributes'],
  },
);
const traces: fc.Arbitrary<TraceRequest> = fc.record({
  resourceSpans: fc.array(
    fc.record({
      resource,
      scopeSpans: fc.array(fc.record({ scope, spans: fc.array(span, { minLength: 1, maxLength: 5 }) }), {
        minLength: 1,
        maxLength: 2,
      }),
    }),
    { minLength: 1, maxLength: 3 },
  ),
});

const times = { startTimeUnixNano: fixed64, timeUnixNano: fixed64 };
const numbers = fc.array(fc.record({ attributes, ...times, asDouble: double }), { minLength: 1, maxLength: 3 });
const exemplars = fc.array(
  fc.record(
    { timeUnixNano: fixed64, asDouble: double, traceId: hex(16), spanId: hex(8) },
    { requiredKeys: ['timeUnixNano', 'asDouble'] },
  ),
  { minLength: 1, maxLength: 3 },
);
const histograms = fc.array(
  fc.record(
    {
      attributes,
      ...times,
      count: fixed64,
      sum: double,
      bucketCounts: fc.array(fixed64, { minLength: 1, maxLength: 30 }),
      explicitBounds: fc.array(double, { minLength: 1, maxLength: 30 }),
      exemplars,
    },
    {
      requiredKeys: [
        'attributes',
        'startTimeUnixNano',
        'timeUnixNano',
        'count',
        'sum',
        'bucketCounts',
        'explicitBounds',
      ],
    },
  ),
  { minLength: 1, maxLength: 3 },
);
const names = { name: text, description: text, unit: text };
const metrics: fc.Arbitrary<MetricRequest> = fc.record({
  resourceMetrics: fc.array(
    fc.record({
      resource,
      scopeMetrics: fc.array(
        fc.record({
          scope,
          metrics: fc.array(
            fc.oneof(
              fc.record({ ...names, gauge: fc.record({ dataPoints: numbers }) }),
              fc.record({
                ...names,
                sum: fc.record({
                  dataPoints: numbers,
                  aggregationTemporality: fc.constant(2),
                  isMonotonic: fc.constant(true),
                }),
              }),
              fc.record({
                ...names,
                histogram: fc.record({ dataPoints: histograms, aggregationTemporality: fc.constant(2) }),
              }),
            ),
            { minLength: 1, maxLength: 3 },
          ),
        }),
        { minLength: 1, maxLength: 2 },
      ),
    }),
    { minLength: 1, maxLength: 2 },
  ),
});

describe('a request in protobuf', () => {
  it('is read by an independent decoder as the trace request that it was', () => {
    fc.assert(
      fc.property(traces, (request) => {
        expect(decode('/v1/traces', encodeProtobuf(TRACE_REQUEST, request))).toEqual(
          JSON.parse(JSON.stringify(request)),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('is read by an independent decoder as the metric request that it was', () => {
    fc.assert(
      fc.property(metrics, (request) => {
        expect(decode('/v1/metrics', encodeProtobuf(METRIC_REQUEST, request))).toEqual(
          JSON.parse(JSON.stringify(request)),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('of megabytes is read back whole', () => {
    const [one] = fc.sample(span, { numRuns: 1, seed: 1 });
    for (const length of [100, 127, 128, 16_000, 16_383, 16_384, 2_097_151, 3_000_000]) {
      const spans = [{ ...one!, name: 'é'.repeat(length / 2) + 'x'.repeat(length % 2) }];
      const request = {
        resourceSpans: [{ resource: { attributes: [] }, scopeSpans: [{ scope: { name: 's', version: '1' }, spans }] }],
      };
      const read = decode('/v1/traces', encodeProtobuf(TRACE_REQUEST, request));
      expect(read.resourceSpans[0].scopeSpans[0].spans[0].name).toBe(spans[0]!.name);
    }
  });

  it('keeps the defaults of fields that have presence', () => {
    const attributes = [
      { key: 'k', value: { stringValue: '' } },
      { key: 'k', value: { boolValue: false } },
      { key: 'k', value: { intValue: '0' } },
    ];
    const request = { resourceSpans: [{ resource: { attributes }, scopeSpans: [] }] };
    expect(decode('/v1/traces', encodeProtobuf(TRACE_REQUEST, request)).resourceSpans[0].resource.attributes).toEqual(
      attributes,
    );
  });
});
