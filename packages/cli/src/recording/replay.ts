import { createReadStream } from 'node:fs';
import { type Exchange, type FlowStats, Pipeline, type ProbeEvent, type Protocol, type Redactor } from '@sonde/core';
import { Player, RecordingClock } from './player.js';
import { RecordingError } from './recording-error.js';
import { RecordingReader } from './recording-reader.js';

/** What it takes to replay a recording. */
export interface ReplayOptions {
  protocols: readonly Protocol[];
  redactor: Redactor;
  onExchange(exchange: Exchange): void;
  onEvent(event: ProbeEvent): void;
  /** Resolves when the output has room. */
  drained(): Promise<void>;
  /** Whether nobody gets the output any more: the rest is not played. @default it never is */
  isOver?(): boolean;
}

/** What came of it. */
export interface Replayed {
  /** Entries and data entries played. */
  entries: number;
  chunks: number;
  flow: FlowStats;
  /** What was missing when it was recorded, by reason. */
  lost: Record<string, number>;
  /** Why it could not be played to its end, or was not recorded to its end; null if it was. */
  problem: Error | null;
}

/**
 * Plays a recording: the pipeline gets what it got when it was recorded, and says the same.
 *
 * @throws Error when the file can't be read.
 */
export async function replayFile(file: string, options: ReplayOptions): Promise<Replayed> {
  const { protocols, redactor, onExchange, onEvent, drained } = options;
  const clock = new RecordingClock();
  let player: Player;
  const pipeline = new Pipeline({
    protocols,
    clock,
    redactor,
    onExchange,
    processOf: (pid) => player.processOf(pid),
  });
  player = new Player({ connections: pipeline, tick: (now) => pipeline.tick(now), event: onEvent }, clock);
  const reader = new RecordingReader({
    header: (header) => clock.begin(header),
    block: (entries) => player.block(entries),
  });
  let problem: Error | null = null;
  try {
    const source = file === '-' ? process.stdin : createReadStream(file, { highWaterMark: 1 << 18 });
    for await (const piece of source) {
      reader.push(piece as Uint8Array);
      await drained();
      if (options.isOver?.()) break;
    }
    if (!options.isOver?.()) reader.end();
    const fault = reader.ending?.fault;
    if (fault) problem = new RecordingError('RECORDING_TRUNCATED', `recording ended early: ${fault}`);
  } catch (error) {
    if (!(error instanceof RecordingError)) throw error;
    problem = error;
  }
  pipeline.flush();
  return {
    entries: player.entries,
    chunks: player.chunks,
    flow: pipeline.stats(),
    lost: reader.ending?.lost ?? {},
    problem,
  };
}
