import type { LoadProgram, LoadRequest, NativeMap, NativeObject, NativeProgram } from '../../backend.js';
import { EbpfCapabilityError, EbpfError, VerifierError } from '../../errors.js';
import { CStruct } from './c-struct.js';
import type { Address } from './foreign.js';
import { Errno, errnoName, hasBpfPrivileges, hasKernelBtf, kernelError } from './kernel-error.js';
import { readMapInfo } from './map-info.js';
import type { NativeLibrary } from './native-library.js';
import { VerifierLogs } from './verifier-logs.js';

/** A program with libbpf's own reference to it. */
export interface LibbpfProgram extends NativeProgram {
  readonly pointer: Address;
}

/** `enum bpf_attach_type`: BTF-enabled raw tracepoints. */
const BPF_TRACE_RAW_TP = 23;
/** Sections whose programs are attached to kernel functions by rewriting their entry. */
const needsTrampoline = /^(fentry|fexit|fmod_ret|lsm)(\.s)?\//;

/** {@link NativeBackend.loadObject} by libbpf. */
export function loadObject(library: NativeLibrary, request: LoadRequest): NativeObject {
  const { bpf } = library;
  const object = open(library, request);
  const logs = new VerifierLogs(library, request.programs.length);
  try {
    const programs = request.programs.map((program, index) =>
      prepareProgram(library, object, program, logs, index, request.logLevel),
    );
    prepareMaps(library, object, request);
    writeGlobals(library, object, request);
    const status = bpf.bpf_object__load(object);
    if (status < 0) throw loadError(library, request, logs, -status);
    return loaded(library, object, request, programs, logs);
  } catch (error) {
    bpf.bpf_object__close(object);
    throw error;
  } finally {
    logs.close();
  }
}

function open(library: NativeLibrary, request: LoadRequest): Address {
  const options = CStruct.options(library.foreign, 80).string(8, request.name);
  const object = library.bpf.bpf_object__open_mem(request.bytes, request.bytes.length, options.bytes);
  if (object === 0) {
    throw kernelError('OBJECT_INVALID', `libbpf can't read object ${request.name}`, library.foreign.errno(), {
      hint: 'compile it with clang -g -O2 -target bpf; maps have to be BTF-defined (SEC(".maps"))',
    });
  }
  return object;
}

function prepareProgram(
  library: NativeLibrary,
  object: Address,
  program: LoadProgram,
  logs: VerifierLogs,
  index: number,
  logLevel: number,
): Address {
  const { bpf } = library;
  const pointer = bpf.bpf_object__find_program_by_name(object, program.name);
  if (pointer === 0) throw new EbpfError('PROGRAM_NOT_FOUND', `libbpf finds no program ${program.name}`);
  // Old versions of libbpf know no `uprobe.multi`, `tcx` and `netkit` sections and leave the type open.
  if (program.type !== undefined && bpf.bpf_program__type(pointer) === 0) {
    bpf.bpf_program__set_type(pointer, program.type);
    if (program.attachType !== undefined) bpf.bpf_program__set_expected_attach_type(pointer, program.attachType);
  }
  bpf.bpf_program__set_autoload(pointer, program.autoload);
  bpf.bpf_program__set_log_buf(pointer, logs.address(index), logs.size);
  if (logLevel > 0) bpf.bpf_program__set_log_level(pointer, logLevel);
  return pointer;
}

function prepareMaps(library: NativeLibrary, object: Address, request: LoadRequest): void {
  const { bpf } = library;
  for (const map of request.maps) {
    if (map.maxEntries === undefined && !map.reuse) continue;
    const pointer = bpf.bpf_object__find_map_by_name(object, map.name);
    if (pointer === 0) throw new EbpfError('MAP_NOT_FOUND', `libbpf finds no map ${map.name}`);
    if (map.maxEntries !== undefined) {
      const status = bpf.bpf_map__set_max_entries(pointer, map.maxEntries);
      if (status < 0) throw kernelError('LOAD_FAILED', `map ${map.name} can't have ${map.maxEntries} entries`, -status);
    }
    if (map.reuse) {
      const status = bpf.bpf_map__reuse_fd(pointer, map.reuse.fd);
      if (status < 0) throw kernelError('LOAD_FAILED', `map ${map.name} can't be shared`, -status);
    }
  }
}

function writeGlobals(library: NativeLibrary, object: Address, request: LoadRequest): void {
  const size = Buffer.alloc(8);
  for (const { section, offset, bytes } of request.globals) {
    const map = library.bpf.bpf_object__find_map_by_name(object, section);
    const value = map === 0 ? 0 : library.bpf.bpf_map__initial_value(map, size);
    const length = Number(size.readBigUInt64LE());
    if (value === 0 || offset + bytes.length > length) {
      throw new EbpfError('GLOBAL_NOT_FOUND', `libbpf has no ${bytes.length} bytes at ${section}+${offset}`);
    }
    // libbpf's own memory, which lives until the object is closed: the view is dropped at once.
    new Uint8Array(library.foreign.view(value, length)).set(bytes, offset);
  }
}

function loaded(
  library: NativeLibrary,
  object: Address,
  request: LoadRequest,
  pointers: readonly Address[],
  logs: VerifierLogs,
): NativeObject {
  const { bpf } = library;
  const maps: NativeMap[] = [];
  for (const { name } of request.maps) {
    const pointer = bpf.bpf_object__find_map_by_name(object, name);
    const fd = pointer === 0 ? -1 : bpf.bpf_map__fd(pointer);
    // libbpf makes no map of an empty data section.
    if (fd >= 0) maps.push({ fd, info: { ...readMapInfo(library, fd), name }, close() {} });
  }
  const programs = request.programs.flatMap((program, index): LibbpfProgram[] => {
    if (!program.autoload) return [];
    const pointer = pointers[index] as Address;
    const log = request.logLevel > 0 ? logs.read(index) : undefined;
    return [
      { pointer, fd: bpf.bpf_program__fd(pointer), name: program.name, section: program.section, log, close() {} },
    ];
  });
  let open = true;
  return {
    maps,
    programs,
    close() {
      if (open) bpf.bpf_object__close(object);
      open = false;
    },
  };
}

function loadError(library: NativeLibrary, request: LoadRequest, logs: VerifierLogs, errno: number): Error {
  for (let index = request.programs.length - 1; index >= 0; index--) {
    const log = logs.read(index);
    const program = request.programs[index] as LoadProgram;
    if (program.autoload && log) return new VerifierError(program.name, log, { errno });
  }
  if (!hasKernelBtf()) {
    return new EbpfCapabilityError('NO_BTF', `object ${request.name} can't be loaded: ${errnoName(errno)}`, {
      hint: 'the kernel has no type information (/sys/kernel/btf/vmlinux): it was built without CONFIG_DEBUG_INFO_BTF',
      errno,
    });
  }
  const missing = errno === Errno.ESRCH ? missingTarget(library, request) : undefined;
  if (missing) {
    return new EbpfCapabilityError('UNSUPPORTED', `this kernel has no ${missing.section} (program ${missing.name})`, {
      hint: `leave the program out with autoload: { ${missing.name}: false } where the kernel lacks the hook`,
      errno,
    });
  }
  const trampoline = request.programs.find(({ section, autoload }) => autoload && needsTrampoline.test(section));
  if (errno === Errno.EPERM && trampoline && hasBpfPrivileges()) {
    return new EbpfCapabilityError(
      'UNSUPPORTED',
      `this kernel can't attach ${trampoline.section} (program ${trampoline.name})`,
      {
        hint: 'it has no trampolines (CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS): use tp_btf or kprobe programs',
        errno,
      },
    );
  }
  return kernelError('LOAD_FAILED', `object ${request.name} can't be loaded`, errno);
}

function missingTarget(library: NativeLibrary, request: LoadRequest): LoadProgram | undefined {
  return request.programs.find(({ section, autoload }) => {
    const event = /^tp_btf\/(.+)$/.exec(section)?.[1];
    return autoload && event && library.bpf.libbpf_find_vmlinux_btf_id(event, BPF_TRACE_RAW_TP) < 0;
  });
}
