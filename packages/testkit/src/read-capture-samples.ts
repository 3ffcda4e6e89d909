import { basename } from 'node:path';
import {
  CaptureClock,
  type Chunk,
  type ConnectionHandle,
  type ConnectionInfo,
  type ConnectionSink,
  readCapture,
} from '@sonde/core';
import type { Sample, Turn } from './sample.js';

interface Recording extends ConnectionHandle {
  readonly info: ConnectionInfo;
  /** Who the client is, as far as it is known: the local end if true. */
  client: boolean;
  readonly chunks: { outgoing: boolean; bytes: Uint8Array }[];
}

/** Keeps the bytes of each connection of a capture. */
class Recorder implements ConnectionSink {
  readonly recordings: Recording[] = [];

  open(info: ConnectionInfo): ConnectionHandle {
    const recording = { ignored: false, info: { ...info }, client: info.role !== 'server', chunks: [] };
    this.recordings.push(recording);
    return recording;
  }

  update(connection: ConnectionHandle, info: Partial<ConnectionInfo>): void {
    if (info.role) (connection as Recording).client = info.role === 'client';
  }

  data(connection: ConnectionHandle, { outgoing, bytes, start, end }: Chunk): void {
    (connection as Recording).chunks.push({ outgoing, bytes: bytes.slice(start, end) });
  }

  close(): void {}
}

/**
 * Conversations of a capture file, one for each connection that carried bytes. Record them from the first packet on, with
 * all bytes: `tcpdump -i lo -s 0 -w sample.pcap port 9999`.
 *
 * @throws CaptureError when the file is damaged.
 */
export async function readCaptureSamples(path: string): Promise<Sample[]> {
  const recorder = new Recorder();
  const { problem } = await readCapture(path, { connections: recorder, clock: new CaptureClock() });
  if (problem !== null) throw problem;
  const talks = recorder.recordings.filter(({ chunks }) => chunks.length > 0);
  return talks.map(({ info, client, chunks }, index) => ({
    name: talks.length === 1 ? basename(path) : `${basename(path)}#${index + 1}`,
    transport: info.transport === 'udp' ? 'udp' : 'tcp',
    turns: chunks.map(({ outgoing, bytes }): Turn => ({ fromClient: outgoing === client, bytes })),
  }));
}
