import type { Chunk, ConnectionHandle, ConnectionInfo, ConnectionSink } from '@sonde/core';
import type { Sample, Turn } from './sample.js';

/** A conversation as it was recorded. */
export interface RecordedSample extends Sample {
  /** Bytes of it that the source did not show: not captured, or lost. 0 for one that can serve as a sample. */
  missing: number;
}

interface Recording extends ConnectionHandle {
  readonly info: ConnectionInfo;
  /** Whether the local end is the client, as far as it is known. */
  client: boolean;
  readonly chunks: { outgoing: boolean; bytes: Uint8Array }[];
  /** Position after the last byte of each direction. */
  readonly end: { sent: number; received: number };
  missing: number;
}

/**
 * Keeps what connections say: a place where any source can put its data, a capture file or an agent's probes.
 *
 * ```ts
 * const recorder = new SampleRecorder();
 * await using agent = await createAgent({
 *   probes: [l7({ captureBytes: 16384 })], protocols: [mine], targets: ['port=7000'], workers: 0,
 *   overrides: [override(CONNECTION_FILTER, recorder.before)],
 * });
 * // … traffic; then recorder.samples('mine')
 * ```
 */
export class SampleRecorder implements ConnectionSink {
  readonly #recordings: Recording[] = [];

  /** Hands everything on to the pipeline, and keeps it: for `CONNECTION_FILTER`. */
  readonly before = (inner: ConnectionSink): ConnectionSink => {
    const recorded = new WeakMap<ConnectionHandle, ConnectionHandle>();
    const of = (handle: ConnectionHandle) => recorded.get(handle)!;
    return {
      open: (info) => {
        const handle = inner.open(info);
        recorded.set(handle, this.open(info));
        return handle;
      },
      update: (handle, info) => {
        this.update(of(handle), info);
        inner.update(handle, info);
      },
      data: (handle, chunk) => {
        this.data(of(handle), chunk);
        inner.data(handle, chunk);
      },
      close: (handle, at, outgoing) => inner.close(handle, at, outgoing),
    };
  };

  open(info: ConnectionInfo): ConnectionHandle {
    const recording: Recording = {
      ...{ ignored: false, info: { ...info }, client: info.role !== 'server', chunks: [] },
      ...{ end: { sent: 0, received: 0 }, missing: 0 },
    };
    this.#recordings.push(recording);
    return recording;
  }

  update(connection: ConnectionHandle, info: Partial<ConnectionInfo>): void {
    if (info.role) (connection as Recording).client = info.role === 'client';
  }

  data(connection: ConnectionHandle, { outgoing, bytes, position, length, start, end }: Chunk): void {
    const recording = connection as Recording;
    const way = outgoing ? 'sent' : 'received';
    recording.missing += Math.max(0, position - recording.end[way]) + length - (end - start);
    recording.end[way] = position + length;
    recording.chunks.push({ outgoing, bytes: bytes.slice(start, end) });
  }

  close(): void {}

  /** Conversations that carried bytes, in the order in which they began: `NAME`, or `NAME#1`, `NAME#2`, … */
  samples(name: string): RecordedSample[] {
    const talks = this.#recordings.filter(({ chunks }) => chunks.length > 0);
    return talks.map(({ info, client, chunks, missing }, index) => ({
      name: talks.length === 1 ? name : `${name}#${index + 1}`,
      transport: info.transport === 'udp' ? 'udp' : 'tcp',
      turns: chunks.map(({ outgoing, bytes }): Turn => ({ fromClient: outgoing === client, bytes })),
      missing,
    }));
  }
}
