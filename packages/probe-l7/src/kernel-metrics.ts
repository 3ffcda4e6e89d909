import type { MetricSink } from '@sonde/core';
import { counter } from './event.gen.js';

/** What the kernel programs count besides losses. */
const COUNTERS = [
  [
    'sonde.l7.chunks.unrecognised',
    counter.COUNTER_UNRECOGNISED,
    '{chunk}',
    'Socket operations of connections whose protocol is not known.',
  ],
  [
    'sonde.l7.chunks.unseen',
    counter.COUNTER_UNSEEN,
    '{chunk}',
    'Socket operations whose bytes nobody can see (sendfile, splice, io_uring): gaps of known length.',
  ],
] as const;

/** Where {@link KernelMetrics} reads. */
export interface KernelMetricsSource {
  counter(which: counter): number;
  /** Connections that are kept. */
  readonly connections: number;
}

/** Brings the kernel's counters to the agent's metrics: their totals at each snapshot. */
export class KernelMetrics {
  readonly #source: KernelMetricsSource;

  constructor(source: KernelMetricsSource) {
    this.#source = source;
  }

  report(sink: MetricSink): void {
    for (const [name, which, unit, description] of COUNTERS) {
      sink.counter(name, { unit, description }).add(this.#source.counter(which));
    }
    const description = 'Connections that the L7 probe follows.';
    sink.gauge('sonde.l7.connections', { unit: '{connection}', description }).set(this.#source.connections);
  }
}
