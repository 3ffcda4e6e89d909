import { SondeError } from '../error.js';

/**
 * A file is not an ELF64 object that this package reads, or it contradicts itself.
 *
 * Codes: `ELF_NOT_ELF` (another format), `ELF_UNSUPPORTED` (32 bits, big-endian), `ELF_MALFORMED` (lengths or offsets
 * outside the file), `ELF_TOO_LARGE` (a table beyond the limits), `ELF_UNREADABLE` (the file can't be opened or read).
 */
export class ElfError extends SondeError {}

/** A contradiction in the file, as an {@link ElfError} with code `ELF_MALFORMED`. */
export function malformed(name: string, what: string): ElfError {
  return new ElfError('ELF_MALFORMED', `${name}: ${what}`, {
    hint: 'the file is truncated or corrupt: rebuild or reinstall it',
  });
}
