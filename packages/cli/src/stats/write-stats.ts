import { accessSync, constants, existsSync, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { ConfigurationError } from '@sonde/core';
import type { RunStats } from './run-stats.js';

/**
 * Makes sure, before anything runs, that the file can be written at the end.
 *
 * @throws ConfigurationError `STATS_FILE`
 */
export function checkStatsFile(file: string): void {
  try {
    if (existsSync(file) && statSync(file).isDirectory()) throw new Error('it is a directory');
    accessSync(existsSync(file) ? file : dirname(resolve(file)), constants.W_OK);
  } catch (cause) {
    throw new ConfigurationError('STATS_FILE', `'${file}' can't be written`, {
      cause,
      hint: '--stats takes the path of a file in a directory that exists.',
    });
  }
}

/** Writes the statistics as one JSON object. */
export function writeStats(file: string, stats: RunStats): void {
  writeFileSync(file, `${JSON.stringify(stats)}\n`);
}
