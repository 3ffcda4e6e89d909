import type { ProcessSource, ProcessStat, ProgramStats } from '../contracts/index.js';
import type { ProcessListener, ProcessTracker } from './process-tracker.js';
import type { Selection } from './selection.js';

/** How often `/proc` is looked at, in milliseconds. */
const PERIOD_MS = 1000;

/**
 * Follows processes by looking at `/proc` once a second: what is left without privileges or kernel support. What lives
 * shorter than that is missed; an exec is noticed by the new name.
 */
export class PollingTracker implements ProcessTracker {
  readonly method = 'polling';
  readonly map = null;
  readonly #source: ProcessSource;
  readonly #known = new Map<number, ProcessStat>();
  #listener: ProcessListener | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(source: ProcessSource) {
    this.#source = source;
  }

  start(_targets: Selection, _exclude: Selection, listener: ProcessListener): void {
    for (const pid of this.#source.pids()) {
      const stat = this.#source.stat(pid);
      if (stat !== null) this.#known.set(pid, stat);
    }
    this.#listener = listener;
    this.#timer = setInterval(() => this.drain(), PERIOD_MS);
    this.#timer.unref();
  }

  select(): void {}

  assign(): void {}

  programs(): ProgramStats[] {
    return [];
  }

  drain(): void {
    const listener = this.#listener;
    if (listener === null) return;
    const alive = new Set<number>();
    const seen: [pid: number, before: ProcessStat | undefined, now: ProcessStat][] = [];
    for (const pid of this.#source.pids()) {
      const now = this.#source.stat(pid);
      if (now === null) continue;
      alive.add(pid);
      seen.push([pid, this.#known.get(pid), now]);
    }
    for (const [pid, { comm }] of this.#known) {
      if (alive.has(pid)) continue;
      this.#known.delete(pid);
      this.#report('exit', pid, 0, comm);
    }
    // Parents start before their children, so that a child of a new target inherits.
    seen.sort(([, , a], [, , b]) => a.startTime - b.startTime);
    for (const [pid, before, now] of seen) {
      this.#known.set(pid, now);
      if (before?.startTime === now.startTime) {
        if (before.comm !== now.comm) this.#report('exec', pid, 0, now.comm);
        continue;
      }
      if (before !== undefined) this.#report('exit', pid, 0, before.comm);
      this.#report('fork', pid, now.ppid, now.comm);
      this.#report('exec', pid, 0, now.comm);
    }
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.#listener = null;
    this.#known.clear();
  }

  #report(kind: 'fork' | 'exec' | 'exit', pid: number, parent: number, comm: string): void {
    this.#listener?.event({ kind, pid, parent, comm, target: -1, lineage: 0 });
  }
}
