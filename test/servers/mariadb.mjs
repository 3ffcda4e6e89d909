import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { freePort, scratch, startServer } from './process.mjs';

/** MariaDB with an empty data folder; user `root`, no password. */
export async function startMariadb(options = {}) {
  const dir = scratch('mariadb');
  const port = options.port ?? (await freePort());
  const data = join(dir, 'data');
  const env = { PATH: `${process.env.PATH}:/usr/sbin` };
  execFileSync(
    'mysql_install_db',
    ['--no-defaults', `--datadir=${data}`, '--user=root', '--auth-root-authentication-method=normal', '--skip-test-db'],
    { env: { ...process.env, ...env }, stdio: 'ignore' },
  );
  return startServer({
    name: 'mariadbd',
    command: 'mariadbd',
    args: [
      '--no-defaults',
      `--datadir=${data}`,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      `--socket=${join(dir, 'socket')}`,
      '--user=root',
      '--skip-log-bin',
      ...(options.args ?? []),
    ],
    port,
    dir,
    env,
    ready: (log) => log.includes('ready for connections'),
  });
}
