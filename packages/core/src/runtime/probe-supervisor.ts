import { isDeepStrictEqual } from 'node:util';
import type {
  Logger,
  ProbeDefinition,
  ProbeDependencies,
  ProbeFault,
  ProbeInstance,
  ProbeStats,
} from '../contracts/index.js';
import { Backoff } from './backoff.js';
import { toError, withinDeadline } from './deadline.js';
import type { Planned } from './plan.js';
import { ProbeAccount } from './probe-account.js';
import { type ProbeScope, probeScope } from './probe-scope.js';

/** A probe that does not stop in this time is left alone, in milliseconds. */
const STOP_MS = 10_000;

/** What a supervisor tells and asks. */
export interface SupervisorHost {
  /** Dependencies for one run; `fault` is the supervisor's own. */
  dependencies(fault: (error: Error) => void): ProbeDependencies;
  readonly logger: Logger;
  faulted(fault: ProbeFault): void;
  restarted(event: { probe: string; faults: number }): void;
}

interface Run {
  readonly instance: ProbeInstance;
  readonly scope: ProbeScope;
}

/**
 * Runs one probe. What the probe throws, or hands to `fault`, stops it and starts it again after a while that doubles
 * from one second to a minute; nothing of it reaches the agent.
 */
export class ProbeSupervisor {
  readonly name: string;
  readonly #host: SupervisorHost;
  readonly #definition: ProbeDefinition;
  readonly #account = new ProbeAccount();
  readonly #backoff = new Backoff();
  #options: unknown;
  #run: Run | null = null;
  #faults = 0;
  #retry: NodeJS.Timeout | null = null;
  /** Start, stop and reconfiguration follow each other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(probe: Planned<ProbeDefinition>, host: SupervisorHost) {
    this.name = probe.definition.name;
    this.#definition = probe.definition;
    this.#options = probe.options;
    this.#host = host;
  }

  /** Faults so far. */
  get faults(): number {
    return this.#faults;
  }

  get running(): boolean {
    return this.#run !== null;
  }

  get options(): unknown {
    return this.#options;
  }

  /** Starts the probe. @throws what the probe throws, with nothing of it left */
  start(): Promise<void> {
    return this.#inTurn(() => this.#begin());
  }

  /**
   * Stops the probe, for good or until the next `start`.
   *
   * @param keepConnections leaves them to the pipeline, which tells at its end what was still in flight
   */
  stop({ keepConnections = false } = {}): Promise<void> {
    return this.#inTurn(async () => {
      this.#cancelRetry();
      await this.#end(keepConnections);
    });
  }

  /** New options: handed to the probe if it can take them, else it is stopped and started. @throws what `start` throws */
  reconfigure(options: unknown): Promise<void> {
    return this.#inTurn(async () => {
      if (isDeepStrictEqual(options, this.#options)) return;
      const before = this.#options;
      this.#options = options;
      try {
        if (this.#run?.instance.reconfigure) await this.#run.instance.reconfigure(options);
        else await this.#again();
      } catch (error) {
        this.#options = before;
        // Back to what ran before: the agent is as it was.
        await this.#again().catch((second) => this.#fault(toError(second)));
        throw error;
      }
    });
  }

  /** Stops and starts the probe, which has built into its programs what has changed. */
  restart(): Promise<void> {
    return this.#inTurn(() => this.#again());
  }

  /** Reads what the kernel has captured by now. */
  drain(): void {
    const run = this.#run;
    if (run === null) return;
    try {
      run.instance.drain?.();
    } catch (error) {
      this.#faultOf(run, toError(error));
    }
  }

  /** The account of all runs so far. */
  stats(): ProbeStats {
    return this.#account.with(this.#run === null ? null : this.#read(this.#run.instance));
  }

  async #again(): Promise<void> {
    this.#cancelRetry();
    await this.#end(false);
    await this.#begin();
  }

  async #begin(): Promise<void> {
    if (this.#run !== null) return;
    let run: Run | null = null;
    let early: Error | null = null;
    const fault = (error: Error): void => {
      if (run === null) early = toError(error);
      else this.#faultOf(run, toError(error));
    };
    const scope = probeScope(this.#host.dependencies(fault));
    let instance: ProbeInstance | null = null;
    try {
      instance = this.#definition.create(scope.dependencies, this.#options as never);
      await instance.start();
      if (early !== null) throw early;
    } catch (error) {
      await this.#dispose(instance, scope, false);
      throw error;
    }
    run = { instance, scope };
    this.#run = run;
  }

  async #end(keepConnections: boolean): Promise<void> {
    const run = this.#run;
    if (run === null) return;
    this.#run = null;
    const before = this.#read(run.instance);
    await this.#dispose(run.instance, run.scope, keepConnections);
    const after = this.#read(run.instance);
    // What was delivered while it stopped counts; programs can be asked only while they are loaded.
    this.#account.add({ ...(after ?? before ?? NOTHING), programs: before?.programs ?? [] });
  }

  async #dispose(instance: ProbeInstance | null, scope: ProbeScope, keepConnections: boolean): Promise<void> {
    try {
      const stopped = await withinDeadline(instance?.stop(), STOP_MS);
      if (!stopped) this.#host.logger.error(`probe '${this.name}' did not stop within ${STOP_MS / 1000} s`);
    } catch (error) {
      this.#host.logger.error(`probe '${this.name}' failed to stop: ${toError(error).message}`, { error });
    }
    scope.release();
    if (!keepConnections) scope.closeConnections();
  }

  #faultOf(run: Run, error: Error): void {
    // A run that was stopped already has nothing to say.
    if (this.#run === run) this.#fault(error);
  }

  #fault(error: Error): void {
    if (this.#retry !== null) return;
    this.#faults++;
    const retryMs = this.#backoff.next(performance.now());
    this.#host.faulted({ probe: this.name, error, faults: this.#faults, retryMs });
    this.#retry = setTimeout(() => this.#inTurn(() => this.#tryAgain()), retryMs);
    void this.#inTurn(() => this.#end(false));
  }

  async #tryAgain(): Promise<void> {
    if (this.#retry === null) return;
    this.#retry = null;
    try {
      await this.#begin();
      this.#host.restarted({ probe: this.name, faults: this.#faults });
    } catch (error) {
      this.#fault(toError(error));
    }
  }

  #cancelRetry(): void {
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = null;
  }

  #read(instance: ProbeInstance): ProbeStats | null {
    try {
      return instance.stats?.() ?? null;
    } catch {
      // A probe that is closed may not be able to tell.
      return null;
    }
  }

  #inTurn<T>(action: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(action, action);
    this.#last = turn.catch(() => {});
    return turn;
  }
}

const NOTHING: ProbeStats = { events: 0, lost: {}, programs: [] };
