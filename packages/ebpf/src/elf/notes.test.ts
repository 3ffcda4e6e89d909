import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ElfFile } from './elf-file.js';
import { buildElf, buildNote } from './fixtures/build-elf.js';
import { buildId, parseNotes, readNotes } from './notes.js';
import { readUsdtProbes } from './usdt.js';

/** A library that this process has mapped. */
function mapped(name: string): ElfFile {
  const path = readFileSync('/proc/self/maps', 'utf8').match(new RegExp(`/\\S*/${name}\\S*`))?.[0];
  return ElfFile.open(path ?? name);
}

function stapsdt(address: number, base: number, semaphore: number, text: string): Uint8Array {
  const data = new Uint8Array(24 + text.length);
  const view = new DataView(data.buffer);
  view.setBigUint64(0, BigInt(address), true);
  view.setBigUint64(8, BigInt(base), true);
  view.setBigUint64(16, BigInt(semaphore), true);
  data.set(new TextEncoder().encode(text), 24);
  return buildNote('stapsdt', 3, data);
}

const probe = stapsdt(0x401000, 0x402000, 0x403000, 'mysql\0query__start\0-4@%edi 8@-8(%rbp)\0');

describe('notes', () => {
  it('give the build id of a real library', () => {
    using elf = mapped('libc.so');
    expect(buildId(elf)).toMatch(/^[0-9a-f]{40}$/);
  });

  it('are read from segments where there are no sections', () => {
    const bytes = buildElf([]);
    const note = buildNote('GNU', 3, new Uint8Array([0xab, 0xcd]));
    const file = new Uint8Array(bytes.length + note.length);
    file.set(bytes);
    file.set(note, bytes.length);
    const view = new DataView(file.buffer);
    view.setUint32(64, 4, true);
    view.setBigUint64(64 + 8, BigInt(bytes.length), true);
    view.setBigUint64(64 + 32, BigInt(note.length), true);
    view.setBigUint64(40, 0n, true);
    const elf = ElfFile.from(file);
    expect(readNotes(elf)).toHaveLength(1);
    expect(buildId(elf)).toBe('abcd');
  });

  it('end at the first one whose length is a lie', () => {
    const good = buildNote('A', 1, new Uint8Array(8));
    const bad = buildNote('B', 2, new Uint8Array(8));
    new DataView(bad.buffer).setUint32(4, 0xffff_ffff, true);
    expect(parseNotes(new Uint8Array([...good, ...bad])).map((note) => note.owner)).toEqual(['A']);
  });

  it('are null or empty where there are none', () => {
    const elf = ElfFile.from(buildElf([]));
    expect(buildId(elf)).toBeNull();
    expect(readUsdtProbes(elf)).toEqual([]);
  });
});

describe('USDT probes', () => {
  it('are read from a real library', () => {
    using elf = mapped('libstdc\\+\\+');
    const probes = readUsdtProbes(elf);
    expect(probes.find((one) => one.name === 'throw')).toMatchObject({ provider: 'libstdcxx' });
    for (const one of probes) expect(elf.fileOffset(one.address)).not.toBeNull();
  });

  it('have a provider, a name, arguments and a semaphore', () => {
    const elf = ElfFile.from(buildElf([{ name: '.note.stapsdt', type: 7, data: probe }]));
    expect(readUsdtProbes(elf)).toEqual([
      {
        provider: 'mysql',
        name: 'query__start',
        address: 0x401000,
        semaphore: 0x403000,
        arguments: '-4@%edi 8@-8(%rbp)',
      },
    ]);
  });

  it('move with .stapsdt.base when the file was prelinked', () => {
    const elf = ElfFile.from(
      buildElf([
        { name: '.note.stapsdt', type: 7, data: probe },
        { name: '.stapsdt.base', type: 1, address: 0x402100 },
      ]),
    );
    expect(readUsdtProbes(elf)).toMatchObject([{ address: 0x401100, semaphore: 0x403100 }]);
  });

  it('that are cut short are passed over or have empty words', () => {
    const short = buildNote('stapsdt', 3, new Uint8Array(20));
    const unended = stapsdt(1, 0, 0, 'provider');
    const data = new Uint8Array([...short, ...unended]);
    const elf = ElfFile.from(buildElf([{ name: '.note.stapsdt', type: 7, data }]));
    expect(readUsdtProbes(elf)).toEqual([{ provider: 'provider', name: '', address: 1, semaphore: 0, arguments: '' }]);
  });
});
