import type { ProcessSource, ProgramStats, Selector, TargetView } from '../contracts/index.js';
import { Lineage, type ProcessEvent, type ProcessTracker } from './process-tracker.js';
import { Selection } from './selection.js';

/** Most looks at `/proc` until two of them agree; each finds what was forked during the last one. */
const MAX_SCANS = 5;

const NOBODY = 0;
const TARGET = 1;
const EXCLUDED = 2;

/** What is kept of a process that is a target or excluded. */
interface Member {
  target: number;
  lineage: number;
}

const STRANGER: Member = Object.freeze({ target: NOBODY, lineage: 0 });

/** What a {@link TargetService} works with. */
export interface TargetServiceOptions {
  source: ProcessSource;
  tracker: ProcessTracker;
  targets: readonly (string | Selector)[];
  exclude: readonly (string | Selector)[];
  /** Pid of the agent, which is never a target. */
  self: number;
  /** Told of everything that happens to any process. */
  onProcess?(event: ProcessEvent): void;
}

/**
 * The processes to observe. The kernel decides first, at fork and exec; user space follows its events, adds what only it
 * can tell (containers, cgroups, patterns), and has the last word.
 */
export class TargetService implements TargetView {
  readonly #source: ProcessSource;
  readonly #tracker: ProcessTracker;
  readonly #self: number;
  readonly #onProcess: ((event: ProcessEvent) => void) | undefined;
  readonly #members = new Map<number, Member>();
  readonly #listeners = new Set<(pid: number, target: boolean) => void>();
  /** Pids that `addTree` named: they stay when the selectors change. */
  readonly #trees = new Set<number>();
  #targets: Selection;
  #exclude: Selection;

  /** @throws ConfigurationError `SELECTOR_INVALID` */
  constructor(options: TargetServiceOptions) {
    this.#source = options.source;
    this.#tracker = options.tracker;
    this.#self = options.self;
    this.#onProcess = options.onProcess;
    this.#targets = new Selection(options.targets);
    this.#exclude = new Selection(options.exclude);
  }

  get all(): boolean {
    return this.#targets.empty;
  }

  get ports(): readonly number[] {
    return this.#targets.ports;
  }

  get excludedPorts(): readonly number[] {
    return this.#exclude.ports;
  }

  get map(): unknown {
    return this.#tracker.map;
  }

  /** How processes are followed. */
  get method(): 'kernel' | 'polling' {
    return this.#tracker.method;
  }

  has(pid: number): boolean {
    const target = this.#members.get(pid)?.target ?? NOBODY;
    return this.all ? target !== EXCLUDED : target === TARGET;
  }

  *pids(): IterableIterator<number> {
    if (this.all) return;
    for (const [pid, { target }] of this.#members) {
      if (target === TARGET) yield pid;
    }
  }

  onChange(listener: (pid: number, target: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Begins to follow processes, and finds those that are targets already. */
  start(): void {
    this.#assign(this.#self, { target: EXCLUDED, lineage: Lineage.sole });
    this.#tracker.start(this.#targets, this.#exclude, {
      event: (event) => this.#follow(event),
      overrun: () => this.#scan(),
    });
    this.#scan();
    // What happened during the scan.
    this.#tracker.drain();
  }

  /**
   * Chooses by other selectors from now on.
   *
   * @returns whether `all`, `ports` or `excludedPorts` changed, which probes have built into their programs
   * @throws ConfigurationError `SELECTOR_INVALID`; nothing has changed then
   */
  retarget(targets: readonly (string | Selector)[], exclude: readonly (string | Selector)[]): boolean {
    const before = this.#scope();
    const [newTargets, newExclude] = [new Selection(targets), new Selection(exclude)];
    this.#tracker.drain();
    this.#targets = newTargets;
    this.#exclude = newExclude;
    this.#tracker.select(newTargets, newExclude);
    this.#scan({ afresh: true });
    return before !== this.#scope();
  }

  addTree(pid: number): void {
    this.#trees.add(pid);
    this.#scan();
  }

  /** Delivers what has happened by now. */
  drain(): void {
    this.#tracker.drain();
  }

  /** Cost of following processes in the kernel. */
  programs(): ProgramStats[] {
    return this.#tracker.programs();
  }

  /** Follows nobody any more; idempotent. */
  stop(): void {
    this.#tracker.stop();
    this.#listeners.clear();
    this.#members.clear();
  }

  #scope(): string {
    return JSON.stringify([this.all, this.ports, this.excludedPorts]);
  }

  /** Looks at all processes until nothing new is found. */
  #scan({ afresh = false } = {}): void {
    for (let pass = 0, changed = true; changed && pass < MAX_SCANS; pass++) {
      changed = false;
      const processes = this.#decideAll(afresh && pass === 0);
      for (const pid of [...this.#members.keys()]) {
        if (!processes.has(pid)) this.#forget(pid);
      }
      for (const [pid, member] of processes) changed = this.#assign(pid, member) || changed;
    }
  }

  /** What every process is now; parents come before their children. */
  #decideAll(afresh: boolean): Map<number, Member> {
    const decided = new Map<number, Member>();
    const alive = this.#source.pids().map((pid) => ({ pid, stat: this.#source.stat(pid) }));
    alive.sort((a, b) => (a.stat?.startTime ?? 0) - (b.stat?.startTime ?? 0) || a.pid - b.pid);
    for (const { pid, stat } of alive) {
      if (stat === null) continue;
      const inherited = decided.get(stat.ppid)?.lineage ?? 0;
      const own = afresh ? 0 : (this.#members.get(pid)?.lineage ?? 0);
      const member = this.#decide(pid, stat.comm, inherited | own);
      if (member !== STRANGER) decided.set(pid, member);
    }
    return decided;
  }

  /** What a process is by the selectors, and by what its ancestors handed on. Exclusion wins. */
  #decide(pid: number, comm: string, lineage: number): Member {
    if (pid === this.#self) {
      const tree = this.#trees.has(pid) || this.#targets.pids.has(pid);
      return { target: EXCLUDED, lineage: Lineage.sole | (tree ? Lineage.observed : 0) };
    }
    let bits = lineage & (Lineage.observed | Lineage.excluded);
    const excluded = this.#exclude.choose(pid, comm, this.#source);
    if (excluded === 'tree') bits |= Lineage.excluded;
    const chosen = this.#trees.has(pid) ? 'tree' : this.#targets.choose(pid, comm, this.#source);
    if (chosen === 'tree') bits |= Lineage.observed;
    if (excluded !== null || bits & Lineage.excluded) return { target: EXCLUDED, lineage: bits };
    if (chosen !== null || bits & Lineage.observed) return { target: TARGET, lineage: bits };
    return STRANGER;
  }

  #follow(event: ProcessEvent): void {
    const { pid, kind } = event;
    if (kind === 'exit') this.#forget(pid);
    else if (kind === 'fork') this.#inherit(event);
    else this.#reconsider(event);
    this.#onProcess?.(event);
  }

  #inherit({ pid, parent, target, lineage }: ProcessEvent): void {
    if (target >= 0) {
      // The kernel has handed the parent's values on already.
      this.#keep(pid, { target, lineage });
      return;
    }
    const from = this.#members.get(parent) ?? STRANGER;
    const bits = from.lineage & (Lineage.observed | Lineage.excluded);
    const own = from.lineage & Lineage.sole ? NOBODY : from.target;
    const inherited = bits & Lineage.excluded ? EXCLUDED : own || (bits & Lineage.observed ? TARGET : NOBODY);
    this.#assign(pid, inherited === NOBODY ? STRANGER : { target: inherited, lineage: bits });
  }

  #reconsider({ pid, comm, target, lineage }: ProcessEvent): void {
    if (target >= 0) this.#keep(pid, target === NOBODY ? STRANGER : { target, lineage });
    const known = this.#members.get(pid) ?? STRANGER;
    this.#assign(pid, this.#decide(pid, comm, known.lineage));
  }

  /** Keeps what user space decided, and tells the kernel. True if it was news. */
  #assign(pid: number, member: Member): boolean {
    const before = this.#members.get(pid) ?? STRANGER;
    if (before.target === member.target && before.lineage === member.lineage) return false;
    this.#tracker.assign(pid, member.target, member.lineage);
    this.#keep(pid, member);
    return true;
  }

  /** Keeps what the kernel knows already. */
  #keep(pid: number, member: Member): void {
    const was = this.has(pid);
    if (member.target === NOBODY) this.#members.delete(pid);
    else this.#members.set(pid, member);
    this.#announce(pid, was);
  }

  #forget(pid: number): void {
    this.#trees.delete(pid);
    if (!this.#members.has(pid)) return;
    const was = this.has(pid);
    this.#members.delete(pid);
    this.#tracker.assign(pid, NOBODY, 0);
    if (was && !this.all) for (const listener of this.#listeners) listener(pid, false);
  }

  #announce(pid: number, was: boolean): void {
    const is = this.has(pid);
    if (is !== was) for (const listener of this.#listeners) listener(pid, is);
  }
}
