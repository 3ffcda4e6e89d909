import type { ProbeStats, ProgramStats } from '../contracts/index.js';

/** Adds up what the runs of a probe say of themselves, so that nothing is forgotten when it is started again. */
export class ProbeAccount {
  #events = 0;
  readonly #lost = new Map<string, number>();
  readonly #programs = new Map<string, ProgramStats>();

  /** Adds the final account of a run. */
  add(stats: ProbeStats): void {
    this.#events += stats.events;
    for (const [reason, count] of Object.entries(stats.lost)) {
      this.#lost.set(reason, (this.#lost.get(reason) ?? 0) + count);
    }
    for (const { name, runs, timeNs } of stats.programs) {
      const before = this.#programs.get(name);
      this.#programs.set(name, { name, runs: runs + (before?.runs ?? 0), timeNs: timeNs + (before?.timeNs ?? 0) });
    }
  }

  toStats(): ProbeStats {
    return { events: this.#events, lost: Object.fromEntries(this.#lost), programs: [...this.#programs.values()] };
  }

  /** The account with a run that goes on. */
  with(stats: ProbeStats | null): ProbeStats {
    if (stats === null) return this.toStats();
    const sum = new ProbeAccount();
    sum.add(this.toStats());
    sum.add(stats);
    return sum.toStats();
  }
}
