import { existsSync, readFileSync } from 'node:fs';
import { hasBpfPrivileges, hasKernelBtf, privilegesHint } from '../backends/libbpf/kernel-error.js';
import { MapType } from '../map-type.js';
import type { ProbedFeature } from './feature.js';
import { outcomeOf } from './outcome.js';
import { ownEntryPoint, tryAttach, tryHelper, tryMap, tryProgram } from './trial.js';

/** Helper numbers (`enum bpf_func_id`). */
const Helper = { skStorageGet: 107, taskStorageGet: 156, taskPtRegs: 175, loop: 181 } as const;
const loopbackIfindex = 1;
const newerKernel = 'use a newer kernel';

/** A tracepoint that rarely fires, for programs that are attached for a moment. */
const quietTracepoint = 'sched_wait_task';

/** All features but the `tp_btf:EVENT` ones, in the order in which `sonde doctor` lists them. */
export const features: readonly ProbedFeature[] = [
  {
    name: 'libbpf',
    summary: 'the library that loads programs',
    hint: `install @sonde/libbpf-linux-${process.arch} or the system's libbpf 1.x (Debian: libbpf1)`,
    probe(backend) {
      // Anything that goes wrong here is the answer and not a reason to doubt it.
      return outcomeOf(backend) === 'yes' ? 'yes' : 'no';
    },
  },
  {
    name: 'privileges',
    summary: 'permission to load tracing programs',
    hint: privilegesHint,
    probe(backend) {
      if (!hasBpfPrivileges()) return 'no';
      // A container's seccomp profile may forbid bpf(2) in spite of the capabilities.
      return tryMap(backend(), MapType.array, 4, 4, 1) === 'yes' ? 'yes' : 'no';
    },
  },
  {
    name: 'btf',
    summary: 'type information of the kernel',
    since: '5.2',
    hint: 'use a kernel built with CONFIG_DEBUG_INFO_BTF=y (all current distributions)',
    probe: () => (hasKernelBtf() ? 'yes' : 'no'),
  },
  {
    name: 'ringbuf',
    summary: 'ring buffers',
    since: '5.8',
    hint: newerKernel,
    probe: (backend) => tryMap(backend(), MapType.ringBuffer, 0, 0, 1 << 16),
  },
  {
    name: 'tp_btf',
    summary: 'tracepoints with typed arguments',
    since: '5.5',
    hint: 'use a kernel with CONFIG_DEBUG_INFO_BTF=y',
    probe: (backend) => tryAttach(backend(), `tp_btf/${quietTracepoint}`),
  },
  {
    name: 'raw_tracepoint',
    summary: 'tracepoints with raw arguments',
    since: '4.17',
    hint: newerKernel,
    probe: (backend) => tryAttach(backend(), `raw_tp/${quietTracepoint}`),
  },
  {
    name: 'tracepoint',
    summary: 'tracepoints by their format in tracefs',
    since: '4.7',
    hint: 'mount tracefs at /sys/kernel/tracing',
    probe: (backend) => tryAttach(backend(), `tracepoint/sched/${quietTracepoint}`),
  },
  {
    name: 'kprobe',
    summary: 'probes on kernel functions',
    since: '4.17',
    hint: 'use a kernel with CONFIG_KPROBE_EVENTS=y; tracepoints serve where they exist',
    probe: (backend) => tryAttach(backend(), 'kprobe/vfs_read'),
  },
  {
    name: 'fentry',
    summary: 'cheap probes on kernel functions, by trampolines',
    since: '5.5 (arm64: 6.4)',
    hint: 'use a kernel with CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS=y; tracepoints serve where they exist',
    probe: (backend) => tryAttach(backend(), 'fentry/vfs_read'),
  },
  {
    name: 'uprobe',
    summary: 'probes on user code',
    since: '4.17',
    hint: 'use a kernel with CONFIG_UPROBE_EVENTS=y',
    probe: (backend) => tryProgram(backend(), 'uprobe', (program) => program.attachUprobe(ownEntryPoint())),
  },
  {
    name: 'uprobe_multi',
    summary: 'many probes on user code by one link',
    since: '6.6',
    hint: 'single uprobes are used instead: the same result, slower to attach',
    probe(backend) {
      const { path, offset, pid } = ownEntryPoint();
      return tryProgram(backend(), 'uprobe.multi', (program) =>
        program.attachUprobeMulti({ path, offsets: [offset], pid }),
      );
    },
  },
  {
    name: 'perf_event',
    summary: 'programs on samples of a clock',
    since: '4.9',
    hint: 'check sysctl kernel.perf_event_paranoid, and CAP_PERFMON',
    probe: (backend) => tryProgram(backend(), 'perf_event', (program) => program.attachPerfEvent({ period: 1e12 })),
  },
  {
    name: 'tc',
    summary: 'programs on packets of a device',
    since: '4.5',
    hint: 'use a kernel with CONFIG_NET_CLS_BPF and CONFIG_NET_SCH_INGRESS, and CAP_NET_ADMIN',
    probe: (backend) => tryProgram(backend(), 'tc'),
  },
  {
    name: 'tcx',
    summary: 'programs on packets of a device, by link',
    since: '6.6',
    hint: 'clsact filters are used instead',
    probe(backend) {
      const leaveToOthers = -1;
      const target = { ifindex: loopbackIfindex, direction: 'ingress' } as const;
      return tryProgram(backend(), 'tcx/ingress', (program) => program.attachTcx(target), leaveToOthers);
    },
  },
  {
    name: 'xdp',
    summary: 'programs on packets before the network stack',
    since: '4.8 (links: 5.9)',
    hint: 'needs CAP_NET_ADMIN',
    probe: (backend) => tryProgram(backend(), 'xdp', undefined, 2),
  },
  {
    name: 'sockops',
    summary: 'programs on TCP events of a cgroup',
    since: '4.13',
    hint: 'use a kernel with CONFIG_CGROUP_BPF=y',
    probe: (backend) => tryProgram(backend(), 'sockops', undefined, 1),
  },
  {
    name: 'cgroup_sock_addr',
    summary: 'programs on addresses that sockets of a cgroup use',
    since: '4.17 (recvmsg: 5.2)',
    hint: 'grant CAP_NET_ADMIN, which programs of cgroups need besides CAP_BPF; the kernel needs CONFIG_CGROUP_BPF=y',
    probe: (backend) => tryProgram(backend(), 'cgroup/recvmsg4', undefined, 1),
  },
  {
    name: 'cgroup2',
    summary: 'the unified cgroup hierarchy is mounted',
    hint: 'mount -t cgroup2 none /sys/fs/cgroup/unified, or boot with systemd.unified_cgroup_hierarchy=1',
    probe: () => (cgroup2Path() === null ? 'no' : 'yes'),
  },
  {
    name: 'sk_storage',
    summary: 'memory that belongs to a socket, in tracing programs',
    since: '5.11',
    hint: newerKernel,
    probe: (backend) => tryHelper(backend(), `tp_btf/${quietTracepoint}`, Helper.skStorageGet),
  },
  {
    name: 'task_storage',
    summary: 'memory that belongs to a task',
    since: '5.11',
    hint: newerKernel,
    probe: (backend) => tryHelper(backend(), `tp_btf/${quietTracepoint}`, Helper.taskStorageGet),
  },
  {
    name: 'task_pt_regs',
    summary: 'registers of a task at its system call',
    since: '5.15',
    hint: newerKernel,
    probe: (backend) => tryHelper(backend(), `tp_btf/${quietTracepoint}`, Helper.taskPtRegs),
  },
  {
    name: 'bpf_loop',
    summary: 'loops without a bound that the verifier has to see',
    since: '5.17',
    hint: newerKernel,
    probe: (backend) => tryHelper(backend(), `raw_tp/${quietTracepoint}`, Helper.loop),
  },
  {
    name: 'bpf_stats',
    summary: 'run count and time of programs',
    since: '5.8',
    hint: 'set sysctl kernel.bpf_stats_enabled=1',
    probe: (backend) => outcomeOf(() => backend().enableStats().close()),
  },
];

/** `tp_btf:EVENT`: a tracepoint that not every kernel has, with typed arguments. */
export function tracepointFeature(event: string): ProbedFeature {
  return {
    name: `tp_btf:${event}`,
    summary: `tracepoint ${event} with typed arguments`,
    since: tracepointVersions[event],
    hint: event.startsWith('sock_')
      ? 'system call hooks are used instead'
      : 'use a newer kernel, or one with this tracepoint',
    probe: (backend) => tryAttach(backend(), `tp_btf/${event}`),
  };
}

/** Tracepoints that {@link listFeatures} lists, with the first kernel that has them. */
export const tracepointVersions: Readonly<Record<string, string>> = {
  sock_send_length: '6.3',
  sock_recv_length: '6.3',
  inet_sock_set_state: '4.16',
};

/** Where cgroup2 is mounted, or null. */
export function cgroup2Path(mounts = readMounts()): string | null {
  return /^\S+ (\S+) cgroup2 /m.exec(mounts)?.[1] ?? null;
}

function readMounts(): string {
  const path = '/proc/self/mounts';
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
