import {
  cgroupPoint,
  type KprobeTarget,
  kprobePoint,
  type PerfEventTarget,
  perfEventPoints,
  sectionPoint,
  type UprobeMultiTarget,
  type UprobeTarget,
  type UsdtTarget,
  uprobeMultiPoint,
  uprobePoint,
} from './attach-targets.js';
import type { AttachPoint, NativeBackend, NativeProgram, ProgramRunResult } from './backend.js';
import { EbpfError } from './errors.js';
import { attachAll, IteratorLink, Link } from './link.js';
import type { BpfMap } from './map.js';
import { Resources } from './resources.js';
import { type SectionFacts, sectionFacts } from './sections.js';

/** Input of {@link BpfProgram.testRun}. */
export interface TestRunOptions {
  /** Packet, for TC and XDP programs: at least 14 bytes. */
  readonly data?: Uint8Array;
  /** `struct __sk_buff`, `struct xdp_md`, or the arguments of a raw tracepoint as u64s. */
  readonly context?: Uint8Array;
  /** How often to run it on the same input. @default 1 */
  readonly repeat?: number;
}

/** What a program cost so far. Both are 0 unless statistics are on: see {@link enableStats}. */
export interface RunStats {
  readonly runs: number;
  /** Nanoseconds, summed over all CPUs. */
  readonly timeNs: number;
}

/** A network device and the direction of the packets to see. */
export interface TrafficTarget {
  /** Index of the interface, as `ip link` numbers it in the caller's network namespace. */
  readonly ifindex: number;
  readonly direction: 'ingress' | 'egress';
}

/** A program that the kernel accepted. It runs once it is attached; its links are closed with it. */
export class BpfProgram implements Disposable {
  readonly name: string;
  readonly section: string;
  readonly #facts: SectionFacts;
  readonly #backend: NativeBackend;
  readonly #native: NativeProgram;
  readonly #links = new Resources();
  #open = true;

  /** Made by {@link ObjectSpec.load}. */
  constructor(backend: NativeBackend, native: NativeProgram) {
    this.name = native.name;
    this.section = native.section;
    this.#facts = sectionFacts(native.section);
    this.#backend = backend;
    this.#native = native;
  }

  /** What the verifier wrote while it checked the program; empty unless the object was loaded with a `logLevel`. */
  get verifierLog(): string {
    return this.#native.log ?? '';
  }

  /** The kernel's id, as `bpftool prog` shows it. */
  get id(): number {
    return this.#backend.programInfo(this.#checked()).id;
  }

  /** Descriptor, for program arrays and other maps that hold programs. */
  get fd(): number {
    return this.#checked().fd;
  }

  /**
   * Attaches to what the section names: `tp_btf/…`, `fentry/…`, `fexit/…`, `raw_tp/…`, `tracepoint/…`, `kprobe/…`,
   * `kretprobe/…`, `uprobe/PATH:SYMBOL`.
   *
   * @throws EbpfError `ATTACH_FAILED`; `INVALID_ARGUMENT` if the section names no place, for `attachUprobe` and its like
   * @throws EbpfCapabilityError
   */
  attach(): Link {
    return this.#attach(this.section, sectionPoint(this.name, this.section, this.#facts));
  }

  /** A place in user code. Linux 4.17. */
  attachUprobe(target: UprobeTarget): Link {
    return this.#attach(`uprobe ${target.path}`, uprobePoint(target, this.#facts));
  }

  /** Many places of one file by one link; for `uprobe.multi` sections. Linux 6.6. */
  attachUprobeMulti(target: UprobeMultiTarget): Link {
    return this.#attach(`uprobe_multi ${target.path}`, uprobeMultiPoint(target, this.#facts));
  }

  /** A static probe of a program or library (`DTRACE_PROBE` and its like); the program needs libbpf's `usdt.bpf.h`. */
  attachUsdt(target: UsdtTarget): Link {
    const { path, provider, name, pid = -1, cookie } = target;
    return this.#attach(`usdt ${provider}:${name}`, { kind: 'usdt', path, provider, name, pid, cookie });
  }

  /** A tracepoint by its name in tracefs, which is mounted where it isn't. Linux 4.7; cookies: 5.15. */
  attachTracepoint(target: { readonly category: string; readonly event: string; readonly cookie?: bigint }): Link {
    const { category, event, cookie } = target;
    return this.#attach(`tracepoint ${category}:${event}`, { kind: 'tracepoint', category, event, cookie });
  }

  /** A kernel function. Needs a kernel with CONFIG_KPROBES. */
  attachKprobe(target: KprobeTarget): Link {
    return this.#attach(`kprobe ${target.function}`, kprobePoint(target, this.#facts));
  }

  /** `fentry`, `fexit`, `fmod_ret`, `tp_btf`, `lsm`: to what the section names. */
  attachTrace(): Link {
    return this.#attach(this.section, { kind: 'trace' });
  }

  /** Samples of a counter or clock, e.g. for profiles: on all CPUs, where neither one nor a process is named. */
  attachPerfEvent(target: PerfEventTarget): Link {
    return this.#attach('perf event', ...perfEventPoints(target));
  }

  /** Packets of a device, by the clsact queue discipline. Linux 4.5; prefer {@link BpfProgram.attachTcx} from 6.6 on. */
  attachTc(target: TrafficTarget & { readonly handle?: number; readonly priority?: number }): Link {
    const { ifindex, direction, handle = 0, priority = 0 } = target;
    return this.#attach(`tc ${direction}`, { kind: 'tc', ifindex, direction, handle, priority });
  }

  /** Packets of a device, by link. Linux 6.6. */
  attachTcx({ ifindex, direction }: TrafficTarget): Link {
    return this.#attach(`tcx ${direction}`, { kind: 'tcx', ifindex, direction });
  }

  /** Packets before the network stack. Mode `generic` works on every device. Linux 5.9. */
  attachXdp(target: { readonly ifindex: number; readonly mode?: 'default' | 'generic' | 'native' | 'offload' }): Link {
    return this.#attach('xdp', { kind: 'xdp', ifindex: target.ifindex, mode: target.mode ?? 'default' });
  }

  /** A cgroup2 directory; `cgroup/…`, `cgroup_skb/…` and `sockops` sections. Linux 5.7. */
  attachCgroup(path: string): Link {
    return this.#attach(`cgroup ${path}`, cgroupPoint(this.name, path, this.#facts));
  }

  /**
   * An iterator: nothing runs until the link is read. Linux 5.8.
   *
   * @param scope - the map whose entries, or the process whose tasks to visit; all where nothing is said
   */
  attachIter(scope: { readonly map?: BpfMap; readonly pid?: number } = {}): IteratorLink {
    const native = this.#backend.attach(this.#checked(), { kind: 'iterator', map: scope.map?.native, pid: scope.pid });
    return this.#links.add(new IteratorLink(this.section, native, (link) => this.#links.remove(link), this.#backend));
  }

  /**
   * Runs the program on input of the caller's, attached or not (`BPF_PROG_TEST_RUN`). Linux 4.12 for TC and XDP, 5.10
   * for raw tracepoints.
   *
   * @throws EbpfError `RUN_FAILED`
   */
  testRun({ data, context, repeat }: TestRunOptions = {}): ProgramRunResult {
    // A program may grow the packet by this much (XDP_PACKET_HEADROOM).
    const dataOutSize = (data?.length ?? 0) + 256;
    return this.#backend.runProgram(this.#checked(), { data, context, repeat, dataOutSize });
  }

  stats(): RunStats {
    const { runs, timeNs } = this.#backend.programInfo(this.#checked());
    return { runs, timeNs };
  }

  /** Detaches from everywhere. Idempotent. The program itself leaves the kernel with its object. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#links.close();
    this.#native.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #attach(target: string, ...points: AttachPoint[]): Link {
    const program = this.#checked();
    const native = attachAll(points.map((point) => () => this.#backend.attach(program, point)));
    return this.#links.add(new Link(target, native, (link) => this.#links.remove(link)));
  }

  #checked(): NativeProgram {
    if (!this.#open) throw new EbpfError('CLOSED', `program ${this.name} is closed`);
    return this.#native;
  }
}
