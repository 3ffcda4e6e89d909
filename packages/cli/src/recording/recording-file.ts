import { closeSync, fchmodSync, fstatSync, ftruncateSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';
import { ConfigurationError } from '@sonde/core';
import { formatBytes } from '../output/progress.js';
import { checksum } from './checksum.js';
import type { RecordingEnd, RecordingHeader } from './format.js';
import { BLOCK_HEADER_BYTES, BLOCK_MARKER, BlockFlag, FILE_HEADER_BYTES, MAGIC, VERSION } from './format.js';
import { RecordingError } from './recording-error.js';

/**
 * The file of a recording: header, blocks, end. Only whole blocks stay in it, so that it can be replayed whatever
 * happens while it is written. Readable by its owner only: payloads are recorded as they are.
 */
export class RecordingFile {
  readonly path: string;
  #descriptor: number;
  /** Bytes up to the end of the last whole block. */
  #size = 0;
  readonly #isFile: boolean;

  /**
   * @param overwrite whether a file that holds something may be written over
   * @throws ConfigurationError `RECORDING_EXISTS`
   * @throws RecordingError `RECORDING_WRITE`, `RECORDING_DISK_FULL`
   */
  constructor(path: string, header: RecordingHeader, { overwrite = false } = {}) {
    this.path = path;
    if (!overwrite) refuseToOverwrite(path);
    try {
      this.#descriptor = openSync(path, 'w', 0o600);
      this.#isFile = fstatSync(this.#descriptor).isFile();
      // The file may have been there before, for others to read.
      if (this.#isFile) fchmodSync(this.#descriptor, 0o600);
    } catch (cause) {
      throw new RecordingError('RECORDING_WRITE', `'${path}' can't be written`, { cause });
    }
    const json = Buffer.from(JSON.stringify(header));
    const head = Buffer.alloc(FILE_HEADER_BYTES);
    MAGIC.copy(head);
    head.writeUInt16LE(VERSION, 8);
    head.writeUInt32LE(json.length, 12);
    head.writeUInt32LE(checksum(head, json), 16);
    try {
      this.#write(Buffer.concat([head, json]));
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Bytes written. */
  get size(): number {
    return this.#size;
  }

  /** Appends a block. @throws RecordingError `RECORDING_WRITE`, `RECORDING_DISK_FULL`; the file is whole nevertheless. */
  block(entries: Uint8Array): void {
    const packed = deflateRawSync(entries, { level: 1 });
    if (packed.length < entries.length) this.#block(packed, entries.length, BlockFlag.packed);
    else this.#block(entries, entries.length, 0);
  }

  /** Appends the last block. */
  end(end: RecordingEnd): void {
    const json = Buffer.from(JSON.stringify(end));
    this.#block(json, json.length, BlockFlag.end);
  }

  close(): void {
    if (this.#descriptor >= 0) closeSync(this.#descriptor);
    this.#descriptor = -1;
  }

  /** Closes a file that nothing was recorded into, and takes it away, so that it isn't in the way of another try. */
  discard(): void {
    this.close();
    if (this.#isFile) rmSync(this.path, { force: true });
  }

  #block(stored: Uint8Array, unpacked: number, flags: number): void {
    const block = Buffer.allocUnsafe(BLOCK_HEADER_BYTES + stored.length);
    block.writeUInt32LE(BLOCK_MARKER, 0);
    block.writeUInt32LE(flags, 4);
    block.writeUInt32LE(stored.length, 8);
    block.writeUInt32LE(unpacked, 12);
    block.writeUInt32LE(checksum(block, stored), 16);
    block.set(stored, BLOCK_HEADER_BYTES);
    this.#write(block);
  }

  #write(bytes: Buffer): void {
    try {
      // At a position of its own: after a failed write the descriptor stands behind the file's end, and would leave a hole.
      for (let at = 0; at < bytes.length; ) {
        const position = this.#isFile ? this.#size + at : null;
        at += writeSync(this.#descriptor, bytes, at, bytes.length - at, position);
      }
      this.#size += bytes.length;
    } catch (cause) {
      if (this.#isFile) ftruncateSync(this.#descriptor, this.#size);
      throw writeError(this.path, cause);
    }
  }
}

function refuseToOverwrite(path: string): void {
  const there = statSync(path, { throwIfNoEntry: false });
  if (!there?.isFile() || there.size === 0) return;
  throw new ConfigurationError('RECORDING_EXISTS', `'${path}' exists already (${formatBytes(there.size)})`, {
    hint: 'record into another file, or overwrite this one by --force',
  });
}

function writeError(path: string, cause: unknown): RecordingError {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') {
    return new RecordingError('RECORDING_DISK_FULL', `no space is left for '${path}'`, {
      cause,
      hint: 'What was recorded so far can be replayed. Narrow the choice with --target, or record for less time.',
    });
  }
  return new RecordingError('RECORDING_WRITE', `'${path}' can't be written any further`, { cause });
}
