import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';

const path = '/sys/devices/system/cpu/possible';
let known: number | undefined;

/** Number of CPUs that the kernel may ever have: per-CPU maps have a value for each, also for those that are offline. */
export function possibleCpus(): number {
  known ??= countPossible();
  return known;
}

function countPossible(): number {
  try {
    return countCpuList(readFileSync(path, 'latin1'));
  } catch {
    return cpus().length;
  }
}

/** CPUs in a list as the kernel writes it: `0-3,8,10-11` are 7 (`Documentation/admin-guide/cputopology.rst`). */
export function countCpuList(list: string): number {
  let count = 0;
  for (const part of list.trim().split(',')) {
    const [first, last = first] = part.split('-').map(Number);
    count += last! - first! + 1;
  }
  return count;
}
