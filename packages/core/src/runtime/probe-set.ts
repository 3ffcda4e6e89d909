import type { ProbeDefinition, ProbeStats } from '../contracts/index.js';
import type { Planned } from './plan.js';
import { ProbeAccount } from './probe-account.js';
import { ProbeSupervisor, type SupervisorHost } from './probe-supervisor.js';

/** A probe's numbers over all its runs. */
export interface ProbeReport {
  name: string;
  stats: ProbeStats;
  faults: number;
}

/** The probes of an agent, in the order in which they start. */
export class ProbeSet {
  readonly #host: (probe: Planned<ProbeDefinition>) => SupervisorHost;
  /** What is kept of probes that were taken out. */
  readonly #retired = new Map<string, { account: ProbeAccount; faults: number }>();
  #supervisors: readonly ProbeSupervisor[];

  /** Starts none. */
  constructor(probes: readonly Planned<ProbeDefinition>[], host: (probe: Planned<ProbeDefinition>) => SupervisorHost) {
    this.#host = host;
    this.#supervisors = probes.map((probe) => this.#supervise(probe));
  }

  /** Starts all, or none. @throws what a probe throws, with the others stopped again */
  async start(): Promise<void> {
    const started: ProbeSupervisor[] = [];
    try {
      for (const supervisor of this.#supervisors) {
        await supervisor.start();
        started.push(supervisor);
      }
    } catch (error) {
      for (const supervisor of started.reverse()) await supervisor.stop();
      throw error;
    }
  }

  /** Stops all, those that depend on others first. Their connections stay, for the pipeline to end. */
  async stop(): Promise<void> {
    for (const supervisor of [...this.#supervisors].reverse()) await supervisor.stop({ keepConnections: true });
  }

  /** Stops and starts all, after something changed that they have built into their programs. @throws what a probe throws */
  async restart(): Promise<void> {
    for (const supervisor of this.#supervisors) await supervisor.restart();
  }

  /** Reads what the kernel has captured by now. */
  drain(): void {
    for (const supervisor of this.#supervisors) supervisor.drain();
  }

  /** Probes of `wanted` that don't run yet. */
  missing(wanted: readonly Planned<ProbeDefinition>[]): Planned<ProbeDefinition>[] {
    return wanted.filter(({ definition }) => !this.#supervisors.some(({ name }) => name === definition.name));
  }

  /**
   * Makes `wanted` the probes that run: new ones are started, changed ones reconfigured, and then those that are not
   * wanted are stopped.
   *
   * @throws what a probe throws; what was done is undone then
   */
  async replace(wanted: readonly Planned<ProbeDefinition>[]): Promise<void> {
    const undo: (() => Promise<void>)[] = [];
    const next: ProbeSupervisor[] = [];
    try {
      for (const probe of wanted) {
        const known = this.#supervisors.find(({ name }) => name === probe.definition.name);
        const supervisor = known ?? this.#supervise(probe);
        next.push(supervisor);
        const before = supervisor.options;
        if (known === undefined) await supervisor.start();
        else await supervisor.reconfigure(probe.options);
        undo.push(() => (known === undefined ? supervisor.stop() : supervisor.reconfigure(before)));
      }
    } catch (error) {
      for (const action of undo.reverse()) await action();
      throw error;
    }
    const gone = this.#supervisors.filter((supervisor) => !next.includes(supervisor));
    this.#supervisors = next;
    for (const supervisor of gone.reverse()) await this.#retire(supervisor);
  }

  /** Numbers of all probes that ran, those that were taken out among them. */
  reports(): ProbeReport[] {
    const reports = this.#supervisors.map((supervisor): ProbeReport => {
      const { name, faults } = supervisor;
      const retired = this.#retired.get(name);
      if (retired === undefined) return { name, stats: supervisor.stats(), faults };
      return { name, stats: retired.account.with(supervisor.stats()), faults: faults + retired.faults };
    });
    for (const [name, { account, faults }] of this.#retired) {
      if (!reports.some((known) => known.name === name)) reports.push({ name, stats: account.toStats(), faults });
    }
    return reports;
  }

  async #retire(supervisor: ProbeSupervisor): Promise<void> {
    await supervisor.stop();
    const retired = this.#retired.get(supervisor.name) ?? { account: new ProbeAccount(), faults: 0 };
    retired.account.add(supervisor.stats());
    retired.faults += supervisor.faults;
    this.#retired.set(supervisor.name, retired);
  }

  #supervise(probe: Planned<ProbeDefinition>): ProbeSupervisor {
    return new ProbeSupervisor(probe, this.#host(probe));
  }
}
