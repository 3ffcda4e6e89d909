import { freePort, scratch, startServer } from './process.mjs';

/** redis-server without persistence. */
export async function startRedis(options = {}) {
  const dir = scratch('redis');
  const port = options.port ?? (await freePort());
  const args = ['--port', port, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', dir];
  args.push(...(options.args ?? []));
  const server = await startServer({
    name: 'redis-server',
    command: 'redis-server',
    args: args.map(String),
    port,
    dir,
    ready: (log) => log.includes('Ready to accept connections'),
  });
  return server;
}
