import type { CaptureMethod } from '../../src/capture-method.js';
import type { L7Options } from '../../src/options.js';
import { type ProbeSettings, ProbeUnderTest } from './probe-under-test.js';
import { type RecordedConnection, Recorder } from './recorder.js';
import { Programs, pattern } from './traffic.js';

/** A probe that runs while several programs come and go. */
export class CaptureSession {
  readonly recorder = new Recorder();
  readonly programs = new Programs();
  readonly traffic: string;
  #probe: ProbeUnderTest | null = null;

  constructor() {
    this.traffic = this.programs.compile('traffic');
  }

  get probe(): ProbeUnderTest {
    if (this.#probe === null) throw new Error('the probe is not running');
    return this.#probe;
  }

  async start(capture: CaptureMethod, options: Partial<L7Options> = {}, rest: Partial<ProbeSettings> = {}) {
    this.#probe = await ProbeUnderTest.start({ options: { capture, ...options }, sink: this.recorder, ...rest });
  }

  async close() {
    const stats = await this.#probe?.stop();
    await this.programs.close();
    return stats;
  }

  /** Runs the traffic program and returns its connections, or null if it lacks a feature of the kernel. */
  async run(...args: (string | number)[]): Promise<RecordedConnection[] | null> {
    const program = this.programs.start(this.traffic, args.map(String));
    const said = await program.said();
    if (said !== 'ready') return null;
    this.probe.observe(program.pid);
    program.goOn();
    await program.reaches('done');
    this.probe.drain();
    await program.end();
    this.probe.drain();
    return this.recorder.connections.filter(({ info }) => info.pid === program.pid);
  }
}

/** What is wrong with a direction: bytes that are missing, doubled or not what was sent. Empty if nothing is. */
export function faults(connection: RecordedConnection, outgoing: boolean, total: number, seen: boolean): string[] {
  const found: string[] = [];
  let position = 0;
  for (const chunk of connection.way(outgoing)) {
    if (chunk.position !== position) found.push(`a chunk is at ${chunk.position}, not at ${position}`);
    const expected = seen ? pattern(chunk.position, chunk.length) : '';
    if (chunk.text !== expected) found.push(`at ${chunk.position}: '${chunk.text}', not '${expected}'`);
    position = chunk.position + chunk.length;
  }
  if (position !== total) found.push(`${position} bytes, not ${total}`);
  return found;
}
