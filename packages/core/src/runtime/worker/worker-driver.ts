import { Worker } from 'node:worker_threads';
import {
  type AgentStats,
  ConfigurationError,
  type Logger,
  type MetricSnapshot,
  type Probe,
  SondeError,
} from '../../contracts/index.js';
import { withinDeadline } from '../deadline.js';
import type { EngineHost, EngineOptions } from '../engine.js';
import type { DriverChange, DriverListeners, EngineDriver, FinalReport } from '../engine-driver.js';
import { agentStopped } from '../stopped.js';
import { LOGGER } from '../tokens.js';
import type { WorkerLocation } from './choose-worker.js';
import { toPort } from './messages.js';
import { addressOf, type PluginAddress } from './plugin-address.js';
import { RemoteEngine } from './remote-engine.js';

/** A worker that has stopped its engine ends by itself; this long is waited for it, in milliseconds. */
const EXIT_MS = 2000;

/** Descriptors of eBPF objects are opened and closed by a native library, which Node's own bookkeeping doesn't see. */
const WORKER = { name: 'sonde', trackUnmanagedFds: false };

/** An engine in a worker thread. */
export class WorkerDriver implements EngineDriver {
  readonly workers = 1;
  readonly #worker: Worker;
  readonly #remote: RemoteEngine;
  readonly #options: { engine: EngineOptions; location: WorkerLocation };
  readonly #broke: (error: Error, report: FinalReport) => void;
  readonly #exited: Promise<void>;
  #addresses: Readonly<Record<string, string>> = {};
  #started = false;
  #ending = false;
  /** The last account that was heard of, for the case that the worker dies. */
  #lastStats: AgentStats = NO_STATS;
  #lastSnapshot: MetricSnapshot = { startUnixNano: 0n, timeUnixNano: 0n, families: [] };

  /** @param broke told if the worker dies by itself */
  constructor(
    options: { engine: EngineOptions; location: WorkerLocation },
    host: EngineHost,
    broke: (error: Error, report: FinalReport) => void,
  ) {
    this.#options = options;
    this.#broke = broke;
    this.#worker = new Worker(options.location.entry, WORKER);
    const { protocols } = options.engine.plan;
    this.#remote = new RemoteEngine(toPort(this.#worker), protocols, withLogger(host, options.engine), (error) =>
      this.#fail(error),
    );
    this.#worker.on('error', (error) => this.#fail(error as Error));
    this.#exited = new Promise((resolve) => {
      this.#worker.once('exit', (status) => {
        this.#fail(new Error(`the worker ended with status ${status}`));
        resolve();
      });
    });
  }

  get addresses(): Readonly<Record<string, string>> {
    return this.#addresses;
  }

  async start(): Promise<void> {
    const { engine, location } = this.#options;
    const { targets, exclude, mask, maxSeries, programStats } = engine;
    const { plugins } = location;
    try {
      this.#addresses = await this.#remote.call('start', { plugins, targets, exclude, mask, maxSeries, programStats });
      this.#started = true;
    } catch (error) {
      this.#ending = true;
      await this.#worker.terminate();
      throw error;
    }
  }

  listen(listeners: DriverListeners): void {
    this.#remote.listen(listeners);
  }

  dropped(count: number): void {
    this.#remote.dropped(count);
  }

  async snapshot(): Promise<MetricSnapshot> {
    this.#lastSnapshot = await this.#remote.call('snapshot', null);
    return this.#lastSnapshot;
  }

  async stats(): Promise<AgentStats> {
    this.#lastStats = await this.#remote.call('stats', null);
    return this.#lastStats;
  }

  async reconfigure({ probes, ...selectors }: DriverChange): Promise<void> {
    const addresses = probes === undefined ? undefined : await addressProbes(probes);
    await this.#remote.call('reconfigure', { ...selectors, probes: addresses });
  }

  async addTree(pid: number): Promise<void> {
    await this.#remote.call('addTree', pid);
  }

  async stop(): Promise<FinalReport> {
    try {
      const report = await this.#remote.call('stop', null);
      this.#ending = true;
      return report;
    } catch {
      // It died while it stopped: what was heard last is what there is.
      return { stats: this.#lastStats, snapshot: this.#lastSnapshot };
    } finally {
      this.#ending = true;
      if (!(await withinDeadline(this.#exited, EXIT_MS))) await this.#worker.terminate();
    }
  }

  #fail(error: Error): void {
    const cause = this.#ending ? agentStopped(error) : broken(error);
    this.#remote.fail(cause);
    if (this.#ending || !this.#started) return;
    this.#ending = true;
    this.#broke(cause, { stats: this.#lastStats, snapshot: this.#lastSnapshot });
  }
}

const NO_STATS: AgentStats = {
  events: 0,
  lost: {},
  exchanges: {},
  unmatched: 0,
  unmatchedReasons: {},
  parseErrors: 0,
  cpuSeconds: 0,
  peakRssBytes: 0,
  programs: [],
  faults: {},
};

function broken(cause: Error): SondeError {
  return new SondeError('AGENT_BROKEN', `the agent's worker broke down: ${cause.message}`, { cause });
}

/** @throws ConfigurationError `PLUGIN_UNREACHABLE` */
async function addressProbes(probes: readonly Probe[]): Promise<PluginAddress[]> {
  const addresses: PluginAddress[] = [];
  for (const probe of probes) {
    const address = await addressOf(probe);
    if (typeof address === 'string') throw new ConfigurationError('PLUGIN_UNREACHABLE', address);
    addresses.push(address);
  }
  return addresses;
}

/** An overridden logger stays in this thread, and hears what the worker has to say. */
function withLogger(host: EngineHost, { overrides }: EngineOptions): EngineHost {
  const logger = overrides.find(({ token }) => token.key === LOGGER.key)?.value as Logger | undefined;
  if (logger === undefined) return host;
  return { ...host, diagnostic: ({ level, message, fields }) => logger[level](message, fields) };
}
