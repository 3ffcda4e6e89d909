import { defineProbe, type ProbeDependencies, type ProbeInstance, type ProbeStats } from '@sonde/core';
import { RingReader } from '@sonde/ebpf';
import { readConntrack } from './conntrack-seed.js';
import { counter } from './flow.gen.js';
import { flowEvent, unsupportedEvent } from './flow-event.js';
import { FlowMetrics } from './flow-metrics.js';
import { FlowReader } from './flow-reader.js';
import { FlowTable } from './flow-table.js';
import { KernelFlows } from './kernel-flows.js';
import { type FlowtracerOptions, flowtracerOptions } from './options.js';

/** How often some flows are looked after, in milliseconds. */
const HOUSEKEEPING_MS = 250;
/** How often the ring is read at once, if more arrives meanwhile. */
const MAX_TURNS = 4;

/** The running flowtracer probe. */
class FlowtracerProbe implements ProbeInstance {
  readonly #dependencies: ProbeDependencies;
  readonly #options: FlowtracerOptions;
  readonly #undo: (() => void)[] = [];
  readonly #table: FlowTable;
  readonly #reader: FlowReader;
  readonly #measures: FlowMetrics;
  #kernel: KernelFlows | null = null;
  #ring: RingReader | null = null;
  #reading = false;
  #final: ProbeStats = { events: 0, lost: {}, programs: [] };

  constructor(dependencies: ProbeDependencies, options: FlowtracerOptions) {
    this.#dependencies = dependencies;
    this.#options = options;
    const { emit, flows, metrics } = dependencies;
    const { events, maxFlows, tcpIdleSeconds, udpIdleSeconds } = options;
    const measures = new FlowMetrics(metrics);
    this.#measures = measures;
    this.#table = new FlowTable({
      plane: flows,
      maxFlows,
      idle: { tcp: tcpIdleSeconds * 1e9, udp: udpIdleSeconds * 1e9 },
      look: (flow) => this.#kernel?.look(flow) ?? 'gone',
      forget: (entry) => this.#kernel?.forget(entry),
      began: (flow) => {
        measures.began(flow);
        if (events === 'all') emit(flowEvent(dependencies, flow, null));
      },
      ended: (flow, _at, ending) => {
        measures.ended(flow);
        if (events !== 'none') emit(flowEvent(dependencies, flow, ending));
      },
      unsupported: (facts) => {
        measures.unsupported();
        if (events !== 'none') emit(unsupportedEvent(dependencies, facts));
      },
    });
    this.#reader = new FlowReader(this.#table);
  }

  async start(): Promise<void> {
    const { backend, clock, flows, logger } = this.#dependencies;
    const kernel = new KernelFlows(backend, this.#options);
    this.#kernel = kernel;
    const fault = (error: unknown) =>
      this.#dependencies.fault(error instanceof Error ? error : new Error(String(error)));
    try {
      this.#ring = new RingReader(kernel.ring, {
        onRecord: (_bytes, view, start, end) => this.#record(view, start, end),
        onError: fault,
      });
      kernel.attach();
      this.#ring.start();
      // Attached first: what begins while the listing is read is in the ring.
      if (this.#options.seed) await this.#seed(clock.now());
    } catch (error) {
      kernel.close();
      this.#kernel = this.#ring = null;
      throw error;
    }
    this.#undo.push(flows.provide({ catchUp: () => this.#read() }));
    const timer = setInterval(() => {
      try {
        this.#table.sweep(clock.now());
        this.#measures.flush();
      } catch (error) {
        fault(error);
      }
    }, HOUSEKEEPING_MS);
    timer.unref();
    this.#undo.push(() => clearInterval(timer));
    logger.debug('tracing flows', { known: this.#table.size });
  }

  drain(): void {
    this.#read();
    this.#measures.flush();
  }

  async stop(): Promise<void> {
    for (const undo of this.#undo.splice(0)) undo();
    const kernel = this.#kernel;
    if (kernel === null) return;
    this.#ring?.stop();
    try {
      const programs = kernel.programs();
      kernel.detach();
      this.#read();
      this.#table.close(this.#dependencies.clock.now());
      this.#measures.close();
      this.#final = this.#account(programs);
    } finally {
      this.#kernel = this.#ring = null;
      kernel.close();
    }
  }

  stats(): ProbeStats {
    return this.#kernel === null ? this.#final : this.#account(this.#kernel.programs());
  }

  async #seed(now: number): Promise<void> {
    const listed = await readConntrack({ now, maximum: this.#options.maxFlows });
    this.#read();
    for (const facts of listed) this.#table.seed(facts);
  }

  #record(view: DataView, start: number, end: number): void {
    this.#reading = true;
    try {
      this.#reader.record(view, start, end);
    } finally {
      this.#reading = false;
    }
  }

  /** Reads what the kernel has told by now. What a record sets off may ask the plane, which asks to read: once is enough. */
  #read(): void {
    if (this.#reading || this.#ring === null) return;
    // A record that another CPU is just writing stops the reader for a moment.
    for (let turn = 0; turn < MAX_TURNS; turn++) {
      this.#ring.drain();
      if (this.#ring.stats.pendingBytes === 0) return;
    }
  }

  #account(programs: ProbeStats['programs']): ProbeStats {
    return {
      events: this.#reader.events,
      lost: {
        'ring-full': this.#kernel?.counter(counter.COUNTER_RING_FULL) ?? 0,
        'malformed-record': this.#reader.malformed,
        'too-many-flows': this.#table.evicted,
      },
      programs,
    };
  }
}

/**
 * The flowtracer probe: learns from conntrack who is really at the other end of a translated flow, tells the other probes,
 * and reports the flows.
 *
 * @example
 * createAgent({ probes: [l7(), flowtracer({ events: 'none' })] })
 */
export const flowtracer = defineProbe({
  name: 'flowtracer',
  version: '0.1.0',
  apiVersion: 1,
  description: 'the real peer behind DNAT, SNAT and masquerade, from conntrack, by packets in the kernel',
  requires: { features: ['tp_btf', 'ringbuf'] },
  provides: ['flow-identity'],
  options: flowtracerOptions,
  module: import.meta.url,
  exportName: 'flowtracer',
  create: (dependencies, options) => new FlowtracerProbe(dependencies, options),
});
