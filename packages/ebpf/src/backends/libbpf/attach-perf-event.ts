import { closeSync } from 'node:fs';
import type { AttachPoint, NativeLink } from '../../backend.js';
import { perfEventOpen } from './bpf-syscall.js';
import { CStruct } from './c-struct.js';
import { Errno } from './kernel-error.js';
import { attachError, libbpfLink } from './link.js';
import type { LibbpfProgram } from './load-object.js';
import type { NativeLibrary } from './native-library.js';

/** `PERF_ATTR_SIZE_VER1` and the bits of `struct perf_event_attr` that are set. */
const attributeSize = 72;
const frequencyBit = 1 << 10;

/** Opens a perf event and runs the program on each of its samples. */
export function attachPerfEvent(
  library: NativeLibrary,
  program: LibbpfProgram,
  point: Extract<AttachPoint, { kind: 'perf-event' }>,
): NativeLink {
  const what = `perf event ${point.type}:${point.config} on cpu ${point.cpu}`;
  const attributes = new CStruct(library.foreign, attributeSize)
    .u32(0, point.type)
    .u32(4, attributeSize)
    .u64(8, point.config)
    .u64(16, point.period)
    .u64(40, point.frequency ? frequencyBit : 0);
  const fd = perfEventOpen(library, attributes, point.pid, point.cpu);
  if (fd < 0) {
    throw attachError(what, -fd, {
      [Errno.ENOENT]: 'this machine has no such event: virtual machines often lack hardware events; use a software one',
    });
  }
  try {
    // From here on the descriptor belongs to libbpf's link.
    return libbpfLink(library, what, library.bpf.bpf_program__attach_perf_event(program.pointer, fd));
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}
