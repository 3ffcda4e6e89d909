import { ElfFile } from './elf/elf-file.js';
import { SymbolTable } from './elf/symbol-table.js';
import { EbpfError } from './errors.js';

/**
 * Offset in the file of a symbol of `.symtab` or `.dynsym`: what uprobes want.
 *
 * @throws EbpfError `SYMBOL_NOT_FOUND`
 * @throws ElfError
 */
export function symbolOffset(path: string, symbol: string): number {
  using elf = ElfFile.open(path);
  for (const kind of ['symtab', 'dynsym'] as const) {
    const found = SymbolTable.of(elf, kind)?.find(symbol);
    const offset = found ? elf.fileOffset(found.value) : null;
    if (offset !== null) return offset;
  }
  throw new EbpfError('SYMBOL_NOT_FOUND', `${path} has no symbol ${symbol}`, {
    hint: 'a stripped file keeps only what it exports: see `nm -D`; give an offset instead',
  });
}
