export type { ByteSource } from './byte-source.js';
export { readDebugData } from './debug-data.js';
export { ElfError } from './elf-error.js';
export {
  ElfFile,
  ElfFlag,
  ElfMachine,
  type ElfSection,
  type ElfSegment,
  SectionType,
  SegmentType,
} from './elf-file.js';
export { buildId } from './notes.js';
export { type ElfSymbol, SymbolTable, SymbolType } from './symbol-table.js';
export { readUsdtProbes, type UsdtProbe } from './usdt.js';
