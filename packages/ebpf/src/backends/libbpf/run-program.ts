import { closeSync, readSync } from 'node:fs';
import type { NativeLink, NativeProgram, ProgramInfo, ProgramRun, ProgramRunResult } from '../../backend.js';
import { CStruct } from './c-struct.js';
import { kernelError } from './kernel-error.js';
import type { NativeLibrary } from './native-library.js';

/** `sizeof(struct bpf_test_run_opts)` */
const testRunSize = 80;

/** {@link NativeBackend.runProgram} */
export function runProgram(library: NativeLibrary, program: NativeProgram, run: ProgramRun): ProgramRunResult {
  const dataOut = run.data ? Buffer.alloc(run.dataOutSize) : null;
  const data = run.data ? Buffer.from(run.data) : null;
  const context = run.context ? Buffer.from(run.context) : null;
  // Raw tracepoints take a context and give none back.
  const contextOut = context && data ? Buffer.alloc(context.length) : null;
  const options = CStruct.options(library.foreign, testRunSize)
    .buffer(8, data)
    .buffer(16, dataOut)
    .u32(24, data?.length ?? 0)
    .u32(28, dataOut?.length ?? 0)
    .buffer(32, context)
    .buffer(40, contextOut)
    .u32(48, context?.length ?? 0)
    .u32(52, contextOut?.length ?? 0)
    // Programs that can't be repeated (raw tracepoints, tracing) insist on 0.
    .u32(60, run.repeat ?? 0);
  const status = library.bpf.bpf_prog_test_run_opts(program.fd, options.bytes);
  if (status < 0) {
    throw kernelError('RUN_FAILED', `program ${program.name} can't be run`, -status, {
      hint: 'only some program types run by themselves (TC, XDP, raw tracepoints, syscall), each with input of its own',
    });
  }
  return {
    returnValue: options.readU32(56),
    durationNs: options.readU32(64),
    data: (dataOut ?? Buffer.alloc(0)).subarray(0, options.readU32(28)),
    context: (contextOut ?? Buffer.alloc(0)).subarray(0, options.readU32(52)),
  };
}

/** `sizeof(struct bpf_prog_info)` up to `run_cnt`. */
const programInfoSize = 208;

/** {@link NativeBackend.programInfo} */
export function programInfo(library: NativeLibrary, program: NativeProgram): ProgramInfo {
  const info = new CStruct(library.foreign, programInfoSize);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(programInfoSize);
  const status = library.bpf.bpf_obj_get_info_by_fd(program.fd, info.bytes, length);
  if (status < 0) throw kernelError('RUN_FAILED', `program ${program.name} can't be inspected`, -status);
  return {
    type: info.readU32(0),
    id: info.readU32(4),
    timeNs: Number(info.readU64(192)),
    runs: Number(info.readU64(200)),
  };
}

/** {@link NativeBackend.readIterator} */
export function readIterator(library: NativeLibrary, link: NativeLink): Uint8Array {
  const fd = library.bpf.bpf_iter_create(link.fd);
  if (fd < 0) throw kernelError('RUN_FAILED', "the iterator can't be run", -fd);
  try {
    const chunks: Buffer[] = [];
    for (;;) {
      const chunk = Buffer.alloc(1 << 16);
      const length = readSync(fd, chunk);
      if (length === 0) return Buffer.concat(chunks);
      chunks.push(chunk.subarray(0, length));
    }
  } finally {
    closeSync(fd);
  }
}
