import type { ProgramStats } from '../contracts/index.js';
import type { Selection } from './selection.js';

/** What happened to a process. */
export interface ProcessEvent {
  kind: 'fork' | 'exec' | 'rename' | 'exit';
  pid: number;
  /** Of a fork: the process that forked. Else 0. */
  parent: number;
  /** Name after the event. */
  comm: string;
  /** What the kernel decided: 0 no target, 1 target, 2 excluded; -1 where no kernel decides. */
  target: number;
  /** {@link Lineage} bits that the kernel keeps of the process; 0 where no kernel does. */
  lineage: number;
}

/** What a process hands on to its descendants, whatever they execute: bits of bpf/process/process.h. */
export const Lineage = {
  observed: 1,
  excluded: 2,
  /** The process's own value is its own only. */
  sole: 4,
} as const;

/** What a tracker tells. */
export interface ProcessListener {
  event(event: ProcessEvent): void;
  /** Events were lost: what is known of processes has to be checked against `/proc`. */
  overrun(): void;
}

/** Learns of forks, execs and exits: from the kernel as they happen, or by looking at `/proc` now and then. */
export interface ProcessTracker {
  /** `kernel` or `polling`. */
  readonly method: 'kernel' | 'polling';
  /** Map that the kernel side of probes shares, or null. */
  readonly map: unknown;
  start(targets: Selection, exclude: Selection, listener: ProcessListener): void;
  /** Decides new processes by other selectors from now on. */
  select(targets: Selection, exclude: Selection): void;
  /** Tells the kernel what user space has decided: `target` and {@link Lineage} bits of a process; zeros forget it. */
  assign(pid: number, target: number, lineage: number): void;
  /** Delivers what has happened by now. */
  drain(): void;
  /** Cost of its own programs in the kernel. */
  programs(): ProgramStats[];
  /** Idempotent. */
  stop(): void;
}
