import type { AttachPoint, NativeLink } from '../../backend.js';
import { CStruct } from './c-struct.js';
import { Errno } from './kernel-error.js';
import { attachError } from './link.js';
import type { LibbpfProgram } from './load-object.js';
import type { NativeLibrary } from './native-library.js';

const direction = { ingress: 1, egress: 2 } as const;
const bothDirections = 3;

/** Filters of this process on clsact disciplines that it created itself, by interface. */
const ownDisciplines = new Map<number, number>();

/**
 * A filter on the clsact queue discipline. The discipline is created where it is missing; one that was created here goes
 * with the last filter that was attached here, one that was there before stays.
 */
export function attachTc(
  library: NativeLibrary,
  program: LibbpfProgram,
  point: Extract<AttachPoint, { kind: 'tc' }>,
): NativeLink {
  const what = `tc ${point.direction} of interface ${point.ifindex}`;
  const hook = tcHook(library, point.ifindex, direction[point.direction]);
  acquireDiscipline(library, point.ifindex, hook, what);
  const options = CStruct.options(library.foreign, 32).u32(8, program.fd).u32(20, point.handle).u32(24, point.priority);
  const status = library.bpf.bpf_tc_attach(hook.bytes, options.bytes);
  if (status < 0) {
    releaseDiscipline(library, point.ifindex);
    throw attachError(what, -status);
  }
  // bpf_tc_attach wrote the handle and priority that the kernel chose.
  const attached = CStruct.options(library.foreign, 32).u32(20, options.readU32(20)).u32(24, options.readU32(24));
  let open = true;
  return {
    fd: -1,
    close() {
      if (!open) return;
      open = false;
      library.bpf.bpf_tc_detach(hook.bytes, attached.bytes);
      releaseDiscipline(library, point.ifindex);
    },
  };
}

function acquireDiscipline(library: NativeLibrary, ifindex: number, hook: CStruct, what: string): void {
  const status = library.bpf.bpf_tc_hook_create(hook.bytes);
  if (status < 0 && status !== -Errno.EEXIST) throw attachError(what, -status);
  const filters = ownDisciplines.get(ifindex);
  if (status === 0) ownDisciplines.set(ifindex, 1);
  else if (filters !== undefined) ownDisciplines.set(ifindex, filters + 1);
}

function releaseDiscipline(library: NativeLibrary, ifindex: number): void {
  const filters = ownDisciplines.get(ifindex);
  if (filters === undefined) return;
  if (filters > 1) {
    ownDisciplines.set(ifindex, filters - 1);
    return;
  }
  ownDisciplines.delete(ifindex);
  library.bpf.bpf_tc_hook_destroy(tcHook(library, ifindex, bothDirections).bytes);
}

/** `struct bpf_tc_hook` */
function tcHook(library: NativeLibrary, ifindex: number, attachPoint: number): CStruct {
  return CStruct.options(library.foreign, 24).u32(8, ifindex).u32(12, attachPoint);
}
