import { freePort, scratch, startServer } from './process.mjs';

/** memcached on TCP, which speaks its text, meta and binary protocols on one port. */
export async function startMemcached(options = {}) {
  const port = options.port ?? (await freePort());
  return startServer({
    name: 'memcached',
    command: 'memcached',
    args: ['-u', 'nobody', '-l', '127.0.0.1', '-p', String(port), '-U', '0', '-t', '2'],
    port,
    dir: scratch('memcached'),
  });
}
