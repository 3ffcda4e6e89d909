import { readdirSync } from 'node:fs';
import type { ProcessSource } from '@sonde/core';
import { describe, expect, it } from 'vitest';
import { checkPids, unmatchedSelectors } from './check-targets.js';

describe('a selector of a pid', () => {
  it('is fine while the process lives', () => {
    expect(() => checkPids([`pid=${process.pid}`, 'comm=anything', { key: 'pid', value: '1' }])).not.toThrow();
  });

  it('is refused when there is no such process', () => {
    // Beyond what the kernel hands out by default.
    const gone = expect.objectContaining({ code: 'TARGET_GONE', message: 'pid=4194304 is no process' });
    expect(() => checkPids(['comm=anything', 'pid=4194304'])).toThrow(gone);
  });

  it('is refused for a thread, and names its process', () => {
    const thread = readdirSync('/proc/self/task')
      .map(Number)
      .find((tid) => tid !== process.pid)!;
    expect(() => checkPids([`pid=${thread}`])).toThrow(
      expect.objectContaining({
        message: `pid=${thread} is no process, but a thread of ${process.pid}`,
        hint: `choose the process: --target pid=${process.pid}`,
      }),
    );
  });
});

describe('selectors that nothing matches yet', () => {
  const names: Record<number, string> = { 7: 'sonde', 8: 'nginx', 9: 'redis-server' };
  const source: ProcessSource = {
    pids: () => Object.keys(names).map(Number),
    stat: (pid) => ({ comm: names[pid]!, ppid: 1, startTime: 0 }),
    executable: (pid) => `/usr/sbin/${names[pid]}`,
    cgroups: (pid) => [pid === 8 ? '/web' : '/'],
    commandLine: () => [],
    environment: () => ({}),
  };

  it.each([
    [[], []],
    [['comm=nginx', 'exe=/usr/sbin/nginx', 'cgroup=/web', 'comm=redis-*', 'pid=8'], []],
    [
      ['comm=nginx', 'comm=nosuch', 'exe=nosuch'],
      ['comm=nosuch', 'exe=nosuch'],
    ],
    [
      ['cgroup=/db', 'container=abcdef'],
      ['cgroup=/db', 'container=abcdef'],
    ],
    [['port=80'], []],
  ])('of %j are %j', (targets, unmatched) => {
    expect(unmatchedSelectors(targets, source, 7)).toEqual(unmatched);
  });

  it('are not matched by Sonde itself, which is never observed', () => {
    expect(unmatchedSelectors(['comm=sonde'], source, 7)).toEqual(['comm=sonde']);
  });
});
