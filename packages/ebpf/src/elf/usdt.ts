import type { ElfFile } from './elf-file.js';
import { stringAt, stringEnd, u64, viewOf } from './fields.js';
import { parseNotes } from './notes.js';

/** A statically defined tracepoint: a `nop` that its author promised to keep (`sys/sdt.h`). */
export interface UsdtProbe {
  readonly provider: string;
  readonly name: string;
  /** Virtual address of the `nop`. */
  readonly address: number;
  /** Virtual address of a u16 counter that enables the probe, or 0: attaching must then tell the kernel of it. */
  readonly semaphore: number;
  /** Where the arguments are, as the compiler wrote it: `-4@%edi 8@-8(%rbp)`. */
  readonly arguments: string;
}

/**
 * The probes of `.note.stapsdt`; an inlined probe appears once for each place. Addresses are corrected for prelinking
 * by `.stapsdt.base` (SystemTap wiki, UserSpaceProbeImplementation).
 *
 * @throws ElfError if the section lies outside the file.
 */
export function readUsdtProbes(elf: ElfFile): UsdtProbe[] {
  const section = elf.section('.note.stapsdt');
  if (!section) return [];
  const base = elf.section('.stapsdt.base')?.address;
  const probes: UsdtProbe[] = [];
  for (const note of parseNotes(elf.data(section))) {
    if (note.owner !== 'stapsdt' || note.type !== 3 || note.data.length < 24 + 3) continue;
    probes.push(parseProbe(note.data, base));
  }
  return probes;
}

function parseProbe(data: Uint8Array, base: number | undefined): UsdtProbe {
  const view = viewOf(data);
  const moved = base === undefined ? 0 : base - u64(view, 8);
  const semaphore = u64(view, 16);
  const nameAt = stringEnd(data, 24) + 1;
  return {
    provider: stringAt(data, 24),
    name: stringAt(data, nameAt),
    address: u64(view, 0) + moved,
    semaphore: semaphore === 0 ? 0 : semaphore + moved,
    arguments: stringAt(data, stringEnd(data, nameAt) + 1),
  };
}
