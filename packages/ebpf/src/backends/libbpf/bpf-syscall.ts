import type { CStruct } from './c-struct.js';
import type { NativeLibrary } from './native-library.js';

const syscallNumbers: Partial<Record<string, { bpf: number; perf_event_open: number }>> = {
  x64: { bpf: 321, perf_event_open: 298 },
  arm64: { bpf: 280, perf_event_open: 241 },
};

/** Commands of `bpf(2)` that go past libbpf. */
export const BpfCommand = { linkCreate: 28 } as const;

/** `bpf(2)` itself: its result, or a negative errno. */
export function bpfSyscall(library: NativeLibrary, command: number, attributes: CStruct): number {
  const address = library.foreign.address(attributes.bytes);
  return call(library, 'bpf', command, address, attributes.bytes.length, 0, 0);
}

/** `perf_event_open(2)`: a descriptor, or a negative errno. */
export function perfEventOpen(library: NativeLibrary, attributes: CStruct, pid: number, cpu: number): number {
  const closeOnExec = 8;
  // The system call reads 32 bits of pid, cpu and group, so -1 is its low half.
  const u32 = (value: number) => value >>> 0;
  return call(
    library,
    'perf_event_open',
    library.foreign.address(attributes.bytes),
    u32(pid),
    u32(cpu),
    u32(-1),
    closeOnExec,
  );
}

type SyscallArguments = [number, number, number, number, number];

function call(library: NativeLibrary, name: 'bpf' | 'perf_event_open', ...[a, b, c, d, e]: SyscallArguments): number {
  const numbers = syscallNumbers[process.arch];
  if (!numbers) return -38; // ENOSYS
  const result = library.libc.syscall(numbers[name], a, b, c, d, e, 0);
  return result < 0 ? -library.foreign.errno() : result;
}
