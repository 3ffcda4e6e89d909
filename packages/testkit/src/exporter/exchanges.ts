import { defineProtocol, type Exchange, MetricRegistry, type MetricSnapshot, type ProbeEvent } from '@sonde/core';

const definition = defineProtocol({
  name: 'conformance',
  apiVersion: 1,
  description: 'What exporters are tried with',
  support: { versions: ['1'], limits: [] },
  detect: { rules: [{ direction: 'request', ports: [1] }] },
  match: 'fifo',
  metric: { name: 'conformance.duration' },
  createStream: () => ({ read: ({ start, end }) => end - start }),
  describe: () => ({ name: 'ASK', status: null, error: null }),
});

/** An exchange as the pipeline makes them, told from others by its number, and frozen through and through. */
export function exchangeNumber(number: number, changes: Partial<Exchange> = {}): Exchange {
  const timing = { start: 1_000, end: 2_000, bytes: 64, sequence: number, tid: 7 };
  return deepFreeze({
    ...{ protocol: 'conformance', definition, name: 'ASK', status: 'OK', error: null },
    request: { kind: 'request', operation: 'ASK', resource: `question ${number}` },
    requestTiming: timing,
    response: { kind: 'response' },
    responseTiming: { ...timing },
    startUnixNano: 1_700_000_000_000_000_000n + BigInt(number),
    ...{ durationNs: 1_000 + number, side: 'server', transport: 'tcp' },
    client: { address: '10.0.0.2', port: 40_000 },
    server: { address: '10.0.0.1', port: 80 },
    process: { pid: 7, tid: 7, name: 'server', container: null },
    attributes: { 'conformance.number': number },
    trace: null,
    ...changes,
  } satisfies Exchange);
}

/** Exchanges with all that is rare: nothing known, text that needs care, traces, numbers at their limits. */
export function unusualExchanges(): Exchange[] {
  const unknown = { response: null, responseTiming: null, durationNs: null, side: null, status: null } as const;
  const link = { method: 'seq', confidence: 1 } as const;
  return [
    exchangeNumber(1, { ...unknown, client: null, server: null, process: null, attributes: {} }),
    exchangeNumber(2, { ...unknown, error: 'timeout', transport: 'udp' }),
    exchangeNumber(3, { name: 'a "quoted"\\name\nof two lines\u0000', status: '\ud800 lone', error: 'Füße \u{1f980}' }),
    exchangeNumber(4, { attributes: { text: 'x'.repeat(100_000), list: ['a', '', '\n'], numbers: [0, -1, 2 ** 53] } }),
    exchangeNumber(5, { durationNs: 0, status: 0, attributes: { 'conformance.yes': true, 'conformance.half': 0.5 } }),
    exchangeNumber(6, { transport: 'unix', server: { address: '/run/x.sock', port: null }, client: null }),
    exchangeNumber(7, {
      trace: { traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8), parentSpanId: 'ef'.repeat(8), link },
    }),
  ];
}

/** Events of a probe's own. */
export function probeEvents(): ProbeEvent[] {
  const nested = { from: { pid: 1, name: 'a "b"' }, list: [1, null, 'x'], none: null };
  return [deepFreeze({ event: 'conformance.seen', count: 1, ...nested }), deepFreeze({ event: 'conformance.bare' })];
}

/** Metrics of every type, frozen; the time goes on with each snapshot. */
export function snapshots(): () => MetricSnapshot {
  let now = 1_000_000_000;
  const registry = new MetricRegistry({ clock: { now: () => now, toUnixNano: (at) => BigInt(at) } });
  const counter = registry.counter('conformance.events', { unit: '{event}', description: 'Of each "kind"\n' });
  counter.add(3, { kind: 'a "quoted"\nkind' });
  registry.gauge('conformance.depth').set(-2.5);
  const histogram = registry.histogram('conformance.duration', { unit: 's' });
  for (const value of [0, 1e-6, 0.2, 3600]) histogram.record(value, { 'conformance.side': 'server' });
  return () => {
    now += 1_000_000;
    counter.add(1, { kind: 'plain' });
    return deepFreeze(registry.snapshot());
  };
}

/** Freezes plain objects and arrays, all the way down. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const inner of Object.values(value)) deepFreeze(inner);
  return Object.freeze(value);
}
