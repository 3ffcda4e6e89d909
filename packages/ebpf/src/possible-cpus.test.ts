import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { countCpuList, possibleCpus } from './possible-cpus.js';

test.each([
  ['0', 1],
  ['0-1\n', 2],
  ['0-3,8,10-11\n', 7],
])('the list %j has %i CPUs', (list, count) => {
  expect(countCpuList(list)).toBe(count);
});

test('there are at least as many as may be used now', () => {
  expect(possibleCpus()).toBeGreaterThanOrEqual(availableParallelism());
});
