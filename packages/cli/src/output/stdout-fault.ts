import { SondeError } from '@sonde/core';
import { ExitStatus } from '../exit-status.js';
import { reportError } from '../report-error.js';
import { systemReason } from './system-reason.js';

/** Told once that stdout takes nothing any more: null when its reader went away, which is no fault. */
type Listener = (fault: SondeError | null) => void;

let listener: Listener | null = null;
let fault: SondeError | null = null;

/**
 * What happens when stdout takes nothing any more. A reader that goes away is no fault (`sonde decode … | head`): the
 * command ends quietly, with 0. Anything else (a full disk) is reported once, and makes the exit status 1. Commands that
 * have to clean up take over by {@link onStdoutEnd}; those that work on look at {@link stdoutFault}.
 */
export function watchStdout(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') {
      if (listener === null) process.exit(ExitStatus.ok);
      listener(null);
      return;
    }
    if (fault !== null) return;
    fault = stdoutError(error);
    reportError(fault);
    listener?.(fault);
  });
  process.once('exit', () => {
    if (fault !== null) process.exitCode = ExitStatus.fault;
  });
  // Whoever closes stderr doesn't want to hear more.
  process.stderr.on('error', () => {});
}

/** Sets what happens when stdout takes nothing any more. */
export function onStdoutEnd(told: Listener): void {
  listener = told;
}

/** Why stdout takes nothing any more, once it was reported; null while it does. */
export function stdoutFault(): SondeError | null {
  return fault;
}

/** Ends long work whose output nobody gets. @throws SondeError `STDOUT_UNWRITABLE`, which was reported already */
export function throwIfStdoutFailed(): void {
  if (fault !== null) throw fault;
}

/** The error, `STDOUT_UNWRITABLE`, for what the system said. */
export function stdoutError(cause: NodeJS.ErrnoException): SondeError {
  const full = cause.code === 'ENOSPC' || cause.code === 'EDQUOT';
  return new SondeError('STDOUT_UNWRITABLE', `stdout can't be written: ${systemReason(cause)}`, {
    cause,
    hint: full ? 'make room where stdout goes, or send it elsewhere' : undefined,
  });
}
