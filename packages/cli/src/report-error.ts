import { errorSummary, SondeError } from '@sonde/core';
import { CommanderError } from 'commander';
import { systemReason } from './output/system-reason.js';
import { warn } from './terminal.js';

/** Says on stderr what went wrong and what to do about it; the stack only where `SONDE_DEBUG` is set. */
export function reportError(error: unknown): void {
  // Commander has written its own message already.
  if (error instanceof CommanderError) return;
  if (process.env.SONDE_DEBUG) {
    console.error(error);
    return;
  }
  for (const line of describeError(error)) warn(line);
}

/** The lines that tell of an error: its message, the messages of its causes, its hint. */
export function describeError(error: unknown): string[] {
  if (!(error instanceof Error)) return [String(error)];
  const code = error instanceof SondeError ? ` [${error.code}]` : '';
  const lines = [`error: ${errorSummary(error)}${code}`];
  let cause = error.cause;
  for (let depth = 0; cause instanceof Error && depth < 4; depth++) {
    const because = systemReason(cause);
    if (!error.message.includes(because)) lines.push(`  because: ${because}`);
    cause = cause.cause;
  }
  if (error instanceof SondeError && error.hint) lines.push(`  hint: ${error.hint}`);
  return lines;
}
