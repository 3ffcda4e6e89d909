import { expect, test } from 'vitest';
import { ProgramType, sectionFacts } from './sections.js';

test.each([
  ['tp_btf/sched_switch', 'trace', ProgramType.tracing, 23, 'sched_switch'],
  ['fentry.s/vfs_read', 'trace', ProgramType.tracing, 24, 'vfs_read'],
  ['?fexit/vfs_read', 'trace', ProgramType.tracing, 25, 'vfs_read'],
  ['raw_tracepoint/sys_enter', 'raw-tracepoint', ProgramType.rawTracepoint, undefined, 'sys_enter'],
  ['tracepoint/syscalls/sys_enter_read', 'tracepoint', ProgramType.tracepoint, undefined, 'syscalls/sys_enter_read'],
  ['uprobe.multi', 'uprobe-multi', ProgramType.kprobe, 48, ''],
  ['uprobe.multi.s//bin/bash:readline', 'uprobe-multi', ProgramType.kprobe, 48, '/bin/bash:readline'],
  ['uprobe.s', 'uprobe', ProgramType.kprobe, undefined, ''],
  ['tc', 'tc', ProgramType.tc, undefined, ''],
  ['tcx/egress', 'tcx', ProgramType.tc, 47, ''],
  ['cgroup_skb/ingress', 'cgroup', ProgramType.cgroupSkb, 0, ''],
  ['cgroup/connect6', 'cgroup', ProgramType.cgroupSockAddress, 11, ''],
  ['iter/task', 'iterator', ProgramType.tracing, 28, 'task'],
  ['xdp', 'xdp', ProgramType.xdp, 37, ''],
  ['perf_event', 'perf-event', ProgramType.perfEvent, 41, ''],
])('%s is %s', (section, kind, type, attachType, target) => {
  expect(sectionFacts(section)).toMatchObject({ kind, type, attachType, target });
});

test('return probes run when the function returns', () => {
  expect(
    ['uretprobe', 'kretprobe/x', 'fexit/x', 'uretprobe.multi'].map((section) => sectionFacts(section).onReturn),
  ).toEqual([true, true, true, true]);
  expect(sectionFacts('uprobe').onReturn).toBe(false);
});

test('a name that only begins like a known one is not known', () => {
  expect(sectionFacts('tcp_congestion')).toMatchObject({ kind: 'other', type: undefined });
  expect(sectionFacts('')).toMatchObject({ kind: 'other' });
});
