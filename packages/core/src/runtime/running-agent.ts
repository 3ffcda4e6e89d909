import { EventEmitter } from 'eventemitter3';
import { reconfigurationSchema } from '../config/agent-schema.js';
import { parseOptions } from '../config/options.js';
import type {
  Agent,
  AgentEvents,
  AgentStats,
  Diagnostic,
  Exchange,
  MetricSnapshot,
  ProbeEvent,
  ProbeFault,
  Reconfiguration,
  StreamOptions,
} from '../contracts/index.js';
import { BoundedStream } from './bounded-stream.js';
import type { EngineDriver, FinalReport } from './engine-driver.js';
import { planProbes } from './plan.js';
import { agentStopped } from './stopped.js';

/** Diagnostics that are kept until somebody listens: those of the start, above all. */
const KEPT_DIAGNOSTICS = 100;
const METRICS_MS = 10_000;

/** The agent that `createAgent` gives: streams and events around an engine. */
export class RunningAgent implements Agent {
  readonly #emitter = new EventEmitter<AgentEvents>();
  readonly #driver: EngineDriver;
  readonly #spans = new Set<BoundedStream<Exchange>>();
  readonly #events = new Set<BoundedStream<ProbeEvent>>();
  readonly #metrics = new Set<BoundedStream<MetricSnapshot>>();
  #unheard: Diagnostic[] | null = [];
  #stopping: Promise<FinalReport> | null = null;
  readonly targets = {
    addTree: async (pid: number) => {
      this.#checkRunning();
      await this.#driver.addTree(pid);
    },
  };

  /** @param makeDriver makes the engine, which tells this agent what it has to tell */
  constructor(makeDriver: (agent: RunningAgent) => EngineDriver) {
    this.#driver = makeDriver(this);
  }

  get workers(): 0 | 1 {
    return this.#driver.workers;
  }

  get addresses(): Readonly<Record<string, string>> {
    return this.#driver.addresses;
  }

  spans(options?: StreamOptions): AsyncIterableIterator<Exchange> {
    return this.#stream(this.#spans, options);
  }

  events(options?: StreamOptions): AsyncIterableIterator<ProbeEvent> {
    return this.#stream(this.#events, options);
  }

  metrics({ everyMs = METRICS_MS }: { everyMs?: number } = {}): AsyncIterableIterator<MetricSnapshot> {
    if (!(everyMs >= 1)) throw new RangeError(`metrics come every so many milliseconds, not ${everyMs}`);
    let asking = false;
    const timer = setInterval(() => {
      if (asking) return;
      asking = true;
      this.snapshot()
        .then((snapshot) => stream.push(snapshot))
        .catch(() => {})
        .finally(() => {
          asking = false;
        });
    }, everyMs);
    timer.unref();
    const stream = new BoundedStream<MetricSnapshot>(
      { capacity: 16 },
      {
        closed: () => {
          clearInterval(timer);
          this.#metrics.delete(stream);
        },
      },
    );
    this.#metrics.add(stream);
    if (this.#stopping !== null) void this.#stopping.then(({ snapshot }) => finish(stream, snapshot));
    return stream;
  }

  async snapshot(): Promise<MetricSnapshot> {
    return this.#stopping === null ? this.#driver.snapshot() : (await this.#stopping).snapshot;
  }

  async stats(): Promise<AgentStats> {
    return this.#stopping === null ? this.#driver.stats() : (await this.#stopping).stats;
  }

  async reconfigure(change: Reconfiguration): Promise<void> {
    parseOptions('reconfigure', reconfigurationSchema, change);
    if (change.probes !== undefined) planProbes(change.probes);
    this.#checkRunning();
    await this.#driver.reconfigure(change);
  }

  async stop(): Promise<void> {
    this.#stopping ??= this.#stop(this.#driver.stop());
    await this.#stopping;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** The engine broke down by itself: what it can still tell is `report`. */
  broke(error: Error, report: FinalReport): void {
    if (this.#stopping !== null) return;
    this.#stopping = this.#stop(Promise.resolve(report));
    this.#emitter.emit('fault', error);
  }

  /** Tells listeners; what comes before there is any is kept for the first one. */
  diagnose(diagnostic: Diagnostic): void {
    if (this.#emitter.emit('diagnostic', diagnostic) || this.#unheard === null) return;
    if (this.#unheard.length < KEPT_DIAGNOSTICS) this.#unheard.push(diagnostic);
  }

  /** A probe broke down. */
  faulted(fault: ProbeFault): void {
    this.#emitter.emit('probe-fault', fault);
  }

  /** A probe runs again. */
  restarted(event: { probe: string; faults: number }): void {
    this.#emitter.emit('probe-restart', event);
  }

  on<E extends keyof AgentEvents>(event: E, listener: AgentEvents[E]): this {
    this.#emitter.on(event, listener as never);
    if (event === 'diagnostic' && this.#unheard !== null) {
      const unheard = this.#unheard;
      this.#unheard = null;
      for (const diagnostic of unheard) (listener as AgentEvents['diagnostic'])(diagnostic);
    }
    return this;
  }

  once<E extends keyof AgentEvents>(event: E, listener: AgentEvents[E]): this {
    this.#emitter.once(event, listener as never);
    return this;
  }

  off<E extends keyof AgentEvents>(event: E, listener: AgentEvents[E]): this {
    this.#emitter.off(event, listener as never);
    return this;
  }

  async #stop(ending: Promise<FinalReport>): Promise<FinalReport> {
    const report = await ending;
    for (const stream of [...this.#spans, ...this.#events]) stream.end();
    for (const stream of this.#metrics) finish(stream, report.snapshot);
    this.#emitter.emit('stopped');
    return report;
  }

  /** @throws ConfigurationError `AGENT_STOPPED` */
  #checkRunning(): void {
    if (this.#stopping !== null) throw agentStopped();
  }

  #stream<T>(streams: Set<BoundedStream<T>>, options: StreamOptions | undefined): AsyncIterableIterator<T> {
    const stream = new BoundedStream<T>(options, {
      dropped: (count) => this.#driver.dropped(count),
      closed: () => {
        streams.delete(stream);
        this.#listen();
      },
    });
    if (this.#stopping !== null) {
      stream.end();
      return stream;
    }
    streams.add(stream);
    this.#listen();
    return stream;
  }

  /** The engine hands out only what somebody reads. */
  #listen(): void {
    this.#driver.listen({
      exchange: this.#spans.size === 0 ? null : (exchange) => push(this.#spans, exchange),
      event: this.#events.size === 0 ? null : (event) => push(this.#events, event),
    });
  }
}

function push<T>(streams: Iterable<BoundedStream<T>>, item: T): void {
  for (const stream of streams) stream.push(item);
}

function finish(stream: BoundedStream<MetricSnapshot>, last: MetricSnapshot): void {
  stream.push(last);
  stream.end();
}
