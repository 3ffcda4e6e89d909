import type { Exchange } from '@sonde/core';
import type { OtlpResource, OtlpSpan, TraceRequest } from './otlp-model.js';
import { type Resources, SCOPE } from './resource.js';
import { spanOf } from './span.js';

/** A request with what is in it, and what could not be put into it. */
export interface TracePart {
  request: TraceRequest;
  spans: number;
  /** Exchanges whose protocol plugin threw. */
  failed: number;
}

/** One request for a batch of exchanges, grouped by the process that was observed. */
export function traceRequest(exchanges: readonly Exchange[], resources: Resources): TracePart {
  const groups = new Map<OtlpResource, OtlpSpan[]>();
  let spans = 0;
  for (const exchange of exchanges) {
    const span = tryTo(spanOf, exchange);
    if (span === null) continue;
    spans++;
    const resource = resources.of(exchange.process);
    const group = groups.get(resource);
    if (group) group.push(span);
    else groups.set(resource, [span]);
  }
  const resourceSpans = [...groups].map(([resource, group]) => ({
    resource,
    scopeSpans: [{ scope: SCOPE, spans: group }],
  }));
  return { request: { resourceSpans }, spans, failed: exchanges.length - spans };
}

/** Attributes are computed by the protocol's plugin, at this point at the latest. */
function tryTo(make: (exchange: Exchange) => OtlpSpan, exchange: Exchange): OtlpSpan | null {
  try {
    return make(exchange);
  } catch {
    return null;
  }
}
