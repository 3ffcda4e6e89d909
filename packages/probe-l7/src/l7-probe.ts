import { defineProbe, type ProbeDependencies, type ProbeInstance, type ProbeStats } from '@sonde/core';
import { RingReader } from '@sonde/ebpf';
import { builtinProtocols } from './builtin-protocols.js';
import { captureMethod } from './capture-method.js';
import { Connections } from './connections.js';
import { counter } from './event.gen.js';
import { EventReader } from './event-reader.js';
import { KernelCapture } from './kernel-capture.js';
import { KernelMetrics } from './kernel-metrics.js';
import { type L7Options, l7Options } from './options.js';

/** How often what waits is looked after: chunks held, idle connections, news for the kernel. Milliseconds. */
const HOUSEKEEPING_MS = 25;

/** Reasons of losses, by the kernel's counters. */
const LOSSES = {
  'ring-full': counter.COUNTER_RING_FULL,
  'unreadable-memory': counter.COUNTER_FAULT,
  'no-connection-state': counter.COUNTER_NO_STATE,
  'interrupted-capture': counter.COUNTER_BUSY,
} as const;

/** The running L7 probe. */
class L7Probe implements ProbeInstance {
  readonly #dependencies: ProbeDependencies;
  readonly #options: L7Options;
  readonly #undo: (() => void)[] = [];
  #kernel: KernelCapture | null = null;
  #reader: RingReader | null = null;
  #events: EventReader | null = null;
  #connections: Connections | null = null;
  #final: ProbeStats | null = null;

  constructor(dependencies: ProbeDependencies, options: L7Options) {
    this.#dependencies = dependencies;
    this.#options = options;
  }

  async start(): Promise<void> {
    const { backend, protocols, targets, clock, logger, metrics, connections: sink } = this.#dependencies;
    const { ringBytes, captureBytes, capture, maxConnections } = this.#options;
    const method = captureMethod(capture);
    const kernel = new KernelCapture({
      method,
      backend,
      protocols,
      targets,
      ringBytes,
      captureBytes,
      maxConnections,
      now: clock.now(),
      warn: (message, error) => logger.warn(message, { error }),
    });
    this.#kernel = kernel;
    const connections = new Connections({
      sink,
      maximum: maxConnections,
      reject: (cookie) => kernel.reject(cookie),
      forget: (cookie) => kernel.forget(cookie),
    });
    this.#connections = connections;
    const events = new EventReader(
      protocols.map(({ name }) => name),
      connections,
    );
    this.#events = events;
    const fault = (error: unknown) =>
      this.#dependencies.fault(error instanceof Error ? error : new Error(String(error)));
    try {
      this.#reader = new RingReader(kernel.ring, {
        onRecord: (bytes, view, start, end) => events.record(bytes, view, start, end),
        onError: fault,
      });
      kernel.attach();
      this.#reader.start();
    } catch (error) {
      this.#kernel = null;
      this.#reader = null;
      kernel.close();
      throw error;
    }
    this.#undo.push(targets.onChange(() => kernel.retarget()));
    const account = new KernelMetrics({
      counter: (which) => kernel.counter(which),
      get connections() {
        return connections.size;
      },
    });
    this.#undo.push(metrics.observe((to) => account.report(to)));
    const timer = setInterval(() => {
      try {
        this.#housekeep();
      } catch (error) {
        fault(error);
      }
    }, HOUSEKEEPING_MS);
    timer.unref();
    this.#undo.push(() => clearInterval(timer));
    logger.debug('capturing', { method, protocols: protocols.map(({ name }) => name) });
  }

  drain(): void {
    this.#reader?.drain();
    this.#housekeep();
  }

  async stop(): Promise<void> {
    for (const undo of this.#undo.splice(0)) undo();
    const kernel = this.#kernel;
    if (kernel === null) return;
    this.#reader?.stop();
    try {
      const programs = kernel.programs();
      kernel.detach();
      this.#reader?.drain();
      this.#connections?.closeAll(this.#dependencies.clock.now());
      this.#final = this.#account(programs);
    } finally {
      this.#kernel = null;
      this.#reader = null;
      kernel.close();
    }
  }

  stats(): ProbeStats {
    return this.#kernel === null
      ? (this.#final ?? { events: 0, lost: {}, programs: [] })
      : this.#account(this.#kernel.programs());
  }

  #housekeep(): void {
    this.#connections?.drained(this.#dependencies.clock.now());
    this.#kernel?.flush();
  }

  #account(programs: ProbeStats['programs']): ProbeStats {
    const lost: Record<string, number> = {};
    for (const [reason, which] of Object.entries(LOSSES)) lost[reason] = this.#kernel?.counter(which) ?? 0;
    lost['malformed-record'] = this.#events?.malformed ?? 0;
    lost['unknown-connection'] = this.#connections?.unknown ?? 0;
    return { events: this.#events?.events ?? 0, lost, programs };
  }
}

/**
 * The L7 probe: sees the requests of every protocol, as they pass the sockets of the observed processes.
 *
 * @example
 * createAgent({ probes: [l7({ captureBytes: 2048 })] })
 */
export const l7 = defineProbe({
  name: 'l7',
  version: '0.1.0',
  apiVersion: 1,
  description: 'requests and responses of every protocol, from the sockets of the observed processes',
  // Of a datagram's sender only the cgroup's programs know.
  requires: { features: ['tp_btf', 'ringbuf', 'cgroup_sock_addr'] },
  protocols: builtinProtocols,
  options: l7Options,
  module: import.meta.url,
  exportName: 'l7',
  create: (dependencies, options) => new L7Probe(dependencies, options),
});
