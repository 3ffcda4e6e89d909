import type { Exchange } from '@sonde/core';
import { LatencyHistogram } from './latency-histogram.js';

/** Most rows; what goes beyond is put in one row, so that a server that puts ids in its names can't fill the memory. */
const MAX_ROWS = 1000;
const OTHER = '(other)';

/** What is known of an endpoint: a protocol and a span name. */
export interface EndpointRow {
  protocol: string;
  name: string;
  total: number;
  errors: number;
  /** Exchanges for each second, over the last interval. */
  rate: number;
  /** Nanoseconds; NaN where no response was seen. */
  p50: number;
  p95: number;
  p99: number;
}

class Endpoint {
  total = 0;
  errors = 0;
  /** Exchanges since the last turn. */
  recent = 0;
  rate = 0;
  readonly all = new LatencyHistogram();
  /** Two windows that take turns: quantiles are of the last 10 to 20 seconds. */
  current = new LatencyHistogram();
  previous = new LatencyHistogram();

  constructor(
    readonly protocol: string,
    readonly name: string,
  ) {}
}

/** Adds exchanges up by endpoint. */
export class EndpointTable {
  readonly #endpoints = new Map<string, Endpoint>();
  #turnedAt = 0;
  total = 0;
  errors = 0;

  add(exchange: Exchange): void {
    const endpoint = this.#endpoint(exchange.protocol, exchange.name);
    endpoint.total++;
    endpoint.recent++;
    this.total++;
    if (exchange.error !== null) {
      endpoint.errors++;
      this.errors++;
    }
    if (exchange.durationNs === null) return;
    endpoint.all.record(exchange.durationNs);
    endpoint.current.record(exchange.durationNs);
  }

  /** Works out rates over the time since the last call; `now` in milliseconds, `elapsed` too. */
  turn(now: number, elapsed: number): void {
    const seconds = Math.max(elapsed, 1) / 1000;
    const isNewWindow = now - this.#turnedAt >= 10_000;
    if (isNewWindow) this.#turnedAt = now;
    for (const endpoint of this.#endpoints.values()) {
      endpoint.rate = endpoint.recent / seconds;
      endpoint.recent = 0;
      if (!isNewWindow) continue;
      const { current, previous } = endpoint;
      previous.clear();
      endpoint.previous = current;
      endpoint.current = previous;
    }
  }

  /** Rows as they stand: quantiles of late (`recent`) or of everything (`all`). The busiest come first. */
  rows(of: 'recent' | 'all'): EndpointRow[] {
    const merged = new LatencyHistogram();
    const rows: EndpointRow[] = [];
    for (const { protocol, name, total, errors, rate, all, current, previous } of this.#endpoints.values()) {
      let histogram = all;
      if (of === 'recent' && current.count + previous.count > 0) {
        merged.clear();
        merged.add(current);
        merged.add(previous);
        histogram = merged;
      }
      const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => histogram.quantile(share)) as [number, number, number];
      rows.push({ protocol, name, total, errors, rate, p50, p95, p99 });
    }
    return rows.sort((a, b) => b.rate - a.rate || b.total - a.total || compare(a.name, b.name));
  }

  #endpoint(protocol: string, name: string): Endpoint {
    const key = `${protocol}\0${name}`;
    const found = this.#endpoints.get(key);
    if (found) return found;
    if (this.#endpoints.size >= MAX_ROWS && name !== OTHER) return this.#endpoint(protocol, OTHER);
    const endpoint = new Endpoint(protocol, name);
    this.#endpoints.set(key, endpoint);
    return endpoint;
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
