import type { ProbeStats } from '@sonde/core';
import type { CaptureMethod } from '../../src/capture-method.js';
import type { L7Options } from '../../src/options.js';
import { type ProbeSettings, ProbeUnderTest } from './probe-under-test.js';
import { type RecordedConnection, Recorder } from './recorder.js';
import { compile, type Program, Programs, pattern } from './traffic.js';

/** A probe that runs while programs come and go. */
export class CaptureSession {
  readonly recorder = new Recorder();
  readonly programs = new Programs();
  #probe: ProbeUnderTest | null = null;

  get probe(): ProbeUnderTest {
    if (this.#probe === null) throw new Error('the probe is not running');
    return this.#probe;
  }

  async start(capture: CaptureMethod, options: Partial<L7Options> = {}, rest: Partial<ProbeSettings> = {}) {
    this.#probe = await ProbeUnderTest.start({ options: { capture, ...options }, sink: this.recorder, ...rest });
  }

  /** Stops the probe; programs go on. */
  async stop(): Promise<ProbeStats | undefined> {
    const stats = await this.#probe?.stop();
    this.#probe = null;
    this.recorder.connections.length = 0;
    return stats;
  }

  async close(): Promise<ProbeStats> {
    const stats = await this.stop();
    await this.programs.close();
    return stats ?? { events: 0, lost: {}, programs: [] };
  }

  /** Starts a program of test/programs, and waits until it is ready. Null if it lacks a feature of the kernel. */
  async launch(name: string, ...args: (string | number)[]): Promise<Program | null> {
    const program = this.programs.start(compile(name), args.map(String));
    return (await program.said()) === 'ready' ? program : null;
  }

  /** Lets a program go on to the place where it says `line`, as a target. */
  async watch(program: Program, line = 'done'): Promise<void> {
    this.probe.observe(program.pid);
    program.goOn();
    await program.reaches(line);
    this.probe.drain();
  }

  /** Runs a program from its beginning to its end and returns its connections, or null if it lacks a feature. */
  async run(name: string, ...args: (string | number)[]): Promise<RecordedConnection[] | null> {
    const program = await this.launch(name, ...args);
    if (program === null) return null;
    await this.watch(program);
    await this.end(program);
    return this.connectionsOf(program);
  }

  async end(program: Program): Promise<void> {
    await program.end();
    this.probe.drain();
  }

  connectionsOf(program: Program): RecordedConnection[] {
    return this.recorder.connections.filter(({ info }) => info.pid === program.pid);
  }
}

/** What is wrong with a direction: bytes that are missing, doubled or not what was sent. Empty if nothing is. */
export function faults(connection: RecordedConnection, outgoing: boolean, total: number, seen = true): string[] {
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
