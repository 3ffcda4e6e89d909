import { SondeError } from '@sonde/core';

/** One thing that was tried. */
export interface CheckResult {
  /** What has to hold, as half a sentence: `is the same however it is split`. */
  check: string;
  /** Sample that it was tried with, or null where it concerns the plugin itself. */
  sample: string | null;
  passed: boolean;
  /** Runs that it took. */
  cases: number;
  /** Why it failed: the first case, with numbers to repeat it. Null if it passed. */
  problem: string | null;
}

/** What was proved of a plugin. */
export interface ConformanceReport {
  plugin: string;
  kind: 'parser' | 'probe' | 'exporter';
  apiVersion: number;
  /** True if every check passed. */
  conforms: boolean;
  checks: readonly CheckResult[];
}

/** Makes a report of results. */
export function createReport(
  kind: ConformanceReport['kind'],
  plugin: string,
  apiVersion: number,
  checks: readonly CheckResult[],
): ConformanceReport {
  return { plugin, kind, apiVersion, conforms: checks.length > 0 && checks.every(({ passed }) => passed), checks };
}

/** One line if all is well: `redis conforms to parser API v1: 57 checks, 9120 cases`; else one more for each failure. */
export function formatReport({ plugin, kind, apiVersion, conforms, checks }: ConformanceReport): string {
  const cases = checks.reduce((sum, check) => sum + check.cases, 0);
  if (conforms) return `${plugin} conforms to ${kind} API v${apiVersion}: ${checks.length} checks, ${cases} cases`;
  const failures = checks.filter(({ passed }) => !passed);
  return [
    `${plugin} does not conform to ${kind} API v${apiVersion}: ${failures.length} of ${checks.length} checks failed`,
    ...failures.map(({ check, sample, problem }) => `  ${check}${sample === null ? '' : ` (${sample})`}: ${problem}`),
  ].join('\n');
}

/**
 * Fails, with the whole report as message, unless the plugin conforms.
 *
 * @throws SondeError `NOT_CONFORMING`
 */
export function assertConforms(report: ConformanceReport): void {
  if (report.conforms) return;
  throw new SondeError('NOT_CONFORMING', formatReport(report), {
    hint: 'each line names a check and its first failing case; the checks are explained in the README of @sonde/testkit',
  });
}
