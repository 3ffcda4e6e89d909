import { expect, it } from 'vitest';
import { FakeProcessSource } from '../identity/fake-process-source.js';
import { collectingLogger } from '../runtime/loggers.js';
import { FallbackTracker } from './fallback-tracker.js';
import { PollingTracker } from './polling-tracker.js';
import type { ProcessTracker } from './process-tracker.js';
import { Selection } from './selection.js';

const none = new Selection([]);
const listener = { event() {}, overrun() {} };

it('uses the first tracker where it starts', () => {
  const calls: string[] = [];
  const note = (name: string) => () => void calls.push(name);
  const first = {
    method: 'kernel',
    map: 'map',
    start: note('start'),
    select: note('select'),
    assign: note('assign'),
    drain: note('drain'),
    programs: () => [{ name: 'p', runs: 1, timeNs: 2 }],
    stop: note('stop'),
  } as ProcessTracker;
  const logger = collectingLogger();
  const tracker = new FallbackTracker(first, new PollingTracker(new FakeProcessSource()), logger);
  tracker.start(none, none, listener);
  tracker.select(none, none);
  tracker.assign(1, 1, 0);
  tracker.drain();
  tracker.stop();
  expect([tracker.method, tracker.map, tracker.programs()[0]!.name]).toEqual(['kernel', 'map', 'p']);
  expect(calls).toEqual(['start', 'select', 'assign', 'drain', 'stop']);
  expect(logger.lines).toEqual([]);
});

it('goes over to the second, and says why', () => {
  const first = {
    method: 'kernel',
    start() {
      throw new Error('Operation not permitted');
    },
  } as unknown as ProcessTracker;
  const logger = collectingLogger();
  const tracker = new FallbackTracker(first, new PollingTracker(new FakeProcessSource()), logger);
  tracker.start(none, none, listener);
  expect([tracker.method, tracker.map, tracker.programs()]).toEqual(['polling', null, []]);
  expect(logger.lines[0]).toMatchObject({ level: 'warn', message: expect.stringContaining('Operation not permitted') });
  tracker.stop();
});
