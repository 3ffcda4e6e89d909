import { execFileSync } from 'node:child_process';
import { chownSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, scratch, startServer } from './process.mjs';

function binaries() {
  const base = '/usr/lib/postgresql';
  const [newest] = readdirSync(base).sort((a, b) => Number(b) - Number(a));
  return join(base, newest, 'bin');
}

function postgresIds() {
  const [, , uid, gid] = execFileSync('getent', ['passwd', 'postgres'], { encoding: 'utf8' }).split(':');
  return { uid: Number(uid), gid: Number(gid) };
}

/** A PostgreSQL cluster of its own; user `postgres`, no password. It refuses to run as root, so it runs as its own user. */
export async function startPostgres(options = {}) {
  const dir = scratch('postgres');
  const port = options.port ?? (await freePort());
  const { uid, gid } = postgresIds();
  chownSync(dir, uid, gid);
  const data = join(dir, 'data');
  const bin = binaries();
  const as = { uid, gid, cwd: dir, stdio: 'ignore' };
  execFileSync(join(bin, 'initdb'), ['-D', data, '-A', 'trust', '-U', 'postgres', '--no-sync'], as);
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: dir,
    fsync: 'off',
    ...options.settings,
  };
  const args = ['-D', data, ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`])];
  return startServer({
    name: 'postgres',
    command: 'setpriv',
    // A change of the user takes the outer command's signal back.
    args: [
      ...[`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--pdeathsig', 'INT', '--'],
      ...[join(bin, 'postgres'), ...args],
    ],
    port,
    dir,
    ready: (log) => log.includes('database system is ready to accept connections'),
    stopSignal: 'SIGINT',
  });
}
