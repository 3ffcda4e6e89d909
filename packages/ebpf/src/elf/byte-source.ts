import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { ElfError, malformed } from './elf-error.js';

/** Random access to the bytes of a file, so that a 200 MB executable is not read to find one symbol. */
export interface ByteSource extends Disposable {
  /** What to call it in messages: a path, or `<memory>`. */
  readonly name: string;
  /** Bytes in all. */
  readonly size: number;
  /**
   * Bytes from `offset` on. The result may share memory with the source: don't write to it.
   *
   * @throws ElfError `ELF_MALFORMED` if the range is not wholly inside the source.
   */
  read(offset: number, length: number): Uint8Array;
}

/** A source over bytes that are already in memory. */
export function memorySource(bytes: Uint8Array, name = '<memory>'): ByteSource {
  return {
    name,
    size: bytes.length,
    read(offset, length) {
      checkRange(name, bytes.length, offset, length);
      return bytes.subarray(offset, offset + length);
    },
    [Symbol.dispose]() {},
  };
}

/**
 * A source over a file, read on demand. It holds a descriptor until it is disposed, so that the file stays the same one
 * when its path is replaced (a package upgrade).
 *
 * @throws ElfError `ELF_UNREADABLE` if the file can't be opened or isn't a regular file.
 */
export function fileSource(path: string): ByteSource {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (cause) {
    throw new ElfError('ELF_UNREADABLE', `${path}: ${(cause as Error).message}`, { cause });
  }
  const stat = fstatSync(fd);
  if (!stat.isFile()) {
    closeSync(fd);
    throw new ElfError('ELF_UNREADABLE', `${path}: not a regular file`);
  }
  let open = true;
  return {
    name: path,
    size: stat.size,
    read(offset, length) {
      if (!open) throw new ElfError('ELF_UNREADABLE', `${path}: already closed`);
      checkRange(path, stat.size, offset, length);
      return readFully(fd, path, offset, length);
    },
    [Symbol.dispose]() {
      if (open) closeSync(fd);
      open = false;
    },
  };
}

function readFully(fd: number, path: string, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const count = readSync(fd, bytes, done, length - done, offset + done);
    if (count === 0) throw malformed(path, `ends at ${offset + done}, while it was read`);
    done += count;
  }
  return bytes;
}

function checkRange(name: string, size: number, offset: number, length: number): void {
  // Lengths come from the file itself: check them before any memory is allocated.
  if (!(offset >= 0 && length >= 0 && offset + length <= size)) {
    throw malformed(name, `bytes ${offset} to ${offset + length} lie outside its ${size} bytes`);
  }
}
