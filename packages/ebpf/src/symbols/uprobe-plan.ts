import { type ElfFile, type ElfSymbol, SymbolType } from '../elf/index.js';
import { type Instruction, instructionAt } from './instruction.js';
import { SymbolError } from './symbol-error.js';

/** Where a uprobe goes, and what it will cost there. */
export interface UprobePlan {
  readonly symbol: string;
  /** File to attach by. */
  readonly path: string;
  /** Offset in the file, in bytes: what the kernel wants. */
  readonly offset: number;
  /** Bytes from the function's start to `offset`: 4 where a landing pad was stepped over, else 0. */
  readonly steppedOver: number;
  /** What stands at `offset`. If it isn't emulated, each hit costs about ten times more. */
  readonly instruction: Instruction;
}

const longestInstruction = 15;

/**
 * Places a uprobe at a function, behind the landing pad (`endbr64`, `bti`) that compilers put first: that one is always
 * single-stepped, and nothing has happened yet when it is over: arguments, stack pointer and return address are
 * those of the call, so that uretprobes work from there too.
 *
 * @throws SymbolError `SYMBOL_INDIRECT` or `SYMBOL_NOT_IN_FILE`
 */
export function planUprobe(elf: ElfFile, symbol: ElfSymbol): UprobePlan {
  if (symbol.type === SymbolType.indirect) {
    throw new SymbolError('SYMBOL_INDIRECT', `${symbol.name} is chosen when the program starts (IFUNC)`, {
      hint: 'name the implementation, such as __memcpy_avx_unaligned',
    });
  }
  const start = elf.fileOffset(symbol.value);
  if (start === null) {
    throw new SymbolError('SYMBOL_NOT_IN_FILE', `the address of ${symbol.name} is not loaded from ${elf.name}`);
  }
  const first = instructionAt(elf.bytesUpTo(start, longestInstruction), elf.machine);
  const steppedOver = isLandingPad(first) && fits(symbol, first.length) ? first.length : 0;
  const offset = start + steppedOver;
  const instruction = steppedOver === 0 ? first : instructionAt(elf.bytesUpTo(offset, longestInstruction), elf.machine);
  return { symbol: symbol.name, path: elf.name, offset, steppedOver, instruction };
}

function isLandingPad(instruction: Instruction): boolean {
  return instruction.kind === 'endbr64' || instruction.kind === 'bti';
}

/** A function that is nothing but a landing pad has no second instruction. Assembler gives no sizes: believe it. */
function fits(symbol: ElfSymbol, length: number): boolean {
  return symbol.size === 0 || symbol.size > length;
}
