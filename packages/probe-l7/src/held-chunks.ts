import type { Chunk } from '@sonde/core';

/** Most chunks and bytes held for one connection. */
const MAX_CHUNKS = 64;
const MAX_BYTES = 65_536;
/** Drains that a chunk may wait for one that it overtook. */
const MAX_DRAINS = 2;

/**
 * Chunks that came before one that was sent earlier. A thread that sends is reported when the system call returns; by
 * then another thread may have read the answer. Held are copies, since chunks are leased.
 */
export class HeldChunks {
  readonly chunks: Chunk[] = [];
  #bytes = 0;
  #drains = 0;

  /** Time of the first one. */
  get firstAt(): number {
    return this.chunks[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  /** False if there are too many now: then nothing more may be added. */
  add({ outgoing, position, length, bytes, start, end, at, pid, tid, unit, sequence }: Chunk): boolean {
    const copy = Uint8Array.from(bytes.subarray(start, end));
    this.chunks.push({
      outgoing,
      position,
      length,
      bytes: copy,
      view: new DataView(copy.buffer),
      start: 0,
      end: copy.length,
      at,
      pid,
      tid,
      unit,
      sequence,
    });
    this.#bytes += copy.length;
    return this.chunks.length < MAX_CHUNKS && this.#bytes < MAX_BYTES;
  }

  /** Counts a drain; true if the wait has been in vain. */
  stale(): boolean {
    return ++this.#drains > MAX_DRAINS;
  }
}
