import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, scratch, startServer } from './process.mjs';

/**
 * PHP-FPM with one script, that answers what its parameter `do` says.
 *
 * @param {{ script: string, workers?: number, port?: number }} options `script`: text of the script
 */
export async function startPhpFpm({ script, workers = 2, ...options }) {
  const dir = scratch('php-fpm');
  const port = options.port ?? (await freePort());
  const file = join(dir, 'index.php');
  writeFileSync(file, script);
  const config = join(dir, 'fpm.conf');
  const lines = [
    ...['[global]', 'daemonize = no', `error_log = ${join(dir, 'error.log')}`, '[www]', 'user = root', 'group = root'],
    ...[`listen = 127.0.0.1:${port}`, 'pm = static', `pm.max_children = ${workers}`, 'catch_workers_output = yes'],
    ...[`access.log = ${join(dir, 'access.log')}`, 'access.format = "%m %r%Q%q %s"', 'php_flag[display_errors] = off'],
  ];
  writeFileSync(config, `${lines.join('\n')}\n`);
  const server = await startServer({
    name: 'php-fpm',
    command: 'php-fpm8.2',
    args: ['--nodaemonize', '--allow-to-run-as-root', '--fpm-config', config],
    port,
    dir,
    env: { PATH: `${process.env.PATH}:/usr/sbin` },
    stopSignal: 'SIGTERM',
  });
  return { ...server, script: file, accessLog: join(dir, 'access.log') };
}
