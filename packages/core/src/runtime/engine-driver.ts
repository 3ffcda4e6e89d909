import type { AgentStats, Exchange, MetricSnapshot, Probe, ProbeEvent, Selector } from '../contracts/index.js';
import { Engine, type EngineHost, type EngineOptions } from './engine.js';
import { planProbes } from './plan.js';

/** What of a running agent is to change, as the agent's user gives it. */
export interface DriverChange {
  probes?: readonly Probe[];
  targets?: readonly (string | Selector)[];
  exclude?: readonly (string | Selector)[];
}

/** Who takes exchanges and events; null where nobody reads. */
export interface DriverListeners {
  exchange: ((exchange: Exchange) => void) | null;
  event: ((event: ProbeEvent) => void) | null;
}

/** The last word of an engine. */
export interface FinalReport {
  stats: AgentStats;
  snapshot: MetricSnapshot;
}

/** An engine, wherever it runs. */
export interface EngineDriver {
  readonly workers: 0 | 1;
  readonly addresses: Readonly<Record<string, string>>;
  start(): Promise<void>;
  listen(listeners: DriverListeners): void;
  /** Items that a stream had no room for. */
  dropped(count: number): void;
  snapshot(): Promise<MetricSnapshot>;
  stats(): Promise<AgentStats>;
  reconfigure(change: DriverChange): Promise<void>;
  addTree(pid: number): Promise<void>;
  /** Called once. */
  stop(): Promise<FinalReport>;
}

/** An engine in this thread. */
export class InlineDriver implements EngineDriver {
  readonly workers = 0;
  readonly #engine: Engine;

  /** @throws what factories of exporters and processors throw */
  constructor(options: EngineOptions, host: EngineHost) {
    this.#engine = new Engine(options, host);
  }

  get addresses(): Readonly<Record<string, string>> {
    return this.#engine.addresses;
  }

  start(): Promise<void> {
    return this.#engine.start();
  }

  listen(listeners: DriverListeners): void {
    Object.assign(this.#engine.listeners, listeners);
  }

  dropped(count: number): void {
    this.#engine.dropped(count);
  }

  async snapshot(): Promise<MetricSnapshot> {
    return this.#engine.snapshot();
  }

  async stats(): Promise<AgentStats> {
    return this.#engine.stats();
  }

  async reconfigure({ probes, ...selectors }: DriverChange): Promise<void> {
    await this.#engine.reconfigure({ ...selectors, probes: probes && planProbes(probes) });
  }

  async addTree(pid: number): Promise<void> {
    this.#engine.addTree(pid);
  }

  async stop(): Promise<FinalReport> {
    await this.#engine.stop();
    return { stats: this.#engine.stats(), snapshot: this.#engine.snapshot() };
  }
}
