import type { AttachPoint } from './backend.js';
import { onlineCpus } from './cpus.js';
import { EbpfError } from './errors.js';
import type { SectionFacts } from './sections.js';
import { ObjectSymbols } from './symbols/object-symbols.js';

/** A place in the code of a file: give `offset` or `symbol`. */
export interface UprobeTarget {
  /** Executable or shared library; `/proc/PID/root/…` reaches into containers. */
  readonly path: string;
  /** Offset in the file, in bytes; with `symbol`, bytes behind the symbol's place. */
  readonly offset?: number;
  /** Name of a function, as `.symtab`, `.dynsym` or `.gnu_debugdata` has it. Alone, it means behind its landing pad (`endbr64`). */
  readonly symbol?: string;
  /** Only this process. @default all */
  readonly pid?: number;
  /** Run when the function returns. @default as the section says (`uretprobe`) */
  readonly retprobe?: boolean;
  /** What `bpf_get_attach_cookie()` returns here. Linux 5.15. */
  readonly cookie?: bigint;
  /** Offset in the file of a USDT semaphore. */
  readonly referenceCounterOffset?: number;
}

/** Many places of one file. */
export interface UprobeMultiTarget {
  readonly path: string;
  /** Offsets in the file, in bytes. */
  readonly offsets: readonly number[];
  /** One for each offset. */
  readonly cookies?: readonly bigint[];
  /** One for each offset, 0 where there is no semaphore. */
  readonly referenceCounterOffsets?: readonly number[];
  /** Only this process. @default all */
  readonly pid?: number;
  /** @default as the section says */
  readonly retprobe?: boolean;
}

/** A static probe. */
export interface UsdtTarget {
  readonly path: string;
  readonly provider: string;
  readonly name: string;
  /** @default all processes */
  readonly pid?: number;
  /** What `bpf_usdt_cookie()` returns. */
  readonly cookie?: bigint;
}

/** A place in the kernel's code. */
export interface KprobeTarget {
  readonly function: string;
  /** Bytes behind the function's start. @default 0 */
  readonly offset?: number;
  /** @default as the section says (`kretprobe`) */
  readonly retprobe?: boolean;
  /** What `bpf_get_attach_cookie()` returns here. Linux 5.15. */
  readonly cookie?: bigint;
}

/** A counter of the processor or the kernel (perf_event_open(2)). */
export interface PerfEventTarget {
  /** @default 'software' */
  readonly type?: 'hardware' | 'software';
  /** `PERF_COUNT_SW_…` or `PERF_COUNT_HW_…`. @default 0, the CPU clock or its cycles */
  readonly config?: number;
  /** Samples per second. Give this or `period`. */
  readonly frequency?: number;
  /** Events (nanoseconds of a clock) between two samples. */
  readonly period?: number;
  /** @default all processes */
  readonly pid?: number;
  /** Only this CPU. @default all */
  readonly cpu?: number;
}

/** The attach point that a section names by itself. */
export function sectionPoint(program: string, section: string, facts: SectionFacts): AttachPoint {
  if (facts.target !== '') {
    if (facts.kind === 'trace') return { kind: 'trace' };
    if (facts.kind === 'raw-tracepoint') return { kind: 'raw-tracepoint', event: facts.target };
    const [category, event] = facts.target.split('/');
    if (facts.kind === 'tracepoint' && category && event) return { kind: 'tracepoint', category, event };
    if (facts.kind === 'kprobe') return kprobePoint(kprobeInSection(facts.target), facts);
    const [, path, symbol, plus] = /^(.+):([^:+]+)(?:\+(\w+))?$/.exec(facts.target) ?? [];
    if (facts.kind === 'uprobe' && path && symbol)
      return uprobePoint({ path, symbol, offset: plus === undefined ? undefined : Number(plus) }, facts);
  }
  const method = methods[facts.kind];
  throw new EbpfError('INVALID_ARGUMENT', `section ${section} of program ${program} names no place to attach to`, {
    hint: method ? `say where: program.${method}(…)` : 'programs of this section are not attached by this package',
  });
}

const methods: Partial<Record<SectionFacts['kind'], string>> = {
  tracepoint: 'attachTracepoint',
  kprobe: 'attachKprobe',
  uprobe: 'attachUprobe',
  'uprobe-multi': 'attachUprobeMulti',
  usdt: 'attachUsdt',
  'perf-event': 'attachPerfEvent',
  tc: 'attachTc',
  tcx: 'attachTcx',
  xdp: 'attachXdp',
  cgroup: 'attachCgroup',
  iterator: 'attachIter',
};

function kprobeInSection(target: string): KprobeTarget {
  const [name = target, plus] = target.split('+');
  return { function: name, offset: Number(plus ?? 0) };
}

/** @throws EbpfError `INVALID_ARGUMENT` */
export function kprobePoint(target: KprobeTarget, facts: SectionFacts): AttachPoint {
  const { offset = 0, retprobe = facts.onReturn, cookie } = target;
  checkOffset(offset);
  return { kind: 'kprobe', function: target.function, offset, retprobe, cookie };
}

/**
 * @throws EbpfError `INVALID_ARGUMENT`
 * @throws SymbolError, ElfError if the symbol can't be found
 */
export function uprobePoint(target: UprobeTarget, facts: SectionFacts): AttachPoint {
  const { path, symbol, pid = -1, retprobe = facts.onReturn, cookie, referenceCounterOffset } = target;
  if (symbol === undefined && target.offset === undefined) {
    throw new EbpfError('INVALID_ARGUMENT', `attachUprobe needs an offset or a symbol of ${path}`);
  }
  const offset = symbol === undefined ? target.offset! : symbolOffset(path, symbol, target.offset);
  checkOffset(offset);
  return { kind: 'uprobe', path, offset, pid, retprobe, cookie, referenceCounterOffset };
}

/** @throws EbpfError `INVALID_ARGUMENT` */
export function uprobeMultiPoint(target: UprobeMultiTarget, facts: SectionFacts): AttachPoint {
  const { path, offsets, cookies, referenceCounterOffsets, pid = 0, retprobe = facts.onReturn } = target;
  if (offsets.length === 0)
    throw new EbpfError('INVALID_ARGUMENT', `attachUprobeMulti was given no offsets of ${path}`);
  offsets.forEach(checkOffset);
  for (const [name, list] of Object.entries({ cookies, referenceCounterOffsets })) {
    if (list && list.length !== offsets.length) {
      throw new EbpfError('INVALID_ARGUMENT', `${list.length} ${name} for ${offsets.length} offsets`);
    }
  }
  return { kind: 'uprobe-multi', path, offsets, cookies, referenceCounterOffsets, pid, retprobe };
}

/**
 * The events to open: perf_event_open(2) takes all CPUs only for one process, so that all CPUs of all processes are one
 * event each.
 *
 * @throws EbpfError `INVALID_ARGUMENT`
 */
export function perfEventPoints(target: PerfEventTarget, online: readonly number[] = onlineCpus()): AttachPoint[] {
  const { type = 'software', config = 0, frequency, period, pid = -1 } = target;
  if ((frequency === undefined) === (period === undefined)) {
    throw new EbpfError('INVALID_ARGUMENT', 'attachPerfEvent needs either a frequency or a period');
  }
  const everyCpu = -1;
  const cpus = target.cpu !== undefined ? [target.cpu] : pid === -1 ? online : [everyCpu];
  return cpus.map((cpu) => ({
    kind: 'perf-event',
    type: type === 'hardware' ? 0 : 1,
    config,
    period: frequency ?? period!,
    frequency: frequency !== undefined,
    pid,
    cpu,
  }));
}

/** @throws EbpfError `INVALID_ARGUMENT` */
export function cgroupPoint(program: string, path: string, facts: SectionFacts): AttachPoint {
  if (facts.kind !== 'cgroup' || facts.attachType === undefined) {
    throw new EbpfError('INVALID_ARGUMENT', `the section of program ${program} is no cgroup hook`, {
      hint: 'use cgroup/connect4 and its like, cgroup_skb/ingress, cgroup_skb/egress or sockops',
    });
  }
  return { kind: 'cgroup', path, attachType: facts.attachType };
}

function symbolOffset(path: string, symbol: string, distance: number | undefined): number {
  using symbols = ObjectSymbols.open(path);
  const plan = symbols.plan(symbol);
  return distance === undefined ? plan.offset : plan.offset - plan.steppedOver + distance;
}

function checkOffset(offset: number): void {
  if (!Number.isSafeInteger(offset) || offset < 0) {
    throw new EbpfError('INVALID_ARGUMENT', `${offset} is no offset`);
  }
}
