import { beforeEach, describe, expect, it } from 'vitest';
import { type FakeProcess, FakeProcessSource } from '../identity/fake-process-source.js';
import { PollingTracker } from './polling-tracker.js';
import { Lineage, type ProcessEvent, type ProcessListener, type ProcessTracker } from './process-tracker.js';
import { TargetService } from './target-service.js';

const SELF = 100;

/** Stands in for the kernel: says what a test makes it say, and notes what it is told. */
class FakeKernel implements ProcessTracker {
  readonly method = 'kernel';
  readonly map = 'the map';
  readonly assigned = new Map<number, [target: number, lineage: number]>();
  listener!: ProcessListener;

  start(_targets: unknown, _exclude: unknown, listener: ProcessListener): void {
    this.listener = listener;
  }

  select(): void {}

  assign(pid: number, target: number, lineage: number): void {
    if (target === 0 && lineage === 0) this.assigned.delete(pid);
    else this.assigned.set(pid, [target, lineage]);
  }

  drain(): void {}

  programs(): [] {
    return [];
  }

  stop(): void {}

  say(event: Partial<ProcessEvent> & Pick<ProcessEvent, 'kind' | 'pid'>): void {
    this.listener.event({ parent: 0, comm: 'x', target: 0, lineage: 0, ...event });
  }
}

function tree(): Record<number, FakeProcess> {
  return {
    1: { comm: 'init', ppid: 0, startTime: 1 },
    [SELF]: { comm: 'node', startTime: 2 },
    10: { comm: 'nginx', startTime: 3, executable: '/usr/sbin/nginx' },
    11: { comm: 'nginx', ppid: 10, startTime: 4, executable: '/usr/sbin/nginx' },
    12: { comm: 'sh', ppid: 11, startTime: 5, executable: '/bin/sh', cgroups: ['/box'] },
    20: { comm: 'redis-server', startTime: 3 },
  };
}

describe('TargetService', () => {
  let source: FakeProcessSource;
  let kernel: FakeKernel;
  let changes: [number, boolean][];

  beforeEach(() => {
    source = new FakeProcessSource(tree());
    kernel = new FakeKernel();
    changes = [];
  });

  function follow(targets: string[], exclude: string[] = []): TargetService {
    const service = new TargetService({ source, tracker: kernel, targets, exclude, self: SELF });
    service.start();
    service.onChange((pid, target) => changes.push([pid, target]));
    return service;
  }

  it('observes everything but itself when nothing is asked for', () => {
    const service = follow([]);
    expect([service.all, service.has(1), service.has(999), service.has(SELF)]).toEqual([true, true, true, false]);
    expect([...service.pids()]).toEqual([]);
    expect(kernel.assigned).toEqual(new Map([[SELF, [2, Lineage.sole]]]));
    expect(service.map).toBe('the map');
  });

  it('observes everything but what is excluded', () => {
    const service = follow([], ['comm=nginx', 'port=22']);
    expect([service.all, service.has(10), service.has(20)]).toEqual([true, false, true]);
    expect(service.excludedPorts).toEqual([22]);
    expect(kernel.assigned.get(10)).toEqual([2, 0]);
  });

  it('takes a pid with its descendants, whatever they run', () => {
    const service = follow(['pid=10']);
    expect([...service.pids()].sort()).toEqual([10, 11, 12]);
    expect(kernel.assigned.get(12)).toEqual([1, Lineage.observed]);
  });

  it('takes processes of a name without what they started', () => {
    expect([...follow(['comm=nginx']).pids()].sort()).toEqual([10, 11]);
  });

  it('lets an exclusion win, and hands it on', () => {
    const service = follow(['pid=10'], ['pid=11']);
    expect([...service.pids()]).toEqual([10]);
    expect(kernel.assigned.get(12)).toEqual([2, Lineage.observed | Lineage.excluded]);
  });

  it('observes nobody by ports alone, which choose connections', () => {
    const service = follow(['port=80']);
    expect([service.all, [...service.pids()], service.ports]).toEqual([false, [], [80]]);
  });

  it('is never its own target, even if the selectors say so; what it starts is', () => {
    const service = follow([`pid=${SELF}`]);
    expect(service.has(SELF)).toBe(false);
    expect(kernel.assigned.get(SELF)).toEqual([2, Lineage.sole | Lineage.observed]);
    kernel.say({ kind: 'fork', pid: 30, parent: SELF, target: 1, lineage: Lineage.observed });
    expect(service.has(30)).toBe(true);
  });

  it('follows what the kernel says of forks, execs and exits', () => {
    const service = follow(['comm=nginx']);
    kernel.say({ kind: 'fork', pid: 13, parent: 10, comm: 'nginx', target: 1 });
    expect(service.has(13)).toBe(true);
    kernel.say({ kind: 'exec', pid: 13, comm: 'sh', target: 0 });
    expect(service.has(13)).toBe(false);
    kernel.say({ kind: 'exec', pid: 14, comm: 'nginx', target: 1 });
    kernel.say({ kind: 'exit', pid: 14, comm: 'nginx', target: 1 });
    expect(service.has(14)).toBe(false);
    expect(changes).toEqual([
      [13, true],
      [13, false],
      [14, true],
      [14, false],
    ]);
  });

  it('corrects the kernel where only user space can tell', () => {
    const service = follow(['cgroup=/box', 'comm=a*z']);
    source.processes.set(40, { comm: 'sh', cgroups: ['/box/inner'] });
    kernel.say({ kind: 'exec', pid: 40, comm: 'sh', target: 0 });
    kernel.say({ kind: 'exec', pid: 41, comm: 'abcz', target: 0 });
    expect([service.has(40), service.has(41)]).toEqual([true, true]);
    expect(kernel.assigned.get(40)).toEqual([1, Lineage.observed]);
    expect(kernel.assigned.get(41)).toEqual([1, 0]);
  });

  it('looks at /proc again when events were lost', () => {
    const service = follow(['comm=nginx']);
    source.processes.delete(11);
    source.processes.set(50, { comm: 'nginx', startTime: 9 });
    kernel.listener.overrun();
    expect([...service.pids()].sort()).toEqual([10, 50]);
    expect(kernel.assigned.has(11)).toBe(false);
    expect(changes).toEqual([
      [11, false],
      [50, true],
    ]);
  });

  it('changes its selectors while it runs, and says if that is more than a matter of pids', () => {
    const service = follow(['comm=nginx']);
    expect(service.retarget(['comm=redis-server'], [])).toBe(false);
    expect([...service.pids()]).toEqual([20]);
    expect(changes.sort()).toEqual([
      [10, false],
      [11, false],
      [20, true],
    ]);
    expect(service.retarget(['comm=redis-server', 'port=80'], [])).toBe(true);
    expect(service.retarget([], [])).toBe(true);
    expect(service.all).toBe(true);
  });

  it('forgets a tree when the selectors no longer name it', () => {
    const service = follow(['pid=10']);
    service.retarget(['comm=redis-server'], []);
    expect([...service.pids()]).toEqual([20]);
    expect(kernel.assigned).toEqual(
      new Map([
        [SELF, [2, Lineage.sole]],
        [20, [1, 0]],
      ]),
    );
  });

  it('refuses a wrong selector before anything changes', () => {
    const service = follow(['comm=nginx']);
    expect(() => service.retarget(['prot=80'], [])).toThrowError(/prot=80/);
    expect([...service.pids()].sort()).toEqual([10, 11]);
  });

  it('adds a tree', () => {
    const service = follow(['comm=redis-server']);
    service.addTree(11);
    expect([...service.pids()].sort()).toEqual([11, 12, 20]);
    service.retarget(['port=1'], []);
    expect([...service.pids()].sort()).toEqual([11, 12]);
  });
});

describe('TargetService by polling', () => {
  it('follows forks, execs and exits as it sees them in /proc', () => {
    const source = new FakeProcessSource(tree());
    const seen: string[] = [];
    const service = new TargetService({
      source,
      tracker: new PollingTracker(source),
      targets: ['pid=20', 'comm=nginx'],
      exclude: [],
      self: SELF,
      onProcess: ({ kind, pid }) => seen.push(`${kind} ${pid}`),
    });
    service.start();
    try {
      expect(service.map).toBeNull();
      // A child of a target, and its child; a pid that another process has now; a new name; an end.
      source.processes.set(31, { comm: 'sh', ppid: 30, startTime: 11 });
      source.processes.set(30, { comm: 'redis-server', ppid: 20, startTime: 10 });
      source.processes.set(11, { comm: 'other', startTime: 12 });
      source.processes.set(12, { comm: 'nginx', ppid: 11, startTime: 5 });
      source.processes.delete(10);
      service.drain();
      expect([...service.pids()].sort()).toEqual([12, 20, 30, 31]);
      expect(seen).toEqual([
        'exit 10',
        'exec 12',
        'fork 30',
        'exec 30',
        'fork 31',
        'exec 31',
        'exit 11',
        'fork 11',
        'exec 11',
      ]);
      source.processes.set(32, { comm: 'sh', ppid: SELF, startTime: 13 });
      service.drain();
      expect(service.has(32)).toBe(false);
    } finally {
      service.stop();
      service.stop();
    }
  });
});
