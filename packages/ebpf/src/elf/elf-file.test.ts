import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ElfError } from './elf-error.js';
import { ElfFile, ElfMachine } from './elf-file.js';
import { buildElf, buildSymbols, noise } from './fixtures/build-elf.js';
import { readNotes } from './notes.js';
import { SymbolTable } from './symbol-table.js';
import { readUsdtProbes } from './usdt.js';

const text = new Uint8Array([0x90, 0xc3]);
const small = buildElf([
  { name: '.text', type: 1, data: text },
  ...buildSymbols('symtab', [{ name: 'f', value: 9 }], 3),
]);

/** Everything that readers do with a file from outside. */
function readAll(bytes: Uint8Array): void {
  const elf = ElfFile.from(bytes);
  for (const section of elf.sections) elf.data(section);
  for (const kind of ['symtab', 'dynsym'] as const) {
    const table = SymbolTable.of(elf, kind);
    table?.find('f');
    for (const symbol of table?.functions() ?? []) elf.fileOffset(symbol.value);
  }
  readNotes(elf);
  readUsdtProbes(elf);
}

describe('ElfFile', () => {
  it('reads the sections and segments of a running program', () => {
    using elf = ElfFile.open(process.execPath);
    expect([ElfMachine.x86_64, ElfMachine.aarch64]).toContain(elf.machine);
    const code = elf.section('.text');
    expect(code?.size).toBeGreaterThan(1_000_000);
    expect(elf.fileOffset(code!.address)).toBe(code!.offset);
  });

  it('gives the contents of a section', () => {
    const elf = ElfFile.from(small);
    expect(elf.data(elf.section('.text')!)).toEqual(text);
    expect(elf.section('.nothing')).toBeUndefined();
  });

  it('has no bytes for .bss, whatever its size', () => {
    const elf = ElfFile.from(buildElf([{ name: '.bss', type: 8 }]));
    expect(elf.data({ ...elf.section('.bss')!, size: 1 << 20 })).toHaveLength(0);
  });

  it('finds the file offset of an address only where a segment loads it', () => {
    const elf = ElfFile.from(small);
    expect(elf.fileOffset(0x400010)).toBe(0x10);
    expect(elf.fileOffset(0x3fffff)).toBeNull();
    expect(elf.fileOffset(0x400000 + small.length)).toBeNull();
  });

  it('keeps reading the file that it opened when the path is replaced', () => {
    const directory = mkdtempSync(join(tmpdir(), 'elf-'));
    const path = join(directory, 'object');
    try {
      writeFileSync(path, small);
      using elf = ElfFile.open(path);
      rmSync(path);
      writeFileSync(path, 'something else');
      expect(elf.data(elf.section('.text')!)).toEqual(text);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

describe('files that are not what they should be', () => {
  const altered = (change: (view: DataView) => void) => {
    const bytes = small.slice();
    change(new DataView(bytes.buffer));
    return bytes;
  };

  it.each([
    ['a text file', 'ELF_NOT_ELF', new TextEncoder().encode('#!/bin/sh\n')],
    ['an empty file', 'ELF_NOT_ELF', new Uint8Array(0)],
    ['a 32-bit file', 'ELF_UNSUPPORTED', altered((view) => view.setUint8(4, 1))],
    ['a big-endian file', 'ELF_UNSUPPORTED', altered((view) => view.setUint8(5, 2))],
    ['a file that ends in its header', 'ELF_MALFORMED', small.slice(0, 40)],
    ['section headers beyond the end', 'ELF_MALFORMED', altered((view) => view.setBigUint64(40, 1n << 40n, true))],
    ['section headers beyond 2^63', 'ELF_MALFORMED', altered((view) => view.setBigUint64(40, ~0n, true))],
    ['section headers of one byte', 'ELF_MALFORMED', altered((view) => view.setUint16(58, 1, true))],
    ['program headers of one byte', 'ELF_MALFORMED', altered((view) => view.setUint16(54, 1, true))],
    ['more program headers than bytes', 'ELF_MALFORMED', altered((view) => view.setUint16(56, 60_000, true))],
  ])('%s is refused with %s', (_, code, bytes) => {
    expect(() => ElfFile.from(bytes)).toThrow(expect.objectContaining({ code }));
  });

  it('a section that claims gigabytes is refused before anything is allocated', () => {
    const elf = ElfFile.from(small);
    const section = elf.section('.text')!;
    expect(() => elf.data({ ...section, size: 2 ** 31 })).toThrow(expect.objectContaining({ code: 'ELF_TOO_LARGE' }));
    expect(() => elf.data({ ...section, size: 2 ** 29 })).toThrow(expect.objectContaining({ code: 'ELF_MALFORMED' }));
  });

  it('a count of sections in the first header is bounded too', () => {
    const bytes = altered((view) => {
      view.setUint16(60, 0, true);
      view.setBigUint64(Number(view.getBigUint64(40, true)) + 32, 1n << 30n, true);
    });
    expect(() => ElfFile.from(bytes)).toThrow(expect.objectContaining({ code: 'ELF_TOO_LARGE' }));
  });

  it('a path that is missing or a directory is refused with ELF_UNREADABLE', () => {
    for (const path of ['/nonexistent', '/proc']) {
      expect(() => ElfFile.open(path)).toThrow(expect.objectContaining({ code: 'ELF_UNREADABLE' }));
    }
  });

  it('a file cut at any byte is read or refused, never anything else', () => {
    for (let length = 0; length < small.length; length++) {
      expectOnlyElfErrors(small.slice(0, length));
    }
  });

  it('a file with altered bytes is read or refused, never anything else', () => {
    const next = noise(1);
    for (let round = 0; round < 3000; round++) {
      const bytes = small.slice();
      for (let change = 0; change < 4; change++) bytes[next() % bytes.length] = next() >>> 24;
      expectOnlyElfErrors(bytes);
    }
  });
});

function expectOnlyElfErrors(bytes: Uint8Array): void {
  try {
    readAll(bytes);
  } catch (error) {
    if (!(error instanceof ElfError)) throw error;
  }
}
