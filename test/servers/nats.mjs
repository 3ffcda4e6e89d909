import { existsSync } from 'node:fs';
import { freePort, scratch, startServer } from './process.mjs';

/** Debian puts it where only root's path leads. */
const COMMAND = existsSync('/usr/sbin/nats-server') ? '/usr/sbin/nats-server' : 'nats-server';

/** A NATS server with JetStream. */
export async function startNats(options = {}) {
  const dir = scratch('nats');
  const port = options.port ?? (await freePort());
  return startServer({
    name: 'nats-server',
    command: COMMAND,
    args: ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', dir, ...(options.args ?? [])],
    port,
    dir,
    ready: (log) => log.includes('Server is ready'),
  });
}
