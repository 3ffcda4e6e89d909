import { ElfFile } from './elf-file.js';
import { unpackXz } from './xz.js';

/**
 * The small ELF file inside `.gnu_debugdata` ("MiniDebugInfo": Fedora and its kin strip `.symtab` and keep the names of
 * functions there, xz-compressed), or null if the file has none. Addresses in it are those of the outer file.
 *
 * @throws ElfError if it can't be unpacked
 */
export function readDebugData(elf: ElfFile): ElfFile | null {
  const section = elf.section('.gnu_debugdata');
  if (!section) return null;
  return ElfFile.from(unpackXz(elf.data(section)), `${elf.name} (.gnu_debugdata)`);
}
