import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, scratch, startServer } from './process.mjs';

/**
 * nginx in the foreground, one worker, with an access log that a test can count.
 *
 * @param {{ server?: string, http?: string, workers?: number, port?: number, accessLog?: boolean }} [options] `server`: directives for the server block
 */
export async function startNginx(options = {}) {
  const dir = scratch('nginx');
  const port = options.port ?? (await freePort());
  mkdirSync(join(dir, 'html'));
  writeFileSync(join(dir, 'html', 'index.html'), 'hello from nginx\n');
  const conf = `
daemon off;
user root;
worker_processes ${options.workers ?? 1};
pid ${dir}/nginx.pid;
error_log stderr warn;
events { worker_connections 4096; }
http {
  log_format counted '$request_method $request_uri $status $body_bytes_sent $request_time';
  access_log ${options.accessLog === false ? 'off' : `${dir}/access.log counted`};
  client_body_temp_path ${dir}/body;
  proxy_temp_path ${dir}/proxy;
  fastcgi_temp_path ${dir}/fastcgi;
  uwsgi_temp_path ${dir}/uwsgi;
  scgi_temp_path ${dir}/scgi;
  keepalive_requests 1000000;
  ${options.http ?? ''}
  server {
    listen 127.0.0.1:${port} ${options.listen ?? ''};
    root ${dir}/html;
    ${options.server ?? ''}
  }
}
`;
  writeFileSync(join(dir, 'nginx.conf'), conf);
  const server = await startServer({
    name: 'nginx',
    command: 'nginx',
    args: ['-p', dir, '-c', join(dir, 'nginx.conf')],
    port,
    dir,
    env: { PATH: `${process.env.PATH}:/usr/sbin` },
    stopSignal: 'SIGTERM',
  });
  return { ...server, accessLog: join(dir, 'access.log') };
}
