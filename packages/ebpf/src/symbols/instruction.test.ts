import { describe, expect, it } from 'vitest';
import { ElfMachine } from '../elf/index.js';
import { instructionAt } from './instruction.js';

describe('instructionAt on x86-64', () => {
  it.each([
    ['endbr64', 'f30f1efa', 'endbr64', 4, false],
    ['push %rbp', '55', 'push', 1, true],
    ['push %r15', '4157', 'push', 2, true],
    ['nop', '90', 'nop', 1, true],
    ['data16 nop', '6690', 'nop', 2, true],
    ['nopl 0x0(%rax)', '0f1f4000', 'nop', 4, true],
    ['the nop of a function tracer', '0f1f440000', 'nop', 5, true],
    ['jmp rel8', 'eb05', 'jump', 2, true],
    ['jmp rel32', 'e900000000', 'jump', 5, true],
    ['je rel8', '7405', 'jump', 2, true],
    ['je rel32', '0f8400000000', 'jump', 6, true],
    ['call rel32', 'e800000000', 'call', 5, true],
    ['int3', 'cc', 'breakpoint', 1, false],
    ['sub $0x18,%rsp', '4883ec18', 'other', 0, false],
    ['mov %rsp,%rbp', '4889e5', 'other', 0, false],
    ['rep ret', 'f3c3', 'other', 0, false],
    ['nothing', '', 'other', 0, false],
  ])('%s', (_, bytes, kind, length, emulated) => {
    expect(instructionAt(Buffer.from(bytes, 'hex'), ElfMachine.x86_64)).toEqual({ kind, length, emulated });
  });
});

describe('instructionAt on arm64', () => {
  it.each([
    ['bti c', '5f2403d5', 'bti', false],
    ['bti jc', 'df2403d5', 'bti', false],
    ['nop', '1f2003d5', 'nop', false],
    ['paciasp', '3f2303d5', 'other', false],
    ['b', '01000014', 'jump', true],
    ['bl', '01000094', 'call', true],
    ['brk #0', '000020d4', 'breakpoint', false],
    ['stp x29, x30, [sp, #-16]!', 'fd7bbfa9', 'other', false],
  ])('%s', (_, bytes, kind, emulated) => {
    expect(instructionAt(Buffer.from(bytes, 'hex'), ElfMachine.aarch64)).toEqual({ kind, length: 4, emulated });
  });

  it('is unknown where it is cut, or the machine is another one', () => {
    expect(instructionAt(new Uint8Array(3), ElfMachine.aarch64).kind).toBe('other');
    expect(instructionAt(Buffer.from('55', 'hex'), ElfMachine.bpf).kind).toBe('other');
  });
});
