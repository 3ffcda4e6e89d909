import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const cache = fileURLToPath(new URL('../../.build/python/', import.meta.url));
/** Debian's own, whatever else comes first in the path. */
const PYTHON = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3';

/** Why packages of Python can't be had here, or null. */
export async function missingPython() {
  try {
    await run(PYTHON, ['-c', 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))']);
    return null;
  } catch {
    return 'Python 3.11 with its venv module is not installed';
  }
}

/**
 * The interpreter of an environment with these packages, made the first time.
 *
 * @param {string} name of the environment
 * @param {string[]} packages with their versions
 */
export async function pythonWith(name, packages) {
  const home = join(cache, name);
  const python = join(home, 'bin', 'python');
  if (existsSync(home)) return python;
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, `.${name}-`));
  try {
    await run(PYTHON, ['-m', 'venv', work]);
    await run(join(work, 'bin', 'python'), [
      ...['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--only-binary', ':all:'],
      ...packages,
    ]);
    // Its scripts name the folder that it was made in, so that its packages are run as modules.
    if (!existsSync(home)) renameSync(work, home);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return python;
}
