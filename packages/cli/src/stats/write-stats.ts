import { accessSync, constants, existsSync, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { ConfigurationError, SondeError } from '@sonde/core';
import { systemReason } from '../output/system-reason.js';
import { warn } from '../terminal.js';
import type { RunStats } from './run-stats.js';

/** In place of a file: stderr, since stdout carries data only. */
const STDERR = '-';

/**
 * Makes sure, before anything runs, that the file can be written at the end.
 *
 * @throws ConfigurationError `STATS_FILE`
 */
export function checkStatsFile(file: string): void {
  if (file === STDERR) return;
  try {
    if (existsSync(file) && statSync(file).isDirectory()) throw new Error('it is a directory');
    accessSync(existsSync(file) ? file : dirname(resolve(file)), constants.W_OK);
  } catch (cause) {
    throw new ConfigurationError('STATS_FILE', `'${file}' can't be written`, {
      cause,
      hint: "--stats takes the path of a file in a directory that exists, or '-' for stderr.",
    });
  }
}

/**
 * Writes the statistics as one JSON object.
 *
 * @param file `-` is stderr
 * @throws SondeError `STATS_WRITE`
 */
export function writeStats(file: string, stats: RunStats): void {
  const json = JSON.stringify(stats);
  if (file === STDERR) {
    warn(json);
    return;
  }
  try {
    writeFileSync(file, `${json}\n`);
  } catch (cause) {
    throw new SondeError('STATS_WRITE', `'${file}' can't be written: ${systemReason(cause as Error)}`, { cause });
  }
}
