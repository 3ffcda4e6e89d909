import type { MessagePort, Worker } from 'node:worker_threads';
import type { AgentStats, Diagnostic, MetricSnapshot, ProbeEvent, Selector } from '../../contracts/index.js';
import type { PluginAddresses } from './choose-worker.js';
import type { PlainError } from './plain-error.js';
import type { PlainExchange } from './plain-exchange.js';
import type { PluginAddress } from './plugin-address.js';

/** One end of the wire between two threads. */
export interface Port {
  post(message: unknown): void;
  listen(listener: (message: unknown) => void): void;
}

/** The wire as a worker's parent, a worker, or either end of a `MessageChannel` has it. */
export function toPort(end: Worker | MessagePort): Port {
  return {
    post: (message) => end.postMessage(message),
    listen: (listener) => {
      // The two have overloads that TypeScript can't call through their union.
      (end as MessagePort).on('message', listener);
    },
  };
}

type Selectors = readonly (string | Selector)[];

/** What the engine of a worker is made of. */
export interface WorkerStart {
  plugins: PluginAddresses;
  targets: Selectors;
  exclude: Selectors;
  mask: boolean;
  maxSeries: number | undefined;
  programStats: boolean;
}

/** A reconfiguration, with probes by address. */
export interface WorkerChange {
  probes?: PluginAddress[];
  targets?: Selectors;
  exclude?: Selectors;
}

/** What can be asked of a worker: argument and answer of each call. */
export interface WorkerCalls {
  start: [argument: WorkerStart, answer: Record<string, string>];
  snapshot: [argument: null, answer: MetricSnapshot];
  stats: [argument: null, answer: AgentStats];
  reconfigure: [argument: WorkerChange, answer: null];
  addTree: [argument: number, answer: null];
  stop: [argument: null, answer: { stats: AgentStats; snapshot: MetricSnapshot }];
}

/** From the agent's thread to the worker. */
export type ToWorker =
  | { kind: 'call'; id: number; method: keyof WorkerCalls; argument: unknown }
  /** Whether anybody reads. */
  | { kind: 'listen'; exchanges: boolean; events: boolean }
  /** So many messages with items have arrived. */
  | { kind: 'taken'; count: number }
  /** So many items found a stream full. */
  | { kind: 'dropped'; count: number };

/** From the worker to the agent's thread. */
export type FromWorker =
  | { kind: 'answer'; id: number; value: unknown }
  | { kind: 'refusal'; id: number; error: PlainError }
  | { kind: 'exchanges'; items: PlainExchange[] }
  | { kind: 'events'; items: ProbeEvent[] }
  | { kind: 'diagnostic'; diagnostic: Diagnostic }
  | { kind: 'probe-fault'; probe: string; error: PlainError; faults: number; retryMs: number }
  | { kind: 'probe-restart'; probe: string; faults: number }
  /** The worker can't go on; it has cleaned up. */
  | { kind: 'broken'; error: PlainError };
