import { createRedactor, type Protocol } from '@sonde/core';
import { ExitStatus } from '../exit-status.js';
import { fileError } from '../file-error.js';
import { createOutput } from '../output/create-output.js';
import { formatBytes, Progress } from '../output/progress.js';
import { stdoutFault, throwIfStdoutFailed } from '../output/stdout-fault.js';
import { describeError } from '../report-error.js';
import { checkStatsFile, writeStats } from '../stats/write-stats.js';
import { warn } from '../terminal.js';
import { captureWarnings } from './capture-warnings.js';
import { decodeFile } from './decode-file.js';
import type { DecodeOptions } from './decode-options.js';
import { DecodeTotals } from './decode-totals.js';
import { availableProtocols, exchangeNames, protocolNamed } from './protocols.js';

/**
 * Prints the exchanges in capture files, one file after the other. A file that can't be read doesn't keep the others
 * from being read.
 *
 * @returns the exit status: 0, or 1 when a file could not be read, or was damaged. One that only ends too early is fine.
 * @throws ConfigurationError for options that can't be used.
 */
export async function decodeFiles(files: readonly string[], options: DecodeOptions): Promise<number> {
  const protocols = await availableProtocols(options.parser);
  const shown = options.protocol && exchangeNames(options.protocol, protocols);
  const assigned = new Map<number, Protocol>();
  for (const [port, name] of options.port ?? []) assigned.set(port, protocolNamed(name, protocols));
  if (options.stats !== undefined) checkStatsFile(options.stats);

  const output = createOutput(options.output);
  const totals = new DecodeTotals();
  const progress = new Progress();
  let status: number = ExitStatus.ok;
  for (const file of files) {
    const named = files.length > 1 ? file : undefined;
    const decoded = await decodeFile(file, {
      protocols,
      assigned,
      redactor: createRedactor(options.mask),
      onExchange(exchange) {
        if (!shown || shown.has(exchange.protocol)) output.exchange(exchange, named);
      },
      onPiece(bytes) {
        progress.show(() => `${file}: ${formatBytes(bytes)} read`);
        throwIfStdoutFailed();
        return output.drained();
      },
    }).catch((error: Error) => error);
    progress.clear();
    if (stdoutFault() !== null) break;
    if (decoded instanceof Error) {
      complain(file, decoded);
      status = ExitStatus.fault;
      continue;
    }
    const { stats, problem } = decoded.capture;
    totals.add(stats, decoded.flow);
    if (problem?.code === 'CAPTURE_FORMAT') complain(file, problem);
    for (const warning of captureWarnings(decoded.capture)) warn(`warning: ${file}: ${warning}`);
    if (problem !== null && problem.code !== 'CAPTURE_TRUNCATED') status = ExitStatus.fault;
  }
  output.end();
  if (options.stats !== undefined) writeStats(options.stats, totals.toStats());
  return status;
}

function complain(file: string, error: Error): void {
  const known = fileError(file, error);
  const [first, ...more] = describeError(known);
  warn(known === error ? `error: ${file}: ${first?.replace(/^error: /, '')}` : `${first}`);
  for (const line of more) warn(line);
}
