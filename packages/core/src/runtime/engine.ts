import { enableStats, type StatsHandle } from '@sonde/ebpf';
import {
  type AgentStats,
  type Clock,
  ConfigurationError,
  type ConnectionSink,
  type Diagnostic,
  type Logger,
  type MetricSnapshot,
  type Override,
  type ProbeDefinition,
  type ProbeDependencies,
  type ProbeFault,
  type Selector,
} from '../contracts/index.js';
import { Pipeline } from '../flow/index.js';
import { IdentityService } from '../identity/identity-service.js';
import { createRedactor } from '../masking/index.js';
import { ExchangeMetrics, MetricRegistry } from '../signals/index.js';
import { Selection } from '../targets/selection.js';
import { TargetService } from '../targets/target-service.js';
import { Runtime } from './container.js';
import { toError } from './deadline.js';
import { provideDefaults } from './default-parts.js';
import { EngineAccount } from './engine-account.js';
import { ExporterHost } from './exporter-host.js';
import { FanOut, type Listeners } from './fan-out.js';
import { FlowPlane } from './flow-plane.js';
import { loggerWith } from './loggers.js';
import type { Plan, Planned } from './plan.js';
import { ProbeSet } from './probe-set.js';
import type { SupervisorHost } from './probe-supervisor.js';
import { checkRequirements } from './requirements.js';
import { agentStopped } from './stopped.js';
import { SystemClock } from './system-clock.js';
import { BACKEND, CLOCK, CONNECTION_FILTER, FEATURES, LOGGER, PROCESS_SOURCE, PROCESS_TRACKER } from './tokens.js';

/** How often requests that wait too long are looked for, in milliseconds. */
const TICK_MS = 1000;
/** How often exchanges are looked at that wait for their peer's address, in milliseconds. */
const RELEASE_MS = 50;
/** After so many ticks the wall clock is measured again. */
const SYNCHRONISE_TICKS = 60;

type Selectors = readonly (string | Selector)[];

/** What an engine is made of. */
export interface EngineOptions {
  plan: Plan;
  targets: Selectors;
  exclude: Selectors;
  mask: boolean;
  maxSeries: number | undefined;
  programStats: boolean;
  overrides: readonly Override[];
}

/** Whom an engine tells. */
export interface EngineHost {
  diagnostic(diagnostic: Diagnostic): void;
  faulted(fault: ProbeFault): void;
  restarted(event: { probe: string; faults: number }): void;
}

/** What of an engine is to change. */
export interface EngineChange {
  probes?: readonly Planned<ProbeDefinition>[];
  targets?: Selectors;
  exclude?: Selectors;
}

/** Everything that an agent does, in one thread: probes, pipeline, metrics, exporters. */
export class Engine {
  readonly #options: EngineOptions;
  readonly #host: EngineHost;
  readonly #runtime: Runtime;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #identity: IdentityService;
  readonly #targets: TargetService;
  readonly #registry: MetricRegistry;
  readonly #pipeline: Pipeline;
  readonly #connections: ConnectionSink;
  readonly #flows = new FlowPlane();
  readonly #exporters: readonly ExporterHost[];
  readonly #fanOut: FanOut;
  readonly #probes: ProbeSet;
  readonly #account: EngineAccount;
  #selectors: { targets: Selectors; exclude: Selectors };
  #statsHandle: StatsHandle | null = null;
  #timer: NodeJS.Timeout | null = null;
  #releaseTimer: NodeJS.Timeout | null = null;
  #streamDrops = 0;
  #final: AgentStats | null = null;
  #stopping: Promise<void> | null = null;
  #last: Promise<unknown> = Promise.resolve();

  /** Makes all parts and starts none. @throws what factories of exporters and processors throw */
  constructor(options: EngineOptions, host: EngineHost) {
    const { plan } = options;
    this.#options = options;
    this.#host = host;
    this.#selectors = options;
    this.#runtime = provideDefaults(new Runtime(options.overrides), plan, (line) => host.diagnostic(line));
    this.#clock = this.#runtime.get(CLOCK);
    this.#logger = this.#runtime.get(LOGGER);
    this.#identity = new IdentityService(this.#runtime.get(PROCESS_SOURCE), this.#clock, () => this.#targets.drain());
    this.#targets = this.#makeTargets();
    this.#registry = new MetricRegistry({ clock: this.#clock, maxSeries: options.maxSeries });
    this.#exporters = plan.exporters.map((exporter) => this.#makeExporter(exporter));
    const metrics = new ExchangeMetrics(this.#registry);
    this.#fanOut = new FanOut({
      processors: plan.processors,
      exporters: this.#exporters,
      measure: (exchange) => metrics.record(exchange),
      logger: this.#logger,
    });
    this.#pipeline = new Pipeline({
      protocols: plan.protocols,
      clock: this.#clock,
      redactor: createRedactor(options.mask),
      onExchange: this.#fanOut.exchange,
      processOf: (pid) => this.#identity.lookup(pid),
      flows: this.#flows,
    });
    this.#connections = this.#runtime.get(CONNECTION_FILTER)(this.#pipeline);
    this.#probes = new ProbeSet(plan.probes, (probe) => this.#hostOf(probe));
    this.#account = new EngineAccount({
      probes: () => this.#probes.reports(),
      flow: () => this.#pipeline.stats(),
      programs: () => this.#targets.programs(),
      fanOut: this.#fanOut,
      exporters: this.#exporters,
      streamDrops: () => this.#streamDrops,
    });
    this.#registry.observe(this.#account.observe);
  }

  /** Who reads the agent's streams. */
  get listeners(): Listeners {
    return this.#fanOut.listeners;
  }

  /** Where exporters can be reached, by their ids. */
  get addresses(): Record<string, string> {
    const known = this.#exporters.filter(({ address }) => address !== null);
    return Object.fromEntries(known.map(({ id, address }) => [id, address!]));
  }

  /**
   * Starts everything, or nothing: exporters first, since a port in use is cheap to find out, then targets, then probes.
   *
   * @throws what is wrong, with everything undone
   */
  async start(): Promise<void> {
    const undo: (() => Promise<void> | void)[] = [];
    try {
      await this.#checkRequirements(this.#options.plan.probes);
      for (const exporter of this.#exporters) {
        undo.push(() => exporter.stop());
        await exporter.start();
      }
      if (this.#options.programStats) this.#countPrograms();
      undo.push(() => this.#statsHandle?.close());
      undo.push(() => this.#targets.stop());
      this.#targets.start();
      await this.#probes.start();
    } catch (error) {
      for (const action of undo.reverse()) await action();
      throw error;
    }
    this.#beginTicks();
  }

  /** Counts items that a stream of the agent had no room for. */
  dropped(count: number): void {
    this.#streamDrops += count;
  }

  snapshot(): MetricSnapshot {
    this.#probes.drain();
    return this.#registry.snapshot();
  }

  stats(): AgentStats {
    if (this.#final !== null) return this.#final;
    this.#probes.drain();
    return this.#account.stats();
  }

  addTree(pid: number): void {
    this.#targets.addTree(pid);
  }

  /** @throws ConfigurationError, CapabilityError, or what a probe throws; the probes are then as they were */
  reconfigure({ probes, targets, exclude }: EngineChange): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#stopping !== null) throw agentStopped();
      new Selection(targets ?? []);
      new Selection(exclude ?? []);
      if (probes !== undefined) {
        this.#checkProtocols(probes);
        await this.#checkRequirements(this.#probes.missing(probes));
        await this.#probes.replace(probes);
      }
      if (targets !== undefined || exclude !== undefined) await this.#retarget({ targets, exclude });
    });
  }

  /** Drains, detaches and closes everything; idempotent. What fails on the way is a diagnostic. */
  stop(): Promise<void> {
    this.#stopping ??= this.#inTurn(() => this.#stop());
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    if (this.#releaseTimer !== null) clearInterval(this.#releaseTimer);
    const programs = this.#targets.programs();
    await this.#probes.stop();
    this.#pipeline.flush();
    await Promise.all(this.#exporters.map((exporter) => exporter.stop()));
    this.#targets.stop();
    this.#statsHandle?.close();
    const final = this.#account.stats();
    this.#final = { ...final, programs: [...final.programs, ...programs] };
    this.#runtime.clear();
  }

  async #retarget(change: { targets: Selectors | undefined; exclude: Selectors | undefined }): Promise<void> {
    const { targets = this.#selectors.targets, exclude = this.#selectors.exclude } = change;
    this.#selectors = { targets, exclude };
    if (this.#targets.retarget(targets, exclude)) await this.#probes.restart();
  }

  /** A pipeline's protocols are those that it was made with. */
  #checkProtocols(probes: readonly Planned<ProbeDefinition>[]): void {
    for (const { definition } of probes) {
      const unknown = definition.protocols?.find(({ name }) => this.#pipeline.protocol(name) === null);
      if (unknown === undefined) continue;
      const message = `probe '${definition.name}' brings the protocol '${unknown.name}', which the agent was started without`;
      throw new ConfigurationError('PROTOCOL_LATE', message, {
        hint: 'give the agent the protocol at its start, or start it anew',
      });
    }
  }

  #checkRequirements(probes: readonly Planned<ProbeDefinition>[]): Promise<void> {
    const definitions = probes.map(({ definition }) => definition);
    return checkRequirements(definitions, this.#runtime.get(FEATURES), this.#logger);
  }

  #beginTicks(): void {
    let ticks = 0;
    this.#timer = setInterval(() => {
      this.#pipeline.tick(this.#clock.now());
      ticks++;
      if (ticks % SYNCHRONISE_TICKS === 0 && this.#clock instanceof SystemClock) this.#clock.synchronise();
    }, TICK_MS);
    this.#releaseTimer = setInterval(() => this.#pipeline.releaseHeld(), RELEASE_MS);
  }

  #countPrograms(): void {
    try {
      this.#statsHandle = enableStats(this.#runtime.get(BACKEND));
    } catch (error) {
      this.#logger.warn(`runs of BPF programs are not counted: ${toError(error).message}`, { error });
    }
  }

  #hostOf({ definition }: Planned<ProbeDefinition>): SupervisorHost {
    const logger = loggerWith(this.#logger, { probe: definition.name });
    return {
      logger,
      dependencies: (fault) => this.#dependencies(logger, fault),
      faulted: (fault) => this.#host.faulted(fault),
      restarted: (event) => this.#host.restarted(event),
    };
  }

  #dependencies(logger: Logger, fault: (error: Error) => void): ProbeDependencies {
    const runtime = this.#runtime;
    return {
      clock: this.#clock,
      logger,
      get backend() {
        return runtime.get(BACKEND);
      },
      targets: this.#targets,
      identity: this.#identity,
      connections: this.#connections,
      protocols: this.#options.plan.protocols,
      metrics: this.#registry,
      flows: this.#flows,
      emit: this.#fanOut.event,
      fault,
    };
  }

  #makeExporter(exporter: Plan['exporters'][number]): ExporterHost {
    return new ExporterHost(exporter, {
      clock: this.#clock,
      logger: loggerWith(this.#logger, { exporter: exporter.id }),
      snapshot: () => this.snapshot(),
    });
  }

  #makeTargets(): TargetService {
    return new TargetService({
      source: this.#runtime.get(PROCESS_SOURCE),
      tracker: this.#runtime.get(PROCESS_TRACKER),
      targets: this.#options.targets,
      exclude: this.#options.exclude,
      self: process.pid,
      onProcess: ({ kind, pid, comm }) => {
        if (kind === 'exit') this.#identity.exited(pid, comm);
        else if (kind === 'fork') this.#identity.forked(pid);
        else this.#identity.executed(pid, comm);
      },
    });
  }

  #inTurn<T>(action: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(action, action);
    this.#last = turn.catch(() => {});
    return turn;
  }
}
