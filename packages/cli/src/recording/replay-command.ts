import { createRedactor } from '@sonde/core';
import { availableProtocols, exchangeNames } from '../decode/protocols.js';
import { ExitStatus } from '../exit-status.js';
import { fileError } from '../file-error.js';
import { createOutput } from '../output/create-output.js';
import { stdoutFault } from '../output/stdout-fault.js';
import { describeError } from '../report-error.js';
import { cpuSeconds, peakRssBytes, total } from '../stats/run-stats.js';
import { checkStatsFile, writeStats } from '../stats/write-stats.js';
import { warn } from '../terminal.js';
import { RecordingError } from './recording-error.js';
import { type Replayed, replayFile } from './replay.js';

/** Options of `sonde replay`, as commander gives them. */
export interface ReplayCommandOptions {
  parser?: readonly string[];
  protocol?: readonly string[];
  mask: boolean;
  output: 'jsonl' | 'pretty' | 'none';
  stats?: string;
}

/**
 * Prints the exchanges of a recording.
 *
 * @returns the exit status: 0, also for a recording that was cut off; 1 for one that is damaged, or none at all.
 * @throws ConfigurationError for options that can't be used; SondeError `FILE_UNREADABLE`
 */
export async function replay(file: string, options: ReplayCommandOptions): Promise<number> {
  const protocols = await availableProtocols(options.parser);
  const shown = options.protocol && exchangeNames(options.protocol, protocols);
  if (options.stats !== undefined) checkStatsFile(options.stats);
  const output = createOutput(options.output);
  const replayed = await replayFile(file, {
    protocols,
    redactor: createRedactor(options.mask),
    onExchange(exchange) {
      if (!shown || shown.has(exchange.protocol)) output.exchange(exchange);
    },
    onEvent: (event) => output.event(event),
    drained: () => output.drained(),
    isOver: () => stdoutFault() !== null,
  }).catch((error: Error) => {
    throw fileError(file, error);
  });
  output.end();
  if (options.stats !== undefined) writeStats(options.stats, statsOf(replayed));
  return judge(file, replayed);
}

function judge(file: string, { problem, entries }: Replayed): number {
  if (problem === null) return ExitStatus.ok;
  const code = problem instanceof RecordingError ? problem.code : null;
  if (code === 'RECORDING_TRUNCATED' || code === 'RECORDING_DAMAGED') {
    warn(`warning: ${file}: ${problem.message}; ${entries} entries before that were replayed`);
    return code === 'RECORDING_TRUNCATED' ? ExitStatus.ok : ExitStatus.fault;
  }
  for (const line of describeError(problem)) warn(line);
  return ExitStatus.fault;
}

function statsOf({ entries, chunks, flow, lost }: Replayed) {
  return {
    events: chunks,
    entries,
    lost,
    exchanges: flow.exchanges,
    unmatched: total(flow.unmatched),
    unmatchedReasons: flow.unmatched,
    parseErrors: total(flow.parseErrors),
    parseErrorReasons: flow.parseErrorReasons,
    cpuSeconds: cpuSeconds(),
    peakRssBytes: peakRssBytes(),
    programs: [],
  };
}
