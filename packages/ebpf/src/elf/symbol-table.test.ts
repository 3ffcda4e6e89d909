import { describe, expect, it } from 'vitest';
import { ElfFile } from './elf-file.js';
import { buildElf, buildSymbols } from './fixtures/build-elf.js';
import { isFunction, SymbolTable, SymbolType } from './symbol-table.js';

function table(...symbols: Parameters<typeof buildSymbols>[1]): SymbolTable {
  return SymbolTable.of(ElfFile.from(buildElf(buildSymbols('symtab', symbols, 2))), 'symtab')!;
}

describe('SymbolTable', () => {
  it('finds functions of a running program by name', () => {
    using elf = ElfFile.open(process.execPath);
    const symbols = SymbolTable.of(elf, 'symtab') ?? SymbolTable.of(elf, 'dynsym')!;
    const found = symbols.find('napi_create_function');
    expect(found).toMatchObject({ name: 'napi_create_function', type: SymbolType.function });
    expect(elf.fileOffset(found!.value)).not.toBeNull();
  });

  it('takes no name for another one that begins with it, or that it begins with', () => {
    const symbols = table({ name: 'read_all', value: 1 }, { name: 're', value: 2 }, { name: 'read', value: 3 });
    expect(symbols.find('read')?.value).toBe(3);
    expect(symbols.find('rea')).toBeUndefined();
    expect(symbols.find('')).toBeUndefined();
  });

  it('passes over symbols that are defined in another object', () => {
    const symbols = table({ name: 'malloc', value: 0, section: 0 });
    expect(symbols.find('malloc')).toBeUndefined();
    expect([...symbols.functions()]).toEqual([]);
  });

  it('prefers a function where a variable has the same name', () => {
    const symbols = table({ name: 'x', value: 1, type: 1 }, { name: 'x', value: 2 }, { name: 'y', value: 3, type: 1 });
    expect(symbols.find('x')?.value).toBe(2);
    expect(symbols.find('y')?.value).toBe(3);
  });

  it('lists functions whose name passes, indirect ones included', () => {
    const symbols = table(
      { name: 'SSL_read', value: 1 },
      { name: 'SSL_state', value: 2, type: 1 },
      { name: 'SSL_write', value: 3, type: 10, binding: 2 },
      { name: 'other', value: 4 },
    );
    const found = [...symbols.functions((name) => name.startsWith('SSL_'))];
    expect(found.map((symbol) => symbol.name)).toEqual(['SSL_read', 'SSL_write']);
    expect(found.every(isFunction)).toBe(true);
    expect(found[1]).toMatchObject({ value: 3, size: 16, binding: 2, section: 1 });
  });

  it('is null for a stripped file', () => {
    const elf = ElfFile.from(buildElf([]));
    expect(SymbolTable.of(elf, 'symtab')).toBeNull();
    expect(SymbolTable.of(elf, 'dynsym')).toBeNull();
  });

  it('has empty names where the string table is missing', () => {
    const [entries] = buildSymbols('symtab', [{ name: 'f', value: 5 }], 99);
    const symbols = SymbolTable.of(ElfFile.from(buildElf([entries!])), 'symtab')!;
    expect(symbols.at(1)).toMatchObject({ name: '', value: 5 });
    expect(symbols.find('f')).toBeUndefined();
  });
});
