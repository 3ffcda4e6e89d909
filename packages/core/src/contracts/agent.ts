import type { Exchange } from './exchange.js';
import type { Exporter, Processor } from './exporter.js';
import type { Probe, ProbeEvent, ProgramStats } from './probe.js';
import type { Protocol } from './protocol.js';
import type { MetricSnapshot } from './signals.js';
import type { Selector } from './targets.js';
import type { Override } from './token.js';

/** What an agent is made of: the argument of `createAgent` and the content of a configuration file. */
export interface AgentOptions {
  /** Where data comes from. */
  probes?: readonly Probe[];
  /** Where spans, metrics and events go, besides the agent's own streams. @default none */
  exporters?: readonly Exporter[];
  /** What sees each exchange before the exporters, in this order. @default none */
  processors?: readonly Processor[];
  /** Protocols to parse, besides those that probes bring along. @default none */
  protocols?: readonly Protocol[];
  /** What to observe: selectors, as text or taken apart. Several widen the choice. @default everything */
  targets?: readonly (string | Selector)[];
  /** What to leave out; wins over `targets`. The agent itself is always left out. @default nothing */
  exclude?: readonly (string | Selector)[];
  /**
   * 1: probes, parsers and exporters run in a worker thread, so that this thread stays free; every plugin must name its
   * module. 0: they run in this thread. @default 1 where possible
   */
  workers?: 0 | 1;
  /** Masks secrets (SQL literals, credentials, payload values) before anything is kept. @default true */
  mask?: boolean;
  metrics?: MetricLimits;
  /** Has the kernel count runs and time of BPF programs, for some 20 ns a run. @default false */
  programStats?: boolean;
  /** Replacements for parts of the runtime: the clock, the process source, … @default none */
  overrides?: readonly Override[];
}

/** Bounds of the metrics. */
export interface MetricLimits {
  /** Most series of one metric; what goes beyond is put in one series `{otel.metric.overflow: true}`. @default 2000 */
  maxSeries?: number;
}

/** What of a running agent is to change. What is left out stays as it is. */
export interface Reconfiguration {
  /**
   * The probes that shall run from now on: those that don't run yet are started, those that aren't named are stopped,
   * those whose options differ are reconfigured. Probes are told apart by name.
   */
  probes?: readonly Probe[];
  targets?: readonly (string | Selector)[];
  exclude?: readonly (string | Selector)[];
}

/** A message for whoever looks after the agent. Never data. */
export interface Diagnostic {
  level: 'debug' | 'info' | 'warn' | 'error';
  message: string;
  fields: Record<string, unknown>;
}

/** A probe broke down; the agent goes on without it until it is started again. */
export interface ProbeFault {
  probe: string;
  error: Error;
  /** Faults of this probe so far. */
  faults: number;
  /** Milliseconds until it is started again. */
  retryMs: number;
}

/** Events of an agent, by eventemitter3. */
export interface AgentEvents {
  diagnostic: (diagnostic: Diagnostic) => void;
  'probe-fault': (fault: ProbeFault) => void;
  /** A probe runs again after a fault. */
  'probe-restart': (event: { probe: string; faults: number }) => void;
  /** The agent itself broke down (its worker died) and has stopped. */
  fault: (error: Error) => void;
  stopped: () => void;
}

/** The agent's account of itself: `sonde run --stats` writes it. */
export interface AgentStats {
  /** Kernel events that probes have read. */
  events: number;
  /** What is missing, by reason: what the kernel could not deliver, queues that were full, exporters that gave up. */
  lost: Record<string, number>;
  /** By protocol. */
  exchanges: Record<string, number>;
  /** Requests or responses without their other half. */
  unmatched: number;
  /** The same by reason. */
  unmatchedReasons: Record<string, number>;
  /** Bytes that a parser refused. */
  parseErrors: number;
  /** CPU time of the agent's process since the agent was created, all threads, in seconds. */
  cpuSeconds: number;
  peakRssBytes: number;
  programs: ProgramStats[];
  /** Faults of probes, by probe. */
  faults: Record<string, number>;
}

/** How a stream behaves when its consumer is slower than the data. */
export interface StreamOptions {
  /** Most items that wait. What is dropped is counted in `lost` of the stats. @default 16384 */
  capacity?: number;
  /** Which item makes room. @default 'oldest' */
  drop?: 'oldest' | 'newest';
}

/** A running agent. */
export interface Agent extends AsyncDisposable {
  /** Makes more processes targets while the agent runs. */
  readonly targets: { addTree(pid: number): Promise<void> };
  /** 1 if the engine runs in a worker thread. */
  readonly workers: 0 | 1;
  /** Where exporters can be reached: `{ prometheus: 'http://127.0.0.1:9464/metrics' }`. */
  readonly addresses: Readonly<Record<string, string>>;
  /** Exchanges from now on, until the agent stops. Each call gives a stream of its own. */
  spans(options?: StreamOptions): AsyncIterableIterator<Exchange>;
  /** Events of the probes' own from now on. */
  events(options?: StreamOptions): AsyncIterableIterator<ProbeEvent>;
  /** All metrics every so often, and once more when the agent stops. @param options.everyMs default 10000 */
  metrics(options?: { everyMs?: number }): AsyncIterableIterator<MetricSnapshot>;
  /** All metrics as they stand now. */
  snapshot(): Promise<MetricSnapshot>;
  /** The agent's account of itself; after `stop`, the final one. */
  stats(): Promise<AgentStats>;
  /**
   * Starts, stops or re-targets probes while the agent runs. All or nothing: what is wrong is refused before anything
   * changes, and a probe that can't be started leaves the others as they were.
   *
   * @throws ConfigurationError, CapabilityError
   */
  reconfigure(change: Reconfiguration): Promise<void>;
  /** Drains, detaches and closes everything; idempotent. Streams end after what they hold. */
  stop(): Promise<void>;
  on<E extends keyof AgentEvents>(event: E, listener: AgentEvents[E]): this;
  once<E extends keyof AgentEvents>(event: E, listener: AgentEvents[E]): this;
  off<E extends keyof AgentEvents>(event: E, listener: AgentEvents[E]): this;
}
