import { type CaptureResult, createRedactor, type Protocol } from '@sonde/core';
import { ExitStatus } from '../exit-status.js';
import { createOutput } from '../output/create-output.js';
import { checkStatsFile, writeStats } from '../stats/write-stats.js';
import { warn } from '../terminal.js';
import { captureWarnings } from './capture-warnings.js';
import { decodeFile } from './decode-file.js';
import type { DecodeOptions } from './decode-options.js';
import { DecodeTotals } from './decode-totals.js';
import { availableProtocols, protocolNamed } from './protocols.js';

/**
 * Prints the exchanges in capture files, one file after the other. A file that can't be read doesn't keep the others
 * from being read.
 *
 * @returns the exit status: 0, or 1 when a file could not be read, or was damaged. One that only ends too early is fine.
 * @throws ConfigurationError for options that can't be used.
 */
export async function decodeFiles(files: readonly string[], options: DecodeOptions): Promise<number> {
  const protocols = await availableProtocols(options.parser);
  const shown = options.protocol && new Set(options.protocol.map((name) => protocolNamed(name, protocols).name));
  const assigned = new Map<number, Protocol>();
  for (const [port, name] of options.port ?? []) assigned.set(port, protocolNamed(name, protocols));
  if (options.stats !== undefined) checkStatsFile(options.stats);

  const output = createOutput(options.output);
  const totals = new DecodeTotals();
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
      drained: () => output.drained(),
    }).catch((error: Error) => error);
    if (decoded instanceof Error) {
      warn(`error: ${file}: ${decoded.message}`);
      status = ExitStatus.fault;
      continue;
    }
    totals.add(decoded.capture.stats, decoded.flow);
    for (const warning of captureWarnings(decoded.capture)) warn(`warning: ${file}: ${warning}`);
    if (isFault(decoded.capture)) status = ExitStatus.fault;
  }
  output.end();
  if (options.stats !== undefined) writeStats(options.stats, totals.toStats());
  return status;
}

function isFault({ problem }: CaptureResult): boolean {
  return problem !== null && problem.code !== 'CAPTURE_TRUNCATED';
}
