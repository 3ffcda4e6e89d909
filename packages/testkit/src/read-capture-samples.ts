import { basename } from 'node:path';
import { CaptureClock, readCapture } from '@sonde/core';
import { type RecordedSample, SampleRecorder } from './sample-recorder.js';

/**
 * Conversations of a capture file, one for each connection that carried bytes. Record them from the first packet on, with
 * all bytes: `tcpdump -i lo -s 0 -w sample.pcap port 9999`.
 *
 * @throws CaptureError when the file is damaged.
 */
export async function readCaptureSamples(path: string): Promise<RecordedSample[]> {
  const recorder = new SampleRecorder();
  const { problem } = await readCapture(path, { connections: recorder, clock: new CaptureClock() });
  if (problem !== null) throw problem;
  return recorder.samples(basename(path));
}
