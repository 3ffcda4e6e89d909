import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readDebugData } from './debug-data.js';
import { ElfError } from './elf-error.js';
import { ElfFile } from './elf-file.js';
import { buildElf, buildSymbols, noise } from './fixtures/build-elf.js';
import { SymbolTable } from './symbol-table.js';
import { unpackXz } from './xz.js';

function xz(bytes: Uint8Array, ...options: string[]): Uint8Array {
  return new Uint8Array(
    execFileSync('xz', ['--stdout', '--threads=1', ...options], { input: bytes, maxBuffer: 1 << 28 }),
  );
}

function random(length: number): Uint8Array {
  const next = noise(7);
  return Uint8Array.from({ length }, () => next() >>> 24);
}

const program = readFileSync('/proc/self/exe').subarray(0, 1 << 20);

describe('unpackXz', () => {
  it.each<[string, Uint8Array, string[]]>([
    ['nothing', new Uint8Array(0), []],
    ['one byte', new Uint8Array([1]), []],
    ['text that repeats', new TextEncoder().encode('the same words again and again. '.repeat(5000)), []],
    ['bytes that do not compress', random(200_000), []],
    ['a megabyte of a program', program, []],
    ['the fastest preset', program, ['-0']],
    ['the best preset', program, ['-9e']],
    ['other literal and position bits', program, ['--lzma2=lc=0,lp=4,pb=0']],
    ['several blocks', program, ['--block-size=100000']],
    ['no checksum', program, ['--check=none']],
    ['SHA-256', program, ['--check=sha256', '--block-size=100001']],
  ])('unpacks %s', (_, bytes, options) => {
    expect(Buffer.compare(unpackXz(xz(bytes, ...options)), bytes)).toBe(0);
  });

  it('stops at its limit', () => {
    const bomb = xz(new Uint8Array(1 << 24));
    expect(bomb.length).toBeLessThan(10_000);
    expect(() => unpackXz(bomb, 1 << 20)).toThrow(expect.objectContaining({ code: 'ELF_TOO_LARGE' }));
  });

  it('refuses another format, and another filter by name', () => {
    expect(() => unpackXz(new Uint8Array(100))).toThrow('not in xz format');
    expect(() => unpackXz(xz(program.subarray(0, 5000), '--x86', '--lzma2'))).toThrow(
      expect.objectContaining({ code: 'ELF_UNSUPPORTED' }),
    );
  });

  it('unpacks or refuses whatever is cut or altered', () => {
    const packed = xz(program.subarray(4096, 12_000));
    const next = noise(3);
    for (let round = 0; round < 400; round++) {
      const bytes = round % 2 === 0 ? packed.slice(0, next() % packed.length) : packed.slice();
      for (let change = 0; change < 3; change++) bytes[12 + (next() % (packed.length - 12))] = next() >>> 24;
      try {
        unpackXz(bytes, 1 << 20);
      } catch (error) {
        if (!(error instanceof ElfError)) throw error;
      }
    }
  });
});

describe('readDebugData', () => {
  it('reads the function names that distributions keep in .gnu_debugdata', () => {
    const inner = buildElf(buildSymbols('symtab', [{ name: 'hidden_function', value: 0x401234 }], 2));
    const outer = ElfFile.from(buildElf([{ name: '.gnu_debugdata', type: 1, data: xz(inner) }]), 'libtest.so');
    using debug = readDebugData(outer)!;
    expect(debug.name).toBe('libtest.so (.gnu_debugdata)');
    expect(SymbolTable.of(debug, 'symtab')?.find('hidden_function')?.value).toBe(0x401234);
  });

  it('is null where a file has none', () => {
    expect(readDebugData(ElfFile.from(buildElf([])))).toBeNull();
  });
});
