import { SondeError } from '@sonde/core';
import { systemReason } from './output/system-reason.js';

/**
 * What to say of a file that can't be read: the system's reason with what to do about it. Errors that the system did not
 * tell of stay as they are.
 *
 * @returns SondeError `FILE_UNREADABLE` for errors of the system
 */
export function fileError(file: string, error: Error): Error {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return error;
  return new SondeError('FILE_UNREADABLE', `'${file}' can't be read: ${systemReason(error)}`, {
    hint: hintFor(code, file),
    cause: error,
  });
}

function hintFor(code: string, file: string): string | undefined {
  if (code === 'ENOENT') return file.startsWith('/') ? 'look at its path' : `paths begin at ${process.cwd()}`;
  if (code === 'EISDIR') return `name the files in it: ${file.replace(/\/*$/, '')}/*`;
  if (code === 'EACCES') return 'it may be read by its owner only: sudo, or chmod';
  return undefined;
}
