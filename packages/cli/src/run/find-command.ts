import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { SondeError } from '@sonde/core';

/** Where a shell looks that has no PATH. */
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** A command behind `--` that can't be started. */
export class CommandError extends SondeError {
  declare readonly code: 'COMMAND_NOT_FOUND' | 'COMMAND_NOT_EXECUTABLE';

  /** @param status what a shell would end with: 127 for no such command, 126 for one that can't be executed */
  constructor(
    code: CommandError['code'],
    message: string,
    readonly status: 126 | 127,
    hint: string,
  ) {
    super(code, message, { hint });
  }
}

/**
 * Finds what `exec` would execute, before anything is attached: by its path, or in PATH.
 *
 * @throws CommandError `COMMAND_NOT_FOUND`, `COMMAND_NOT_EXECUTABLE`
 */
export function findCommand(name: string, path = process.env.PATH ?? DEFAULT_PATH): string {
  const candidates = name.includes('/') ? [name] : path.split(delimiter).map((folder) => join(folder || '.', name));
  const files = name === '' ? [] : candidates.filter((file) => existsSync(file));
  const found = files.find(isExecutable);
  if (found !== undefined) return found;
  if (files.length > 0) {
    const hint = `it is a directory, or lacks the permission: chmod +x ${files[0]}`;
    throw new CommandError('COMMAND_NOT_EXECUTABLE', `'${files[0]}' can't be executed`, 126, hint);
  }
  const hint = name.includes('/')
    ? 'there is no such file'
    : 'no folder of PATH has it, and shell built-ins are no programs';
  throw new CommandError('COMMAND_NOT_FOUND', `there is no command '${name}'`, 127, hint);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
