import { type Attributes, type Exchange, SEMCONV } from '@sonde/core';
import { cleanText, keyValues } from './key-values.js';
import { type OtlpSpan, SPAN_KIND, STATUS_ERROR } from './otlp-model.js';
import { randomSpanId, randomTraceId } from './span-ids.js';

/** W3C trace context: version, trace id, parent id, flags. */
const TRACEPARENT = /^[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}/;
const SAMPLED = 1;
/** These are attributes of the resource. */
const OF_RESOURCE: ReadonlySet<string> = new Set([
  SEMCONV.PROCESS_PID,
  SEMCONV.PROCESS_EXECUTABLE_NAME,
  SEMCONV.CONTAINER_ID,
]);

/**
 * An exchange as a span. Its place in a trace is the one that was found for it, else the one that its payload names in
 * `traceparent`, else a new trace.
 */
export function spanOf(exchange: Exchange): OtlpSpan {
  const { attributes, trace } = exchange;
  const start = exchange.startUnixNano;
  const span: OtlpSpan = {
    traceId: '',
    spanId: '',
    flags: SAMPLED,
    name: cleanText(exchange.name),
    kind: spanKind(exchange, attributes),
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(start + BigInt(Math.max(0, Math.round(exchange.durationNs ?? 0)))),
    attributes: keyValues(attributes, OF_RESOURCE),
  };
  const parent = trace ? null : TRACEPARENT.exec(exchange.request.traceparent ?? '');
  span.traceId = trace?.traceId ?? parent?.[1] ?? randomTraceId();
  span.spanId = trace?.spanId ?? randomSpanId();
  const parentSpanId = trace ? trace.parentSpanId : parent?.[2];
  if (parentSpanId) span.parentSpanId = parentSpanId;
  if (trace?.link) {
    const { method, confidence } = trace.link;
    span.attributes.push(...keyValues({ 'sonde.link.method': method, 'sonde.link.confidence': confidence }));
  }
  if (exchange.error !== null) span.status = { code: STATUS_ERROR };
  return span;
}

/** By the side that was observed; a capture, which sits at neither, counts as the client's, as in metrics. */
function spanKind(exchange: Exchange, attributes: Attributes): number {
  if (exchange.side === 'server') return SPAN_KIND.SERVER;
  switch (attributes[SEMCONV.MESSAGING_OPERATION_TYPE]) {
    case 'create':
    case 'send':
      return SPAN_KIND.PRODUCER;
    case 'receive':
    case 'process':
      return SPAN_KIND.CONSUMER;
    default:
      return SPAN_KIND.CLIENT;
  }
}
