import type { Chunk } from '../contracts/index.js';

/** What a stream has to remember of the chunk at hand, which is leased: when and by whom its bytes were moved, and where. */
export class ChunkCursor {
  /** Nanoseconds of the source's clock. */
  at = 0;
  /** Thread that moved the bytes. */
  tid = 0;
  #position = 0;
  #sequence = -1;
  /** Position after the chunk's captured bytes. */
  #capturedEnd = 0;

  set(chunk: Chunk): void {
    this.at = chunk.at;
    this.tid = chunk.tid;
    this.#position = chunk.position;
    this.#sequence = chunk.sequence;
    this.#capturedEnd = chunk.position + chunk.end - chunk.start;
  }

  copy(other: ChunkCursor): void {
    this.at = other.at;
    this.tid = other.tid;
    this.#position = other.#position;
    this.#sequence = other.#sequence;
    this.#capturedEnd = other.#capturedEnd;
  }

  /** TCP sequence number of the byte that stands `left` bytes before the end of what was captured, or -1. */
  sequenceAt(left: number): number {
    if (this.#sequence < 0) return -1;
    return (this.#sequence + this.#capturedEnd - left - this.#position) >>> 0;
  }
}
