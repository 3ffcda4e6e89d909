/** Name of the one program in a {@link minimalObject}. */
export const minimalProgram = 'probe';

const headerBytes = 64;
const sectionHeaderBytes = 64;
const symbolBytes = 24;
const machineBpf = 247;
const SHT = { progbits: 1, symtab: 2, strtab: 3 } as const;
const SHF = { alloc: 2, execute: 4 } as const;

interface Section {
  readonly name: string;
  readonly type: number;
  readonly flags?: number;
  readonly bytes: Buffer;
  readonly link?: number;
  readonly info?: number;
  readonly entryBytes?: number;
}

/**
 * An object file with one program of the instructions given: feature probes go through the same loader and attach the
 * same way as programs from a compiler do.
 *
 * @param section - as in `SEC("…")`
 */
export function minimalObject(section: string, instructions: Buffer): Buffer {
  const names = stringTable([section, minimalProgram, 'license', '.symtab', '.strtab']);
  const symbols = Buffer.alloc(symbolBytes * 2);
  symbols.writeUInt32LE(names.at(minimalProgram), symbolBytes);
  const globalFunction = 0x12;
  symbols.writeUInt8(globalFunction, symbolBytes + 4);
  symbols.writeUInt16LE(2, symbolBytes + 6);
  symbols.writeBigUInt64LE(BigInt(instructions.length), symbolBytes + 16);
  return elf(names, [
    { name: '.strtab', type: SHT.strtab, bytes: names.bytes },
    { name: section, type: SHT.progbits, flags: SHF.alloc | SHF.execute, bytes: instructions },
    { name: 'license', type: SHT.progbits, flags: SHF.alloc, bytes: Buffer.from('GPL\0') },
    { name: '.symtab', type: SHT.symtab, bytes: symbols, link: 1, info: 1, entryBytes: symbolBytes },
  ]);
}

interface StringTable {
  readonly bytes: Buffer;
  at(text: string): number;
}

function stringTable(texts: readonly string[]): StringTable {
  const bytes = Buffer.from(`\0${texts.join('\0')}\0`);
  return { bytes, at: (text) => bytes.indexOf(`\0${text}\0`) + 1 };
}

/** An ELF64 relocatable file for eBPF; the sections' names and the symbols' stand in the first one. */
function elf(names: StringTable, sections: readonly Section[]): Buffer {
  const headers = Buffer.alloc(sectionHeaderBytes * (sections.length + 1));
  const contents: Buffer[] = [];
  let offset = headerBytes;
  sections.forEach(({ name, type, flags = 0, bytes, link = 0, info = 0, entryBytes = 0 }, index) => {
    const at = sectionHeaderBytes * (index + 1);
    headers.writeUInt32LE(names.at(name), at);
    headers.writeUInt32LE(type, at + 4);
    headers.writeBigUInt64LE(BigInt(flags), at + 8);
    headers.writeBigUInt64LE(BigInt(offset), at + 24);
    headers.writeBigUInt64LE(BigInt(bytes.length), at + 32);
    headers.writeUInt32LE(link, at + 40);
    headers.writeUInt32LE(info, at + 44);
    headers.writeBigUInt64LE(8n, at + 48);
    headers.writeBigUInt64LE(BigInt(entryBytes), at + 56);
    const padded = Buffer.alloc(Math.ceil(bytes.length / 8) * 8);
    bytes.copy(padded);
    contents.push(padded);
    offset += padded.length;
  });
  const header = Buffer.alloc(headerBytes);
  header.write('\x7fELF\x02\x01\x01', 'latin1');
  header.writeUInt16LE(1, 16);
  header.writeUInt16LE(machineBpf, 18);
  header.writeUInt32LE(1, 20);
  header.writeBigUInt64LE(BigInt(offset), 40);
  header.writeUInt16LE(headerBytes, 52);
  header.writeUInt16LE(sectionHeaderBytes, 58);
  header.writeUInt16LE(sections.length + 1, 60);
  header.writeUInt16LE(1, 62);
  return Buffer.concat([header, ...contents, headers]);
}
