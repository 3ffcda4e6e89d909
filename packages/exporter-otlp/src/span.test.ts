import { describe, expect, it } from 'vitest';
import { exchange } from '../test/exchange.js';
import { SPAN_KIND } from './otlp-model.js';
import { spanOf } from './span.js';

describe('a span', () => {
  it('holds times to the nanosecond, and the attributes that are not the resource’s', () => {
    expect(spanOf(exchange())).toEqual({
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
      spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
      flags: 1,
      name: 'GET /users/{id}',
      kind: SPAN_KIND.SERVER,
      startTimeUnixNano: '1700000000123456789',
      endTimeUnixNano: '1700000000124456790',
      attributes: [
        { key: 'http.request.method', value: { stringValue: 'GET' } },
        { key: 'http.response.status_code', value: { intValue: '200' } },
        { key: 'url.path', value: { stringValue: '/users/123' } },
      ],
    });
  });

  it('has ids of its own', () => {
    const ids = Array.from({ length: 2000 }, () => spanOf(exchange()));
    expect(new Set(ids.map(({ traceId }) => traceId)).size).toBe(2000);
    expect(new Set(ids.map(({ spanId }) => spanId)).size).toBe(2000);
  });

  it('takes its place in a trace that was found for it, with how it was found', () => {
    const link = { method: 'handoff' as const, confidence: 0.9 };
    const trace = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), parentSpanId: 'c'.repeat(16), link };
    const span = spanOf(exchange({ trace, attributes: {} }));
    expect(span).toMatchObject({ traceId: trace.traceId, spanId: trace.spanId, parentSpanId: trace.parentSpanId });
    expect(span.attributes).toEqual([
      { key: 'sonde.link.method', value: { stringValue: 'handoff' } },
      { key: 'sonde.link.confidence', value: { doubleValue: 0.9 } },
    ]);
  });

  it('is a root where its trace has no parent, whatever its payload says', () => {
    const trace = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), parentSpanId: null, link: null };
    const request = { kind: 'request' as const, traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01` };
    expect(spanOf(exchange({ trace, request }))).not.toHaveProperty('parentSpanId');
  });

  it.each([
    [`00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`, true],
    [`00-${'0'.repeat(32)}-${'2'.repeat(16)}-01`, false],
    [`00-${'1'.repeat(32)}-${'0'.repeat(16)}-01`, false],
    ['nonsense', false],
    [undefined, false],
  ])('with traceparent %s in its payload joins that trace: %s', (traceparent, joins) => {
    const span = spanOf(exchange({ request: { kind: 'request', traceparent } }));
    expect(span.traceId === '1'.repeat(32)).toBe(joins);
    expect(span.parentSpanId).toBe(joins ? '2'.repeat(16) : undefined);
  });

  it.each([
    ['server', {}, SPAN_KIND.SERVER],
    ['client', {}, SPAN_KIND.CLIENT],
    [null, {}, SPAN_KIND.CLIENT],
    ['client', { 'messaging.operation.type': 'send' }, SPAN_KIND.PRODUCER],
    ['client', { 'messaging.operation.type': 'receive' }, SPAN_KIND.CONSUMER],
    ['client', { 'messaging.operation.type': 'settle' }, SPAN_KIND.CLIENT],
    ['server', { 'messaging.operation.type': 'send' }, SPAN_KIND.SERVER],
  ] as const)('seen at the %s with %j is of the kind %i', (side, attributes, kind) => {
    expect(spanOf(exchange({ side, attributes })).kind).toBe(kind);
  });

  it('says that it failed, and ends where it began without a response', () => {
    const span = spanOf(exchange({ error: 'timeout', response: null, responseTiming: null, durationNs: null }));
    expect(span.status).toEqual({ code: 2 });
    expect(span.endTimeUnixNano).toBe(span.startTimeUnixNano);
  });
});
