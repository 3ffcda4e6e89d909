import { errorSummary } from '@sonde/core';

/** Why a system call failed, without the names of the call and of the file: `ENOENT: no such file or directory`. */
export function systemReason(error: NodeJS.ErrnoException): string {
  const message = errorSummary(error);
  const { code, syscall } = error;
  if (code === undefined || syscall === undefined || !message.startsWith(`${code}: `)) return message;
  const end = message.indexOf(`, ${syscall}`);
  return end < 0 ? message : message.slice(0, end);
}
