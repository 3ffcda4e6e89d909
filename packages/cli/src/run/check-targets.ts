import { readFileSync } from 'node:fs';
import {
  ConfigurationError,
  formatSelector,
  type ProcessSource,
  ProcFileSystem,
  Selection,
  type Selector,
} from '@sonde/core';

type Selectors = readonly (string | Selector)[];

/**
 * Refuses selectors of processes that don't exist: nothing would ever be seen, and nothing would say so.
 *
 * @throws ConfigurationError `TARGET_GONE`; `SELECTOR_INVALID`
 */
export function checkPids(targets: Selectors): void {
  for (const pid of new Selection(targets).pids) {
    const group = threadGroupOf(pid);
    if (group === pid) continue;
    throw new ConfigurationError(
      'TARGET_GONE',
      `pid=${pid} is no process${group === null ? '' : `, but a thread of ${group}`}`,
      {
        hint:
          group === null
            ? 'it has ended, or the number is of another pid namespace: pids are those of the namespace that sonde runs in'
            : `choose the process: --target pid=${group}`,
      },
    );
  }
}

/** Selectors that no process matches at the moment; one may come, so that this deserves a warning at most. */
export function unmatchedSelectors(
  targets: Selectors,
  source: ProcessSource = new ProcFileSystem(),
  self = process.pid,
): string[] {
  const wanted = new Selection(targets).selectors.filter(({ key }) => key !== 'port');
  const unmatched = new Map(wanted.map((selector) => [formatSelector(selector), new Selection([selector])]));
  for (const pid of source.pids()) {
    if (unmatched.size === 0) break;
    const stat = pid === self ? null : source.stat(pid);
    if (stat === null) continue;
    for (const [text, selection] of unmatched) {
      if (selection.choose(pid, stat.comm, source) !== null) unmatched.delete(text);
    }
  }
  return [...unmatched.keys()];
}

/** The process that a thread belongs to (itself, for a process's first one); null if there is none of this number. */
function threadGroupOf(pid: number): number | null {
  try {
    return Number(/^Tgid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return null;
  }
}
