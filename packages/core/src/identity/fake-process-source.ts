import type { ProcessSource, ProcessStat } from '../contracts/index.js';

/** A made-up process. */
export interface FakeProcess {
  comm: string;
  ppid?: number;
  startTime?: number;
  executable?: string;
  commandLine?: string[];
  environment?: Record<string, string>;
  cgroups?: string[];
}

/** Processes made up for a test. */
export class FakeProcessSource implements ProcessSource {
  readonly processes = new Map<number, FakeProcess>();
  /** Reads of `stat` so far. */
  reads = 0;

  constructor(processes: Record<number, FakeProcess> = {}) {
    for (const [pid, process] of Object.entries(processes)) this.processes.set(Number(pid), process);
  }

  pids(): number[] {
    return [...this.processes.keys()];
  }

  stat(pid: number): ProcessStat | null {
    this.reads++;
    const process = this.processes.get(pid);
    return process ? { comm: process.comm, ppid: process.ppid ?? 1, startTime: process.startTime ?? 1 } : null;
  }

  executable(pid: number): string | null {
    return this.processes.get(pid)?.executable ?? null;
  }

  commandLine(pid: number): string[] {
    return this.processes.get(pid)?.commandLine ?? [];
  }

  environment(pid: number): Record<string, string> {
    return this.processes.get(pid)?.environment ?? {};
  }

  cgroups(pid: number): string[] {
    return this.processes.get(pid)?.cgroups ?? [];
  }
}
