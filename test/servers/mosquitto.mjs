import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, scratch, startServer } from './process.mjs';

/** Debian puts it where only root's path leads. */
const COMMAND = existsSync('/usr/sbin/mosquitto') ? '/usr/sbin/mosquitto' : 'mosquitto';

/**
 * A Mosquitto broker that lets in whoever gives no user name, refuses all names, and keeps nothing on disk.
 *
 * @param {{ port?: number, settings?: string[] }} [options] `settings`: further lines of its configuration
 */
export async function startMosquitto(options = {}) {
  const dir = scratch('mosquitto');
  const port = options.port ?? (await freePort());
  const config = join(dir, 'mosquitto.conf');
  const users = join(dir, 'users');
  writeFileSync(users, '');
  const lines = [
    `listener ${port} 127.0.0.1`,
    'allow_anonymous true',
    `password_file ${users}`,
    'persistence false',
    'user root',
  ];
  writeFileSync(config, [...lines, ...(options.settings ?? []), ''].join('\n'));
  return startServer({ name: 'mosquitto', command: COMMAND, args: ['-c', config], port, dir });
}
