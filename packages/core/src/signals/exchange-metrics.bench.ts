import { bench, describe } from 'vitest';
import { exchangeFixture } from './exchange.fixture.js';
import { ExchangeMetrics } from './exchange-metrics.js';
import { MetricRegistry } from './metric-registry.js';

/** Exchanges of one iteration: the mean time divided by this is the cost of one. */
const EXCHANGES = 10_000;

const clock = { now: () => 0, toUnixNano: (at: number) => BigInt(at) };

/** 8 routes × 2 statuses × 4 servers, each exchange an object of its own with strings of its own, as parsers make them. */
function exchanges(traced: boolean) {
  const trace = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), parentSpanId: null, link: null };
  return Array.from({ length: EXCHANGES }, (_, n) => {
    const status = n % 9 === 0 ? 500 : 200;
    return exchangeFixture({
      name: ['GET', `/route-${n % 8}/{id}`].join(' '),
      status,
      error: status === 500 ? '500' : null,
      server: { address: Buffer.from(`10.0.0.${n % 4}`).toString('latin1'), port: 8080 },
      durationNs: 50_000 * (1 + (n % 1000)),
      trace: traced ? trace : null,
    });
  });
}

describe('ExchangeMetrics.record, 10 000 known exchanges', () => {
  const metrics = new ExchangeMetrics(new MetricRegistry({ clock }));
  const plain = exchanges(false);
  const traced = exchanges(true);

  bench('without a trace', () => {
    for (let at = 0; at < EXCHANGES; at++) metrics.record(plain[at]!);
  });

  bench('with a trace', () => {
    for (let at = 0; at < EXCHANGES; at++) metrics.record(traced[at]!);
  });
});
