import type { Chunk } from '../contracts/index.js';
import { Unread } from './window.js';

/** Most bytes kept of a direction whose protocol isn't known yet. */
const LIMIT = 4096;

/** First bytes of one direction, kept until somebody recognises them: chunks are leased. */
export class Undecided {
  readonly #kept = new Unread();
  readonly #pieces: Omit<Chunk, 'bytes' | 'view'>[] = [];

  /** Adds the next chunk; false if it doesn't follow the ones before, if it isn't whole, or if there is too much. */
  add(chunk: Chunk): boolean {
    const { outgoing, position, length, at, pid, tid, unit, sequence } = chunk;
    const last = this.#pieces.at(-1);
    const follows = last === undefined || position === last.position + last.length;
    if (!follows || chunk.end - chunk.start !== length || this.#kept.length + length > LIMIT) return false;
    const start = this.#kept.length;
    this.#kept.append(chunk.bytes, chunk.start, chunk.end);
    this.#pieces.push({ outgoing, position, length, at, pid, tid, unit, sequence, start, end: start + length });
    return true;
  }

  /** All of it as one chunk, to look at. */
  get whole(): Chunk {
    const { bytes, view, start, end } = this.#kept;
    return { ...this.#pieces[0]!, bytes, view, start, end, length: end - start };
  }

  /** The chunks as they came. */
  get chunks(): Chunk[] {
    const { bytes, view } = this.#kept;
    return this.#pieces.map((piece) => ({ ...piece, bytes, view }));
  }
}
