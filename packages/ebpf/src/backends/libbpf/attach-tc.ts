import type { AttachPoint, NativeLink } from '../../backend.js';
import { CStruct } from './c-struct.js';
import { Errno } from './kernel-error.js';
import { attachError } from './link.js';
import type { LibbpfProgram } from './load-object.js';
import type { NativeLibrary } from './native-library.js';

const direction = { ingress: 1, egress: 2 } as const;
const bothDirections = 3;

/**
 * A filter on the clsact queue discipline. The discipline is created where it is missing, and removed on close only if
 * it was created here: removing it would take the filters of others along.
 */
export function attachTc(
  library: NativeLibrary,
  program: LibbpfProgram,
  point: Extract<AttachPoint, { kind: 'tc' }>,
): NativeLink {
  const what = `tc ${point.direction} of interface ${point.ifindex}`;
  const hook = tcHook(library, point.ifindex, direction[point.direction]);
  const created = library.bpf.bpf_tc_hook_create(hook.bytes);
  if (created < 0 && created !== -Errno.EEXIST) throw attachError(what, -created);
  const options = CStruct.options(library.foreign, 32).u32(8, program.fd).u32(20, point.handle).u32(24, point.priority);
  const status = library.bpf.bpf_tc_attach(hook.bytes, options.bytes);
  const removeHook = () => {
    if (created === 0) library.bpf.bpf_tc_hook_destroy(tcHook(library, point.ifindex, bothDirections).bytes);
  };
  if (status < 0) {
    removeHook();
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
      removeHook();
    },
  };
}

/** `struct bpf_tc_hook` */
function tcHook(library: NativeLibrary, ifindex: number, attachPoint: number): CStruct {
  return CStruct.options(library.foreign, 24).u32(8, ifindex).u32(12, attachPoint);
}
