import type { ElfFile } from './elf-file.js';
import { SectionType, SegmentType } from './elf-file.js';
import { viewOf } from './fields.js';

/** One note: what a tool left in the file for other tools. */
export interface ElfNote {
  /** Who defines it: `GNU`, `stapsdt`, `Go`. */
  readonly owner: string;
  readonly type: number;
  readonly data: Uint8Array;
}

/** Splits the contents of a note section or segment; stops at the first note that does not fit. */
export function parseNotes(bytes: Uint8Array): ElfNote[] {
  const view = viewOf(bytes);
  const notes: ElfNote[] = [];
  let at = 0;
  while (at + 12 <= bytes.length) {
    const nameSize = view.getUint32(at, true);
    const dataSize = view.getUint32(at + 4, true);
    const dataAt = at + 12 + align4(nameSize);
    if (dataAt + dataSize > bytes.length) break;
    const name = bytes.subarray(at + 12, at + 12 + Math.max(0, nameSize - 1));
    notes.push({
      owner: String.fromCharCode(...name.subarray(0, 64)),
      type: view.getUint32(at + 8, true),
      data: bytes.subarray(dataAt, dataAt + dataSize),
    });
    at = dataAt + align4(dataSize);
  }
  return notes;
}

/**
 * All notes of a file: those of its sections, or of its segments where it has no sections.
 *
 * @throws ElfError if a section lies outside the file.
 */
export function readNotes(elf: ElfFile): ElfNote[] {
  const sections = elf.sections.filter((section) => section.type === SectionType.note);
  if (sections.length > 0) return sections.flatMap((section) => parseNotes(elf.data(section)));
  return elf.segments
    .filter((segment) => segment.type === SegmentType.note)
    .flatMap((segment) => parseNotes(elf.bytes(segment.offset, segment.fileSize)));
}

/** The build id (lower-case hex) that ties a file to its debug information, or null. */
export function buildId(elf: ElfFile): string | null {
  const note = readNotes(elf).find((candidate) => candidate.owner === 'GNU' && candidate.type === 3);
  return note ? Buffer.from(note.data).toString('hex') : null;
}

function align4(size: number): number {
  return Math.ceil(size / 4) * 4;
}
