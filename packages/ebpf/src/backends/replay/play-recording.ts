import { setTimeout as wait } from 'node:timers/promises';
import { EbpfError } from '../../errors.js';
import type { BpfObject } from '../../object.js';
import type { MemoryRing } from './memory-ring.js';
import type { RecordedRecord } from './recording.js';
import { ReplayBackend } from './replay-backend.js';

/** Options of {@link playRecording}. */
export interface PlayOptions {
  /** Ends the play early. */
  readonly signal?: AbortSignal;
  /** How long a full ring may stay unread, in milliseconds. @default 5000 */
  readonly patienceMs?: number;
}

/**
 * Puts recorded records into the ring buffers of an object that a {@link ReplayBackend} loaded, as fast as they are
 * read: a full ring is waited for, so that nothing is lost.
 *
 * @returns how many were put in; records of maps that the object doesn't have are passed over
 * @throws EbpfError `INVALID_ARGUMENT` if the object has another backend, `RING_FAILED` if nobody reads a full ring
 */
export async function playRecording(
  object: BpfObject,
  records: Iterable<RecordedRecord>,
  { signal, patienceMs = 5000 }: PlayOptions = {},
): Promise<number> {
  const { backend } = object;
  if (!(backend instanceof ReplayBackend)) {
    throw new EbpfError('INVALID_ARGUMENT', `object ${object.name} was loaded by ${backend.name}, not for a replay`);
  }
  let played = 0;
  for (const { map, record } of records) {
    if (signal?.aborted) break;
    const target = object.maps.get(map);
    if (!target) continue;
    const ring = backend.ring(target.native);
    if (!ring.write(record)) {
      await makeRoom(ring, record.length, map, patienceMs);
      if (!ring.write(record)) break;
    }
    played++;
  }
  return played;
}

/** Waits until the reader has made room, or has gone. */
async function makeRoom(ring: MemoryRing, length: number, map: string, patienceMs: number): Promise<void> {
  if (length + 8 > ring.size) {
    throw new EbpfError('RING_FAILED', `a record of ${length} bytes does not fit in ring ${map} of ${ring.size}`);
  }
  const deadline = Date.now() + patienceMs;
  while (ring.open && ring.pending + length + 15 > ring.size && ring.pending > 0) {
    if (Date.now() > deadline) {
      throw new EbpfError('RING_FAILED', `nobody has read ring ${map} for ${patienceMs} ms`, {
        hint: 'start a RingReader on the map before playing',
      });
    }
    await wait(1);
  }
}
