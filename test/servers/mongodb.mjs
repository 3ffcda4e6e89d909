import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort, scratch, startServer } from './process.mjs';

const run = promisify(execFile);
const cache = fileURLToPath(new URL('../../.build/python/', import.meta.url));
const PACKAGE = 'secantusdb==0.7.0b3';
const ENTRY = 'import sys; from secantus.cli import main; sys.exit(main())';

/** Why the server can't be had here, or null. */
export async function missingMongodb() {
  if (existsSync(home())) return null;
  try {
    await run('python3', ['-c', 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))']);
    return null;
  } catch {
    return 'python3 of 3.11 or later with its venv module is not installed';
  }
}

const home = () => join(cache, 'secantusdb');

/** Fetches the server into an environment of its own, once. A script in it names that folder, so it is run as a module. */
async function fetch() {
  if (existsSync(home())) return;
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, '.secantusdb-'));
  try {
    await run('python3', ['-m', 'venv', work]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', PACKAGE];
    await run(join(work, 'bin', 'python'), pip);
    if (!existsSync(home())) renameSync(work, home());
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * A server that speaks MongoDB's protocol as version 8.2 does: SecantusDB, since `mongod` itself is in no registry.
 *
 * @param {{ port?: number, args?: string[] }} options
 */
export async function startMongodb(options = {}) {
  await fetch();
  const dir = scratch('mongodb');
  const port = options.port ?? (await freePort());
  const args = ['--host', '127.0.0.1', '--port', `${port}`, '--storage-path', join(dir, 'data'), '--standalone'];
  return startServer({
    name: 'secantusdb',
    command: join(home(), 'bin', 'python'),
    args: ['-c', ENTRY, ...args, ...(options.args ?? [])],
    port,
    dir,
  });
}
