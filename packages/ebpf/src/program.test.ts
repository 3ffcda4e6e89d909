import { describe, expect, test } from 'vitest';
import { FakeBackend } from '../test/support/fake-backend.js';
import type { AttachPoint } from './backend.js';
import { enableStats } from './enable-stats.js';
import { EbpfError } from './errors.js';
import { BpfProgram } from './program.js';

function program(section: string) {
  const backend = new FakeBackend();
  const native = { name: 'mine', section, fd: 4, close: () => backend.log.push('close mine') };
  return { backend, program: new BpfProgram(backend, native) };
}

describe('attaching', () => {
  test.each<[string, AttachPoint]>([
    ['tp_btf/sched_switch', { kind: 'trace' }],
    ['fexit/tcp_sendmsg', { kind: 'trace' }],
    ['raw_tp/sys_enter', { kind: 'raw-tracepoint', event: 'sys_enter' }],
    ['tracepoint/sched/sched_switch', { kind: 'tracepoint', category: 'sched', event: 'sched_switch' }],
    ['tp/sched/sched_switch', { kind: 'tracepoint', category: 'sched', event: 'sched_switch' }],
    ['kretprobe/vfs_read', { kind: 'kprobe', function: 'vfs_read', offset: 0, retprobe: true }],
    ['kprobe/vfs_read+0x10', { kind: 'kprobe', function: 'vfs_read', offset: 16, retprobe: false }],
  ])('by section %s', (section, point) => {
    const { backend, program: mine } = program(section);
    mine.attach();
    expect(backend.points).toEqual([point]);
  });

  test.each([
    ['uprobe', 'attachUprobe'],
    ['tc', 'attachTc'],
    ['tcx/ingress', 'attachTcx'],
    ['xdp', 'attachXdp'],
    ['sockops', 'attachCgroup'],
    ['usdt', 'attachUsdt'],
    ['uprobe.multi', 'attachUprobeMulti'],
    ['perf_event', 'attachPerfEvent'],
    ['tracepoint/sched', 'attachTracepoint'],
    ['iter/task', 'attachIter'],
  ])('by section %s needs a place: %s', (section, method) => {
    const { program: mine } = program(section);
    expect(() => mine.attach()).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', hint: expect.stringContaining(`program.${method}(`) }),
    );
    expect(method in mine).toBe(true);
  });

  test('to packets, cgroups and iterators passes on where', () => {
    const { backend, program: mine } = program('sockops');
    mine.attachTc({ ifindex: 3, direction: 'egress', priority: 7 });
    mine.attachTcx({ ifindex: 3, direction: 'ingress' });
    mine.attachXdp({ ifindex: 4, mode: 'generic' });
    mine.attachCgroup('/sys/fs/cgroup/unified');
    mine.attachTracepoint({ category: 'sock', event: 'inet_sock_set_state' });
    expect(backend.points).toEqual([
      { kind: 'tc', ifindex: 3, direction: 'egress', handle: 0, priority: 7 },
      { kind: 'tcx', ifindex: 3, direction: 'ingress' },
      { kind: 'xdp', ifindex: 4, mode: 'generic' },
      { kind: 'cgroup', path: '/sys/fs/cgroup/unified', attachType: 3 },
      { kind: 'tracepoint', category: 'sock', event: 'inet_sock_set_state', cookie: undefined },
    ]);
  });

  test('that fails leaves no link behind', () => {
    const { backend, program: mine } = program('tp_btf/x');
    backend.failure = new EbpfError('ATTACH_FAILED', 'no');
    expect(() => mine.attach()).toThrow('no');
    mine.close();
    expect(backend.log).toEqual(['close mine']);
  });

  test('an iterator runs when its link is read', () => {
    const { backend, program: mine } = program('iter/task');
    const link = mine.attachIter({ pid: 12 });
    expect(link.read()).toBe('iterated');
    link.close();
    expect(() => link.read()).toThrow(expect.objectContaining({ code: 'CLOSED' }));
    expect(backend.log).toEqual(['attach mine', 'detach mine']);
    expect(backend.points).toEqual([{ kind: 'iterator', map: undefined, pid: 12 }]);
  });
});

test('a closed program can do nothing more', () => {
  const { program: mine } = program('tp_btf/x');
  const link = mine.attach();
  mine.close();
  expect(link.attached).toBe(false);
  expect(() => link.native).toThrow(expect.objectContaining({ code: 'CLOSED' }));
  for (const attempt of [() => mine.attach(), () => mine.testRun(), () => mine.stats(), () => mine.id, () => mine.fd]) {
    expect(attempt).toThrow(expect.objectContaining({ code: 'CLOSED' }));
  }
});

test('a test run passes on its input, and statistics what the kernel counted', () => {
  const { program: mine } = program('tc');
  expect(mine.testRun({ data: Uint8Array.of(1), repeat: 5 })).toMatchObject({ returnValue: 5, data: Uint8Array.of(1) });
  expect(mine.stats()).toEqual({ runs: 4, timeNs: 5 });
  expect([mine.id, mine.fd]).toEqual([3, 4]);
});

test('statistics end with their handle', () => {
  const backend = new FakeBackend();
  {
    using _statistics = enableStats(backend);
    expect(backend.log).toEqual([]);
  }
  expect(backend.log).toEqual(['close stats']);
});
