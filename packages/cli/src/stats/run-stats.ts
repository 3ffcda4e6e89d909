import type { ProgramStats } from '@sonde/core';

/** What `--stats FILE` holds: one JSON object, a contract that others script against. */
export interface RunStats {
  /** Kernel events, or what stands for them: packets of a capture, entries of a recording. */
  events: number;
  /** What is missing, by reason. */
  lost: Record<string, number>;
  /** Exchanges by protocol. */
  exchanges: Record<string, number>;
  /** Requests and responses without their other half. */
  unmatched: number;
  /** The same by reason. */
  unmatchedReasons: Record<string, number>;
  /** Bytes that a parser refused. */
  parseErrors: number;
  /** CPU time of this process, user and system. */
  cpuSeconds: number;
  peakRssBytes: number;
  /** Cost of each BPF program; empty where there was none. */
  programs: ProgramStats[];
  [more: string]: unknown;
}

/** CPU time of this process so far, in seconds. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Most memory that this process ever had in use. */
export function peakRssBytes(): number {
  return process.resourceUsage().maxRSS * 1024;
}

/** Adds counts by name to others. */
export function addCounts(into: Record<string, number>, from: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(from)) into[name] = (into[name] ?? 0) + count;
}

/** Sum of counts by name. */
export function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
