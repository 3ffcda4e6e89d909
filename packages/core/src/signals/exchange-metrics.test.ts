import { describe, expect, it } from 'vitest';
import { exchangeFixture } from './exchange.fixture.js';
import { ExchangeMetrics } from './exchange-metrics.js';
import { MetricRegistry } from './metric-registry.js';

function setUp(options: { maxSeries?: number; idleMs?: number } = {}) {
  const clock = { at: 0, now: () => clock.at, toUnixNano: (at: number) => BigInt(at) };
  const registry = new MetricRegistry({ clock, ...options });
  const metrics = new ExchangeMetrics(registry);
  const family = (name: string) => registry.snapshot().families.find((each) => each.name === name);
  return { clock, registry, metrics, family };
}

describe('metrics of exchanges', () => {
  it('go to the protocol’s metric of the observed side, with attributes of low cardinality', () => {
    const { metrics, family } = setUp();
    metrics.record(exchangeFixture());
    metrics.record(exchangeFixture({ durationNs: 3_000_000 }));
    const durations = family('http.server.request.duration')!;
    expect(durations).toMatchObject({ type: 'histogram', unit: 's', description: 'Duration of HTTP requests' });
    expect(durations.points).toHaveLength(1);
    expect(durations.points[0]!.attributes).toEqual({
      'span.name': 'GET /users/{id}',
      'http.request.method': 'GET',
      'http.route': '/users/{id}',
      'http.response.status_code': 200,
      'network.protocol.name': 'http',
      'server.address': '10.0.0.1',
      'server.port': 8080,
    });
    expect(durations.points[0]!.histogram).toMatchObject({ count: 2, sum: 0.004 });
  });

  it('tell side, name, status, error and server apart', () => {
    const { metrics, family } = setUp();
    const variants = [
      {},
      { name: 'GET /orders' },
      { status: 500 },
      { status: 500, error: '500' },
      { server: { address: '10.0.0.2', port: 8080 } },
      { server: { address: '10.0.0.1', port: 8081 } },
      { server: { address: '/run/app.sock', port: null } },
      { server: null },
    ];
    for (const variant of [...variants, ...variants]) metrics.record(exchangeFixture(variant));
    metrics.record(exchangeFixture({ side: 'client' }));
    // The status alone is no attribute of these exchanges, so two keys meet in one series.
    const points = family('http.server.request.duration')!.points;
    expect(points).toHaveLength(variants.length - 1);
    expect(points.reduce((sum, { histogram }) => sum + histogram!.count, 0)).toBe(2 * variants.length);
    expect(points.map(({ attributes }) => attributes['error.type']).filter(Boolean)).toEqual(['500']);
    expect(points.map(({ attributes }) => attributes['server.address'])).toContain('/run/app.sock');
    expect(family('http.client.request.duration')!.points).toHaveLength(1);
  });

  it('count a capture as the client’s', () => {
    const { metrics, family } = setUp();
    metrics.record(exchangeFixture({ side: null }));
    expect(family('http.client.request.duration')!.points[0]!.histogram!.count).toBe(1);
  });

  it('count what has no duration apart', () => {
    const { metrics, family } = setUp();
    metrics.record(
      exchangeFixture({ durationNs: null, response: null, responseTiming: null, status: null, error: 'timeout' }),
    );
    expect(family('http.server.request.duration')!.points).toEqual([]);
    const [point] = family('sonde.exchanges.incomplete')!.points;
    expect(point).toMatchObject({ value: 1, attributes: { 'error.type': 'timeout', 'span.name': 'GET /users/{id}' } });
  });

  it('keep the newest trace of each bucket as its exemplar', () => {
    const { metrics, family } = setUp();
    const trace = (digit: string) => ({
      traceId: digit.repeat(32),
      spanId: digit.repeat(16),
      parentSpanId: null,
      link: null,
    });
    metrics.record(exchangeFixture({ trace: trace('1') }));
    metrics.record(exchangeFixture({ trace: trace('2') }));
    metrics.record(exchangeFixture({ durationNs: 2e9 }));
    const { exemplars, counts } = family('http.server.request.duration')!.points[0]!.histogram!;
    expect(exemplars).toHaveLength(counts.length);
    expect(exemplars!.filter((exemplar) => exemplar !== null)).toEqual([
      { value: 0.001, timeUnixNano: 2_000_000n, traceId: '2'.repeat(32), spanId: '2'.repeat(16) },
    ]);
  });

  it('stay bounded under hostile names, and lose no count', () => {
    const { metrics, family } = setUp({ maxSeries: 50 });
    for (let n = 0; n < 5000; n++) {
      metrics.record(exchangeFixture({ name: `GET /${n}`, durationNs: n % 2 ? 1000 : null }));
    }
    const { points } = family('http.server.request.duration')!;
    expect(points).toHaveLength(51);
    expect(points.at(-1)!.attributes).toEqual({ 'otel.metric.overflow': true });
    expect(points.reduce((sum, { histogram }) => sum + histogram!.count, 0)).toBe(2500);
    expect(family('sonde.exchanges.incomplete')!.points).toHaveLength(51);
  });

  it('begin anew after a series was idle, and go on where it was not', () => {
    const { clock, metrics, family, registry } = setUp({ idleMs: 1000 });
    metrics.record(exchangeFixture());
    metrics.record(exchangeFixture({ name: 'GET /idle' }));
    for (let step = 0; step < 4; step++) {
      registry.snapshot();
      clock.at += 600e6;
      metrics.record(exchangeFixture());
    }
    expect(family('http.server.request.duration')!.points.map(({ histogram }) => histogram!.count)).toEqual([5]);
    metrics.record(exchangeFixture({ name: 'GET /idle' }));
    metrics.record(exchangeFixture());
    expect(family('http.server.request.duration')!.points.map(({ histogram }) => histogram!.count)).toEqual([6, 1]);
  });

  it('look at no attribute of an exchange whose series is known', () => {
    const { metrics } = setUp();
    metrics.record(exchangeFixture());
    const known = exchangeFixture();
    Object.defineProperty(known, 'attributes', {
      get: () => {
        throw new Error('computed');
      },
    });
    expect(() => metrics.record(known)).not.toThrow();
  });
});
