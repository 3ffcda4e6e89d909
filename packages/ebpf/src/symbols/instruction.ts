import { ElfMachine } from '../elf/index.js';

/** What stands at the place of a uprobe, as far as it matters to one. */
export interface Instruction {
  /** `other` is anything that this package need not tell apart. */
  readonly kind: 'endbr64' | 'bti' | 'nop' | 'push' | 'jump' | 'call' | 'breakpoint' | 'other';
  /** Bytes, or 0 where it wasn't decoded. */
  readonly length: number;
  /**
   * Whether every kernel since 5.8 emulates it. If not, each hit executes it out of line and traps once more: on x86
   * that makes 10 µs or more out of 1 µs. Newer kernels may emulate more than is said here.
   */
  readonly emulated: boolean;
}

const other: Instruction = { kind: 'other', length: 0, emulated: false };

/** Tells the instruction at the start of `bytes`, for a machine of `ElfMachine`. Sixteen bytes are enough. */
export function instructionAt(bytes: Uint8Array, machine: number): Instruction {
  if (machine === ElfMachine.x86_64) return x86(bytes);
  if (machine === ElfMachine.aarch64) return aarch64(bytes);
  return other;
}

// The one-byte to eight-byte nops that arch/x86/include/asm/nops.h lists: uprobes know them as such.
const nops = [
  [0x90],
  [0x66, 0x90],
  [0x0f, 0x1f, 0x00],
  [0x0f, 0x1f, 0x40, 0x00],
  [0x0f, 0x1f, 0x44, 0x00, 0x00],
  [0x66, 0x0f, 0x1f, 0x44, 0x00, 0x00],
  [0x0f, 0x1f, 0x80, 0x00, 0x00, 0x00, 0x00],
  [0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00],
];

/** What `arch/x86/kernel/uprobes.c` emulates: nops, pushes of a register, relative jumps and calls. */
function x86(bytes: Uint8Array): Instruction {
  if (startsWith(bytes, [0xf3, 0x0f, 0x1e, 0xfa])) return { kind: 'endbr64', length: 4, emulated: false };
  const nop = nops.find((candidate) => startsWith(bytes, candidate));
  if (nop) return { kind: 'nop', length: nop.length, emulated: true };
  const first = bytes[0] ?? 0;
  const second = bytes[1] ?? 0;
  if (first === 0xcc) return { kind: 'breakpoint', length: 1, emulated: false };
  if (first >= 0x50 && first <= 0x57) return { kind: 'push', length: 1, emulated: true };
  if (first === 0x41 && second >= 0x50 && second <= 0x57) return { kind: 'push', length: 2, emulated: true };
  if (first === 0xeb || (first >= 0x70 && first <= 0x7f)) return { kind: 'jump', length: 2, emulated: true };
  if (first === 0xe9) return { kind: 'jump', length: 5, emulated: true };
  if (first === 0xe8) return { kind: 'call', length: 5, emulated: true };
  if (first === 0x0f && second >= 0x80 && second <= 0x8f) return { kind: 'jump', length: 6, emulated: true };
  return other;
}

/** What `arch/arm64/kernel/probes/decode-insn.c` simulates: branches. A step of anything else is cheap there. */
function aarch64(bytes: Uint8Array): Instruction {
  if (bytes.length < 4) return other;
  const word = (bytes[0]! | (bytes[1]! << 8) | (bytes[2]! << 16) | (bytes[3]! << 24)) >>> 0;
  if ((word & 0xffff_ff3f) >>> 0 === 0xd503_241f) return { kind: 'bti', length: 4, emulated: false };
  if (word === 0xd503_201f) return { kind: 'nop', length: 4, emulated: false };
  if (word >>> 26 === 0b000101) return { kind: 'jump', length: 4, emulated: true };
  if (word >>> 26 === 0b100101) return { kind: 'call', length: 4, emulated: true };
  if ((word & 0xffe0_001f) >>> 0 === 0xd420_0000) return { kind: 'breakpoint', length: 4, emulated: false };
  return { kind: 'other', length: 4, emulated: false };
}

function startsWith(bytes: Uint8Array, prefix: readonly number[]): boolean {
  return prefix.every((byte, index) => bytes[index] === byte);
}
