import type { Exporter } from '@sonde/core';
import {
  declaration,
  type ExporterBench,
  type ExporterCheck,
  leavesNothing,
  misspelt,
  stopsTwice,
  takesAll,
} from './exporter/delivery.js';
import { outlasts, slowReaders } from './exporter/pressure.js';
import { type CheckResult, type ConformanceReport, createReport } from './report.js';

/** What {@link exporterConformance} works with. */
export interface ExporterConformanceOptions {
  /** Options that the exporter is started with: `{ port: 0 }`. @default none */
  options?: Record<string, unknown>;
  /**
   * For an exporter that sends: its options for a receiver at `endpoint` (`http://127.0.0.1:PORT`). The suite plays
   * receivers that are silent, hang up, or are gone. @default it sends nowhere
   */
  sendTo?(endpoint: string): Record<string, unknown>;
  /** More exchanges than the exporter keeps with these options. @default 20000 */
  exchanges?: number;
}

type ExporterFactory = (options?: never) => Exporter;

const ALWAYS: readonly [string, ExporterCheck][] = [
  ['declares what the contract asks for', declaration],
  ['refuses an unknown option and names the nearest', misspelt],
  ['takes exchanges, events and metrics, and changes none of them', takesAll],
  ['flushes and stops twice as well as once, and starts anew', stopsTwice],
  ['is not held up by readers that read nothing', slowReaders],
  ['leaves no socket open', leavesNothing],
];
const SENDING: readonly [string, ExporterCheck][] = [
  ['neither waits nor grows while its receiver is silent', outlasts('is silent')],
  ['neither waits nor grows while its receiver hangs up', outlasts('hangs up')],
  ['neither waits nor grows while its receiver is gone', outlasts('is gone')],
];

/**
 * Tries an exporter on its own, as core would drive it: with exchanges of every kind, and with receivers and readers that
 * fail it. Needs no kernel, no agent and no test runner; takes seconds. Nothing is thrown: see {@link assertConforms}.
 */
export async function exporterConformance(
  createExporter: ExporterFactory,
  given: ExporterConformanceOptions = {},
): Promise<ConformanceReport> {
  const make = createExporter as (options?: unknown) => Exporter;
  const { options, sendTo, exchanges = 20_000 } = given;
  const bench: ExporterBench = {
    create: (more) => make({ ...options, ...more }),
    sendingTo: sendTo === undefined ? null : (endpoint) => make({ ...options, ...sendTo(endpoint) }),
    exchanges,
  };
  const { definition } = bench.create();
  const results: CheckResult[] = [];
  for (const [check, run] of sendTo === undefined ? ALWAYS : [...ALWAYS, ...SENDING]) {
    let problem: string | null;
    try {
      problem = await run(bench);
    } catch (error) {
      problem = `threw ${String(error)}`;
    }
    results.push({ check, sample: null, passed: problem === null, cases: 1, problem });
  }
  return createReport('exporter', definition.name, definition.apiVersion, results);
}
