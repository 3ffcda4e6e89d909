import { release } from 'node:os';
import {
  type Agent,
  CLOCK,
  CONNECTION_FILTER,
  type ConnectionSink,
  IdentityService,
  override,
  type ProbeEvent,
  ProcFileSystem,
  SystemClock,
} from '@sonde/core';
import { formatBytes, Progress } from '../output/progress.js';
import { type RunAgentOptions, runAgent } from '../run/run-agent.js';
import { total } from '../stats/run-stats.js';
import { warn } from '../terminal.js';
import { version } from '../version.js';
import { Recorder } from './recorder.js';
import { RecordingFile } from './recording-file.js';

const FLUSH_MS = 1000;

/** What it takes to record. */
export interface RecordOptions extends Omit<RunAgentOptions, 'ready' | 'moreStats' | 'onStart' | 'onStop'> {
  file: string;
  /** Writes over a file that holds something. @default false */
  overwrite?: boolean;
}

/**
 * Runs an agent and writes down what its probes deliver.
 *
 * @returns the exit status; 1 when the file could not be written to the end.
 * @throws RecordingError, ConfigurationError, CapabilityError; no file is left that nothing was recorded into
 */
export async function record(options: RecordOptions): Promise<number> {
  const clock = new SystemClock();
  const identity = new IdentityService(new ProcFileSystem(), clock);
  const header = {
    sonde: version,
    created: new Date().toISOString(),
    unixNanoAtZero: String(clock.toUnixNano(0)),
    kernel: release(),
  };
  const file = new RecordingFile(options.file, header, { overwrite: options.overwrite });
  let started = false;
  let recorder: Recorder | null = null;
  let end: (reason: 'fault') => void = () => {};
  const filter = (inner: ConnectionSink) => {
    recorder = new Recorder({
      file,
      inner,
      processOf: (pid) => identity.lookup(pid),
      onFault: () => end('fault'),
    });
    return recorder;
  };
  const progress = new Progress(process.stderr, {});
  const timer = setInterval(() => {
    recorder?.tick(clock.now());
    recorder?.flush();
    progress.show(() => `recorded ${recorder?.chunks ?? 0} events, ${formatBytes(file.size)}`);
  }, FLUSH_MS);
  try {
    const overrides = [...(options.agent.overrides ?? []), override(CLOCK, clock), override(CONNECTION_FILTER, filter)];
    warn(`warning: ${options.file} will hold payloads as they are, secrets included; look before you share it`);
    return await runAgent({
      ...options,
      agent: { ...options.agent, overrides, workers: 0 },
      ready: `recording to ${options.file}`,
      onStart: (agent, stop) => {
        end = stop;
        started = true;
        void recordEvents(agent, (event) => recorder?.event(event));
      },
      onStop: ({ lost }) => finish(file, recorder, lost),
      moreStats: () => ({ recording: { entries: recorder?.entries ?? 0, bytes: file.size } }),
    });
  } finally {
    clearInterval(timer);
    progress.clear();
    if (started) file.close();
    else file.discard();
  }
}

async function recordEvents(agent: Agent, write: (event: ProbeEvent) => void): Promise<void> {
  for await (const event of agent.events()) write(event);
}

/**
 * Writes what waits, and the end. A file that could not be written any further gets at least its end, if there is room.
 *
 * @throws RecordingError
 */
function finish(file: RecordingFile, recorder: Recorder | null, lost: Record<string, number>): void {
  recorder?.flush();
  const fault = recorder?.fault ?? null;
  try {
    file.end({ entries: recorder?.entries ?? 0, lost, fault: fault?.message ?? null });
  } catch (error) {
    if (fault === null) throw error;
  }
  warn(recordedLine(recorder, file.size, total(lost)));
  if (fault !== null) throw fault;
}

/** What a recording holds, for whoever waits for its end. */
export function recordedLine(recorder: Recorder | null, bytes: number, lost: number): string {
  const [connections, operations] = [recorder?.connections ?? 0, recorder?.chunks ?? 0];
  const plural = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;
  const held = [plural(connections, 'connection'), plural(operations, 'operation'), formatBytes(bytes), `${lost} lost`];
  return `recorded ${held.join(', ')}`;
}
