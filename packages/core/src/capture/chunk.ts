import type { Chunk } from '../contracts/connection.js';

/** A chunk object to fill in again and again; what a capture can't know of it is never changed. */
export function emptyChunk(): Chunk {
  const bytes = new Uint8Array(0);
  return {
    outgoing: true,
    position: 0,
    length: 0,
    bytes,
    view: new DataView(bytes.buffer, 0, 0),
    start: 0,
    end: 0,
    at: 0,
    pid: 0,
    tid: 0,
    unit: 0,
    sequence: -1,
  };
}
