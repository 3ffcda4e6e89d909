import type { Logger, ProgramStats } from '../contracts/index.js';
import { toError } from '../runtime/deadline.js';
import type { ProcessListener, ProcessTracker } from './process-tracker.js';
import type { Selection } from './selection.js';

/** Follows processes by the first tracker, or, where that can't start, by the second. */
export class FallbackTracker implements ProcessTracker {
  readonly #second: ProcessTracker;
  readonly #logger: Logger;
  #used: ProcessTracker;

  constructor(first: ProcessTracker, second: ProcessTracker, logger: Logger) {
    this.#used = first;
    this.#second = second;
    this.#logger = logger;
  }

  get method(): 'kernel' | 'polling' {
    return this.#used.method;
  }

  get map(): unknown {
    return this.#used.map;
  }

  start(targets: Selection, exclude: Selection, listener: ProcessListener): void {
    try {
      this.#used.start(targets, exclude, listener);
    } catch (error) {
      this.#logger.warn(`processes are followed by looking at /proc once a second: ${toError(error).message}`, {
        error,
      });
      this.#used = this.#second;
      this.#used.start(targets, exclude, listener);
    }
  }

  select(targets: Selection, exclude: Selection): void {
    this.#used.select(targets, exclude);
  }

  assign(pid: number, target: number, lineage: number): void {
    this.#used.assign(pid, target, lineage);
  }

  drain(): void {
    this.#used.drain();
  }

  programs(): ProgramStats[] {
    return this.#used.programs();
  }

  stop(): void {
    this.#used.stop();
  }
}
