import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

let possible: number | undefined;

/** Number of CPUs that the kernel may ever have: per-CPU maps have a value for each, also for those that are offline. */
export function possibleCpus(): number {
  possible ??= readCpuList('possible').length;
  return possible;
}

/** Numbers of the CPUs that run now. */
export function onlineCpus(): number[] {
  return readCpuList('online');
}

function readCpuList(name: 'possible' | 'online'): number[] {
  try {
    return parseCpuList(readFileSync(`/sys/devices/system/cpu/${name}`, 'latin1'));
  } catch {
    return Array.from({ length: availableParallelism() }, (_, cpu) => cpu);
  }
}

/** CPUs in a list as the kernel writes it: `0-2,8` (`Documentation/admin-guide/cputopology.rst`). */
export function parseCpuList(list: string): number[] {
  const numbers: number[] = [];
  for (const part of list.trim().split(',')) {
    const [first = 0, last = first] = part.split('-').map(Number);
    for (let cpu = first; cpu <= last; cpu++) numbers.push(cpu);
  }
  return numbers;
}
