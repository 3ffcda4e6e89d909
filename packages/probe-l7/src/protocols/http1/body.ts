import { parseHex } from '@sonde/core';
import { CR, HT, LF, SP } from './characters.js';

/** Longest line of a chunk size with its extensions that is waited for. */
const MAX_SIZE_LINE = 4096;

/** Why {@link ChunkedBody.advance} gave up. */
export type ChunkFault = 'chunk size' | 'chunk end';

/** Steps over a chunked body (RFC 9112 §7.1): reads sizes, never keeps data, looks at trailers only for their end. */
export class ChunkedBody {
  /** Bytes of chunk data so far. */
  size = 0;
  /** True once the empty line after the last chunk is consumed. */
  done = false;
  /** Set when the framing is broken. */
  fault: ChunkFault | null = null;
  #trailer = false;

  /** Makes ready for the next body. */
  reset(): void {
    this.size = 0;
    this.done = this.#trailer = false;
    this.fault = null;
  }

  /** Bytes that the shortest end of the body takes from here, if the next line is the last chunk's: `0`, CRLF, CRLF. */
  get shortestEnd(): number {
    return this.#trailer ? 2 : 5;
  }

  /**
   * Steps on from `at`.
   *
   * @returns how far it came, which is beyond `end` when the rest of a chunk is still to come
   */
  advance(bytes: Uint8Array, at: number, end: number): number {
    let position = at;
    while (position < end) {
      let lineEnd = position;
      while (lineEnd < end && bytes[lineEnd] !== LF) lineEnd++;
      if (lineEnd === end) {
        if (!this.#trailer && end - position > MAX_SIZE_LINE) this.fault = 'chunk size';
        return position;
      }
      if (this.#trailer) {
        const empty = lineEnd === position || (lineEnd === position + 1 && bytes[position] === CR);
        position = lineEnd + 1;
        if (!empty) continue;
        this.done = true;
        return position;
      }
      const size = chunkSize(bytes, position, lineEnd);
      if (size < 0) {
        this.fault = 'chunk size';
        return position;
      }
      position = lineEnd + 1;
      if (size === 0) {
        this.#trailer = true;
        continue;
      }
      this.size += size;
      position += size;
      if (position + 2 > end) return position + 2;
      if (bytes[position] === CR && bytes[position + 1] === LF) position += 2;
      else if (bytes[position] === LF) position += 1;
      else {
        this.fault = 'chunk end';
        return position;
      }
    }
    return position;
  }
}

/** Size at the start of a line, or -1. What follows a semicolon, or white space, doesn't matter. */
function chunkSize(bytes: Uint8Array, start: number, end: number): number {
  let stop = start;
  while (stop < end) {
    const byte = bytes[stop]!;
    if (byte === 0x3b || byte === CR || byte === SP || byte === HT) break;
    stop++;
  }
  return parseHex(bytes, start, stop);
}
