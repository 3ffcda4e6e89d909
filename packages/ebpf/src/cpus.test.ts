import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { onlineCpus, parseCpuList, possibleCpus } from './cpus.js';

test.each([
  ['0', [0]],
  ['0-1\n', [0, 1]],
  ['0-2,8,10-11\n', [0, 1, 2, 8, 10, 11]],
])('the list %j has the CPUs %j', (list, cpus) => {
  expect(parseCpuList(list)).toEqual(cpus);
});

test('there are at least as many as may be used now', () => {
  expect(onlineCpus().length).toBeGreaterThanOrEqual(availableParallelism());
  expect(possibleCpus()).toBeGreaterThanOrEqual(onlineCpus().length);
});
