import { expect, test } from 'vitest';
import { ElfFile } from '../elf/elf-file.js';
import { SymbolTable } from '../elf/symbol-table.js';
import { assemble, call, exit, returnValue } from './instructions.js';
import { minimalObject } from './minimal-object.js';

test('instructions are laid out as the kernel reads them', () => {
  expect(assemble([returnValue(-1), call(181), exit]).toString('hex')).toBe(
    `b7000000ffffffff${'85000000b5000000'}${'9500000000000000'}`,
  );
});

test('the object has one program of the section, and a licence', () => {
  const instructions = assemble([returnValue(0), exit]);
  const elf = ElfFile.from(minimalObject('tcx/ingress', instructions));
  expect(elf.data(elf.section('tcx/ingress')!)).toEqual(instructions);
  expect(Buffer.from(elf.data(elf.section('license')!)).toString()).toBe('GPL\0');
  const symbol = SymbolTable.of(elf, 'symtab')!.find('probe')!;
  expect(elf.sections[symbol.section]!.name).toBe('tcx/ingress');
  expect(symbol.size).toBe(16);
});
