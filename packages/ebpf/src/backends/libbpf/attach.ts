import type { AttachPoint, NativeLink } from '../../backend.js';
import { attachCgroup, attachIterator, attachTcx, attachUprobeMulti, attachXdp } from './attach-link.js';
import { attachPerfEvent } from './attach-perf-event.js';
import { attachTc } from './attach-tc.js';
import { CStruct } from './c-struct.js';
import { Errno } from './kernel-error.js';
import { libbpfLink } from './link.js';
import type { LibbpfProgram } from './load-object.js';
import type { NativeLibrary } from './native-library.js';
import { ensureTracefs } from './tracefs.js';

type Point<K extends AttachPoint['kind']> = Extract<AttachPoint, { kind: K }>;

/** {@link NativeBackend.attach}: libbpf where it has the verb, `bpf(2)` where it doesn't. */
export function attach(library: NativeLibrary, program: LibbpfProgram, point: AttachPoint): NativeLink {
  const { bpf } = library;
  switch (point.kind) {
    case 'section':
      if (/^tracepoint|^tp\//.test(program.section)) ensureTracefs(library);
      return libbpfLink(library, program.section, bpf.bpf_program__attach(program.pointer));
    case 'trace':
      return libbpfLink(library, program.section, bpf.bpf_program__attach_trace(program.pointer), {
        [Errno.EPERM]: 'this kernel has no trampolines (CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS): use tp_btf or kprobe',
      });
    case 'tracepoint':
      return attachTracepoint(library, program, point);
    case 'raw-tracepoint':
      return libbpfLink(
        library,
        `raw_tp/${point.event}`,
        bpf.bpf_program__attach_raw_tracepoint(program.pointer, point.event),
      );
    case 'kprobe':
      return attachKprobe(library, program, point);
    case 'uprobe':
      return attachUprobe(library, program, point);
    case 'usdt':
      return attachUsdt(library, program, point);
    case 'uprobe-multi':
      return attachUprobeMulti(library, program, point);
    case 'perf-event':
      return attachPerfEvent(library, program, point);
    case 'tc':
      return attachTc(library, program, point);
    case 'tcx':
      return attachTcx(library, program, point);
    case 'xdp':
      return attachXdp(library, program, point);
    case 'cgroup':
      return attachCgroup(library, program, point);
    case 'iterator':
      return attachIterator(library, program, point);
  }
}

function attachTracepoint(library: NativeLibrary, program: LibbpfProgram, point: Point<'tracepoint'>): NativeLink {
  ensureTracefs(library);
  // struct bpf_tracepoint_opts
  const options = CStruct.options(library.foreign, 16).u64(8, point.cookie ?? 0n);
  const { pointer } = program;
  return libbpfLink(
    library,
    `tracepoint/${point.category}/${point.event}`,
    library.bpf.bpf_program__attach_tracepoint_opts(pointer, point.category, point.event, options.bytes),
  );
}

function attachKprobe(library: NativeLibrary, program: LibbpfProgram, point: Point<'kprobe'>): NativeLink {
  // struct bpf_kprobe_opts
  const options = CStruct.options(library.foreign, 32)
    .u64(8, point.cookie ?? 0n)
    .u64(16, point.offset)
    .u8(24, point.retprobe ? 1 : 0);
  const address = library.bpf.bpf_program__attach_kprobe_opts(program.pointer, point.function, options.bytes);
  return libbpfLink(library, `kprobe ${point.function}`, address, {
    [Errno.ENOENT]: 'the kernel has no such function that can be probed, or was built without CONFIG_KPROBE_EVENTS',
  });
}

function attachUprobe(library: NativeLibrary, program: LibbpfProgram, point: Point<'uprobe'>): NativeLink {
  // struct bpf_uprobe_opts
  const options = CStruct.options(library.foreign, 40)
    .u64(8, point.referenceCounterOffset ?? 0)
    .u64(16, point.cookie ?? 0n)
    .u8(24, point.retprobe ? 1 : 0);
  const { pointer } = program;
  return libbpfLink(
    library,
    `uprobe ${point.path}+0x${point.offset.toString(16)}`,
    library.bpf.bpf_program__attach_uprobe_opts(pointer, point.pid, point.path, point.offset, options.bytes),
    {
      [Errno.EINVAL]:
        'the offset isn’t in executable code of that file: it has to be an offset in the file, not an address',
      [Errno.ESRCH]: 'the process has ended',
    },
  );
}

function attachUsdt(library: NativeLibrary, program: LibbpfProgram, point: Point<'usdt'>): NativeLink {
  // struct bpf_usdt_opts
  const options = CStruct.options(library.foreign, 16).u64(8, point.cookie ?? 0n);
  const { pid, path, provider, name } = point;
  return libbpfLink(
    library,
    `usdt ${path}:${provider}:${name}`,
    library.bpf.bpf_program__attach_usdt(program.pointer, pid, path, provider, name, options.bytes),
    { [Errno.ENOENT]: 'the file has no such probe (its .note.stapsdt section lists them)' },
  );
}
