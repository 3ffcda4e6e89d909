import { closeSync, openSync } from 'node:fs';
import type { AttachPoint, NativeLink } from '../../backend.js';
import { EbpfError } from '../../errors.js';
import { BpfCommand, bpfSyscall } from './bpf-syscall.js';
import { CStruct, cString } from './c-struct.js';
import { Errno } from './kernel-error.js';
import { descriptorLink } from './link.js';
import type { LibbpfProgram } from './load-object.js';
import type { NativeLibrary } from './native-library.js';

type Point<K extends AttachPoint['kind']> = Extract<AttachPoint, { kind: K }>;

/** `enum bpf_attach_type`, as far as links are made here. */
const AttachType = { xdp: 37, iterator: 28, tcxIngress: 46, tcxEgress: 47, uprobeMulti: 48 } as const;
const xdpFlags = { default: 0, generic: 2, native: 4, offload: 8 } as const;

/** `struct { … } link_create` of `union bpf_attr`, long enough for its longest variant. */
function linkCreate(library: NativeLibrary, program: LibbpfProgram, target: number, attachType: number): CStruct {
  return new CStruct(library.foreign, 64).u32(0, program.fd).u32(4, target).u32(8, attachType);
}

/** TC by link, Linux 6.6: several programs share a device without knowing each other. */
export function attachTcx(library: NativeLibrary, program: LibbpfProgram, point: Point<'tcx'>): NativeLink {
  const type = point.direction === 'ingress' ? AttachType.tcxIngress : AttachType.tcxEgress;
  const fd = bpfSyscall(library, BpfCommand.linkCreate, linkCreate(library, program, point.ifindex, type));
  return descriptorLink(`tcx ${point.direction} of interface ${point.ifindex}`, fd, {
    [Errno.EINVAL]: 'needs Linux 6.6 and a tc, tcx or classifier section; use attachTc on older kernels',
  });
}

/** XDP by link, Linux 5.9. */
export function attachXdp(library: NativeLibrary, program: LibbpfProgram, point: Point<'xdp'>): NativeLink {
  const attributes = linkCreate(library, program, point.ifindex, AttachType.xdp).u32(12, xdpFlags[point.mode]);
  return descriptorLink(`xdp on interface ${point.ifindex}`, bpfSyscall(library, BpfCommand.linkCreate, attributes), {
    [Errno.EOPNOTSUPP]: 'the device’s driver has no native XDP: use mode "generic"',
  });
}

/** A cgroup2 hook by link, Linux 5.7. */
export function attachCgroup(library: NativeLibrary, program: LibbpfProgram, point: Point<'cgroup'>): NativeLink {
  let cgroup: number;
  try {
    cgroup = openSync(point.path, 'r');
  } catch (cause) {
    throw new EbpfError('ATTACH_FAILED', `can't attach to cgroup ${point.path}: ${(cause as Error).message}`, {
      cause,
    });
  }
  try {
    const attributes = linkCreate(library, program, cgroup, point.attachType);
    return descriptorLink(`cgroup ${point.path}`, bpfSyscall(library, BpfCommand.linkCreate, attributes), {
      [Errno.EINVAL]: 'not a cgroup2 directory, or the section isn’t a cgroup hook (cgroup/…, sockops)',
    });
  } finally {
    closeSync(cgroup);
  }
}

/** Many places of one file by one link, Linux 6.6: `link_create.uprobe_multi`. */
export function attachUprobeMulti(
  library: NativeLibrary,
  program: LibbpfProgram,
  point: Point<'uprobe-multi'>,
): NativeLink {
  const returnProbe = 1;
  const attributes = linkCreate(library, program, 0, AttachType.uprobeMulti)
    .buffer(16, cString(point.path))
    .buffer(24, u64Array(point.offsets))
    .buffer(32, point.referenceCounterOffsets ? u64Array(point.referenceCounterOffsets) : null)
    .buffer(40, point.cookies ? u64Array(point.cookies) : null)
    .u32(48, point.offsets.length)
    .u32(52, point.retprobe ? returnProbe : 0)
    .u32(56, point.pid);
  const fd = bpfSyscall(library, BpfCommand.linkCreate, attributes);
  return descriptorLink(`uprobe_multi ${point.path} (${point.offsets.length} places)`, fd, {
    [Errno.EINVAL]: 'needs Linux 6.6, an `uprobe.multi` section, and offsets in executable code of the file',
    [Errno.ESRCH]: 'the process has ended',
  });
}

/** Links an iterator: each `bpf_iter_create` on the link is one run of it. */
export function attachIterator(library: NativeLibrary, program: LibbpfProgram, point: Point<'iterator'>): NativeLink {
  const attributes = linkCreate(library, program, 0, AttachType.iterator);
  // union bpf_iter_link_info: { map_fd } or { tid, pid, pid_fd }
  if (point.map) attributes.buffer(16, u32Array([point.map.fd])).u32(24, 4);
  else if (point.pid !== undefined) attributes.buffer(16, u32Array([0, point.pid, 0])).u32(24, 12);
  return descriptorLink(program.section, bpfSyscall(library, BpfCommand.linkCreate, attributes));
}

function u64Array(values: readonly (number | bigint)[]): Buffer {
  const bytes = Buffer.alloc(values.length * 8);
  values.forEach((value, index) => {
    bytes.writeBigUInt64LE(BigInt(value), index * 8);
  });
  return bytes;
}

function u32Array(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => {
    bytes.writeUInt32LE(value, index * 4);
  });
  return bytes;
}
