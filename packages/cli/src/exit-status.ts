import { CapabilityError, ConfigurationError } from '@sonde/core';
import { CommanderError } from 'commander';
import { CommandError } from './run/find-command.js';

/** Exit statuses of the command; scripts rely on them. */
export const ExitStatus = {
  /** Done; also after SIGINT and SIGTERM. */
  ok: 0,
  /** A fault while running. */
  fault: 1,
  /** Options, selectors, plugins or a configuration file that can't be used. */
  usage: 2,
  /** The kernel or the privileges lack something. */
  capability: 3,
} as const;

/** The exit status that says what kind of error this is. */
export function exitStatusOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitStatus.ok : ExitStatus.usage;
  if (error instanceof CommandError) return error.status;
  if (error instanceof ConfigurationError) return ExitStatus.usage;
  if (error instanceof CapabilityError) return ExitStatus.capability;
  return ExitStatus.fault;
}
