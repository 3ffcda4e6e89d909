import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, scratch, startServer } from './process.mjs';

const run = promisify(execFile);
/** Debian's wrapper changes to a user of its own; this is the script behind it. */
const COMMAND = '/usr/lib/rabbitmq/bin/rabbitmq-server';

/** A RabbitMQ node of its own: no plugins, no cluster, and a port mapper that ends with it. */
export async function startRabbitmq(options = {}) {
  const dir = scratch('rabbitmq');
  const port = options.port ?? (await freePort());
  const mapper = String(await freePort());
  const plugins = join(dir, 'plugins');
  const config = join(dir, 'rabbitmq.conf');
  writeFileSync(plugins, '[].\n');
  // `\n` at the end of each line: the parser of these files insists on it.
  writeFileSync(config, ['log.console = true', 'log.file = false', ...(options.settings ?? []), ''].join('\n'));
  const env = {
    HOME: dir,
    RABBITMQ_NODENAME: `sonde${port}@localhost`,
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: String(port),
    RABBITMQ_DIST_PORT: String(await freePort()),
    RABBITMQ_MNESIA_BASE: join(dir, 'mnesia'),
    RABBITMQ_LOG_BASE: dir,
    RABBITMQ_CONFIG_FILE: config,
    RABBITMQ_ENABLED_PLUGINS_FILE: plugins,
    RABBITMQ_PID_FILE: join(dir, 'pid'),
    ERL_EPMD_PORT: mapper,
    ERL_EPMD_ADDRESS: '127.0.0.1',
    // One scheduler: the machine is shared with the tests.
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '+S 1:1 +sbwt none',
  };
  const server = await startServer({
    name: 'rabbitmq',
    command: COMMAND,
    args: [],
    port,
    dir,
    env,
    ready: (log) => log.includes('Server startup complete'),
  }).catch(async (error) => {
    await endMapper(env);
    throw error;
  });
  const stop = async () => {
    await server.stop();
    await endMapper(env);
  };
  return { ...server, stop };
}

/** Ends the port mapper, which Erlang leaves behind. */
async function endMapper(env) {
  await run('epmd', ['-kill'], { env: { ...process.env, ...env } }).catch(() => {});
}
