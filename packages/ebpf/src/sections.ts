/** `enum bpf_prog_type`, as far as sections of this package's table have it. */
export const ProgramType = {
  socketFilter: 1,
  kprobe: 2,
  tc: 3,
  tracepoint: 5,
  xdp: 6,
  perfEvent: 7,
  cgroupSkb: 8,
  cgroupSock: 9,
  sockops: 13,
  skSkb: 14,
  cgroupDevice: 15,
  skMsg: 16,
  rawTracepoint: 17,
  cgroupSockAddress: 18,
  rawTracepointWritable: 24,
  flowDissector: 22,
  cgroupSysctl: 23,
  cgroupSockopt: 25,
  tracing: 26,
  structOps: 27,
  extension: 28,
  lsm: 29,
  skLookup: 30,
  syscall: 31,
} as const;

/** How the programs of a section are attached. */
export type SectionKind =
  | 'trace'
  | 'tracepoint'
  | 'raw-tracepoint'
  | 'kprobe'
  | 'uprobe'
  | 'uprobe-multi'
  | 'usdt'
  | 'perf-event'
  | 'tc'
  | 'tcx'
  | 'xdp'
  | 'cgroup'
  | 'iterator'
  | 'other';

/** What the name of a section says about the programs in it. */
export interface SectionFacts {
  readonly kind: SectionKind;
  /** `enum bpf_prog_type`; undefined where only libbpf may decide. */
  readonly type: number | undefined;
  /** `enum bpf_attach_type`. */
  readonly attachType: number | undefined;
  /** What follows the first slash, e.g. `sched/sched_switch`. */
  readonly target: string;
  /** The program runs when the function returns. */
  readonly onReturn: boolean;
}

type Row = readonly [prefix: string, kind: SectionKind, type?: number, attachType?: number, onReturn?: boolean];

const P = ProgramType;

/**
 * Section names of libbpf (`section_defs` in `tools/lib/bpf/libbpf.c`) that observability programs use, with what they
 * mean: independent of which libbpf is at hand.
 */
const rows: readonly Row[] = [
  ['tp_btf', 'trace', P.tracing, 23],
  ['fentry', 'trace', P.tracing, 24],
  ['fexit', 'trace', P.tracing, 25, true],
  ['fmod_ret', 'trace', P.tracing, 26],
  ['lsm', 'trace', P.lsm, 27],
  ['iter', 'iterator', P.tracing, 28],
  ['tracepoint', 'tracepoint', P.tracepoint],
  ['tp', 'tracepoint', P.tracepoint],
  ['raw_tracepoint', 'raw-tracepoint', P.rawTracepoint],
  ['raw_tp', 'raw-tracepoint', P.rawTracepoint],
  ['kprobe', 'kprobe', P.kprobe],
  ['kretprobe', 'kprobe', P.kprobe, undefined, true],
  ['uprobe', 'uprobe', P.kprobe],
  ['uretprobe', 'uprobe', P.kprobe, undefined, true],
  ['uprobe.multi', 'uprobe-multi', P.kprobe, 48],
  ['uretprobe.multi', 'uprobe-multi', P.kprobe, 48, true],
  ['usdt', 'usdt', P.kprobe],
  ['perf_event', 'perf-event', P.perfEvent, 41],
  ['tc', 'tc', P.tc],
  ['classifier', 'tc', P.tc],
  ['tcx/ingress', 'tcx', P.tc, 46],
  ['tcx/egress', 'tcx', P.tc, 47],
  ['tc/ingress', 'tcx', P.tc, 46],
  ['tc/egress', 'tcx', P.tc, 47],
  ['xdp', 'xdp', P.xdp, 37],
  ['sockops', 'cgroup', P.sockops, 3],
  ['cgroup_skb/ingress', 'cgroup', P.cgroupSkb, 0],
  ['cgroup_skb/egress', 'cgroup', P.cgroupSkb, 1],
  ['cgroup/sock_create', 'cgroup', P.cgroupSock, 2],
  ['cgroup/sock_release', 'cgroup', P.cgroupSock, 34],
  ['cgroup/bind4', 'cgroup', P.cgroupSockAddress, 8],
  ['cgroup/bind6', 'cgroup', P.cgroupSockAddress, 9],
  ['cgroup/connect4', 'cgroup', P.cgroupSockAddress, 10],
  ['cgroup/connect6', 'cgroup', P.cgroupSockAddress, 11],
  ['cgroup/post_bind4', 'cgroup', P.cgroupSock, 12],
  ['cgroup/post_bind6', 'cgroup', P.cgroupSock, 13],
  ['cgroup/sendmsg4', 'cgroup', P.cgroupSockAddress, 14],
  ['cgroup/sendmsg6', 'cgroup', P.cgroupSockAddress, 15],
  ['cgroup/recvmsg4', 'cgroup', P.cgroupSockAddress, 19],
  ['cgroup/recvmsg6', 'cgroup', P.cgroupSockAddress, 20],
  ['cgroup/getsockopt', 'cgroup', P.cgroupSockopt, 21],
  ['cgroup/setsockopt', 'cgroup', P.cgroupSockopt, 22],
  ['cgroup/getpeername4', 'cgroup', P.cgroupSockAddress, 29],
  ['cgroup/getpeername6', 'cgroup', P.cgroupSockAddress, 30],
  ['sk_lookup', 'other', P.skLookup, 36],
  ['flow_dissector', 'other', P.flowDissector, 17],
  ['syscall', 'other', P.syscall],
  ['socket', 'other', P.socketFilter],
];

/** Longest prefix first, so that `tcx/ingress` wins over `tcx`. */
const table = [...rows].sort((a, b) => b[0].length - a[0].length);

/** What a section name means; kind `other` with no type for names that the table doesn't have. */
export function sectionFacts(section: string): SectionFacts {
  // `?` in front: not loaded unless asked for; `.s` behind: sleepable, the same in all other respects.
  const name = section.replace(/^\?/, '').replace(/^([a-z_]+(?:\.multi)?)\.s(?=\/|$)/, '$1');
  for (const [prefix, kind, type, attachType, onReturn = false] of table) {
    if (name !== prefix && !name.startsWith(`${prefix}/`)) continue;
    return { kind, type, attachType, onReturn, target: name.slice(prefix.length + 1) };
  }
  return { kind: 'other', type: undefined, attachType: undefined, onReturn: false, target: '' };
}
