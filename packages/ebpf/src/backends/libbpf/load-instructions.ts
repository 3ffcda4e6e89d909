import { closeSync } from 'node:fs';
import type { InstructionsRequest } from '../../backend.js';
import { EbpfCapabilityError, VerifierError } from '../../errors.js';
import { CStruct } from './c-struct.js';
import { Errno, kernelError } from './kernel-error.js';
import type { LibbpfProgram } from './load-object.js';
import type { NativeLibrary } from './native-library.js';

/** `sizeof(struct bpf_prog_load_opts)` */
const loadOptionsSize = 104;
const logBytes = 1 << 16;

/** {@link NativeBackend.loadInstructions} */
export function loadInstructions(library: NativeLibrary, request: InstructionsRequest): LibbpfProgram {
  const { bpf, foreign } = library;
  const log = Buffer.alloc(logBytes);
  const options = CStruct.options(foreign, loadOptionsSize)
    .u32(12, request.attachType)
    .u32(32, request.attachTarget === undefined ? 0 : attachTarget(library, request.attachTarget, request.attachType));
  const count = request.instructions.length / 8;
  const load = () => bpf.bpf_prog_load(request.type, request.name, 'GPL', request.instructions, count, options.bytes);
  let fd = load();
  if (fd < 0) {
    options.u32(88, 1).u32(92, logBytes).buffer(96, log);
    fd = load();
  }
  if (fd < 0) {
    const text = log.toString('utf8', 0, log.indexOf(0));
    if (text) throw new VerifierError(request.name, text, { errno: -fd });
    throw kernelError('LOAD_FAILED', `program ${request.name} can't be loaded`, -fd);
  }
  let open = true;
  return {
    fd,
    pointer: 0,
    name: request.name,
    section: '',
    close() {
      if (open) closeSync(fd);
      open = false;
    },
  };
}

function attachTarget(library: NativeLibrary, name: string, attachType: number): number {
  const id = library.bpf.libbpf_find_vmlinux_btf_id(name, attachType);
  if (id > 0) return id;
  if (-id === Errno.ENOENT || -id === Errno.ESRCH) {
    throw new EbpfCapabilityError('UNSUPPORTED', `this kernel's type information has no ${name}`, { errno: -id });
  }
  throw kernelError('LOAD_FAILED', `the kernel's type information can't be read`, -id);
}
