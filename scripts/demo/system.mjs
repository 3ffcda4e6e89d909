import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startNginx } from '../../test/servers/nginx.mjs';
import { startPostgres } from '../../test/servers/postgres.mjs';
import { freePort, scratch, startServer } from '../../test/servers/process.mjs';
import { startRedis } from '../../test/servers/redis.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));

function startNode(name, script, env, ready) {
  const dir = scratch(name);
  return startServer({
    name,
    command: process.execPath,
    args: [join(here, script)],
    port: 0,
    dir,
    env,
    ready: (log) => log.includes(ready),
  });
}

/**
 * A small real system on loopback: nginx → a Node HTTP service → Redis and PostgreSQL, with a load on it.
 *
 * @param {AbortSignal} signal gives up between two servers
 * @returns {Promise<{ servers: Record<string, import('../../test/servers/process.mjs').Server>, startLoad(rate: number): Promise<void>, stop(): Promise<void> }>}
 */
export async function startSystem(signal) {
  const servers = {};
  const stop = async () => {
    for (const server of Object.values(servers).reverse()) await server.stop();
  };
  try {
    const service = await freePort();
    servers.redis = await startRedis();
    signal.throwIfAborted();
    servers.postgres = await startPostgres();
    signal.throwIfAborted();
    const env = {
      PORT: String(service),
      REDIS_PORT: String(servers.redis.port),
      POSTGRES_PORT: String(servers.postgres.port),
    };
    servers.service = await startNode('service', 'service.mjs', env, 'listening');
    signal.throwIfAborted();
    servers.nginx = await startNginx({
      http: `upstream service { server 127.0.0.1:${service}; keepalive 16; }`,
      server:
        'location ~ ^/(users|report|missing) { proxy_pass http://service; proxy_http_version 1.1; proxy_set_header Connection ""; }',
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    servers,
    stop,
    async startLoad(rate) {
      const env = { PORT: String(servers.nginx.port), RATE: String(rate) };
      servers.load = await startNode('load', 'load.mjs', env, 'sending');
    },
  };
}
