import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Exchange } from '@sonde/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FastcgiResponse } from '../src/protocols/fastcgi/index.js';
import { METHODS } from './support/capture-methods.js';
import { count, observe } from './support/observe.js';
import { type RealServer, serverModule } from './support/real-server.js';
import { until } from './support/servers.js';

type WithLog = RealServer & { accessLog: string };
type Php = WithLog & { script: string };

const { startPhpFpm } = await serverModule<{ startPhpFpm(options: { script: string }): Promise<Php> }>('php-fpm');
const { startNginx } = await serverModule<{
  startNginx(options: { http: string; server: string }): Promise<WithLog>;
}>('nginx');
const run = promisify(execFile);
const SCRIPT = readFileSync(new URL('programs/fastcgi.php', import.meta.url), 'utf8');
const ROUNDS = 8;

/** @against fastcgi: PHP-FPM behind nginx */
describe.each(METHODS)('nginx in front of PHP-FPM, by %s capture', (capture) => {
  let php: Php;
  beforeAll(async () => {
    php = await startPhpFpm({ script: SCRIPT });
  }, 120_000);
  afterAll(() => php?.stop());

  const logged = () => readFileSync(php.accessLog, 'utf8').trim().split('\n').filter(Boolean);

  it.each([
    ['that keeps its connections', true],
    ['that connects anew for each request', false],
  ])(
    'is seen at both ends, each request with its status: nginx %s',
    async (_, keep) => {
      const options = `include /etc/nginx/fastcgi_params; fastcgi_pass php; ${keep ? 'fastcgi_keep_conn on;' : ''}`;
      const nginx = await startNginx({
        http: `upstream php { server 127.0.0.1:${php.port}; ${keep ? 'keepalive 2;' : ''} }`,
        server: `
          location / { ${options} fastcgi_param SCRIPT_FILENAME ${php.script}; }
          location /nowhere { ${options} fastcgi_param SCRIPT_FILENAME /nowhere.php; }`,
      });
      const before = logged().length;
      let seen: Exchange[];
      try {
        seen = await observe(capture, php.port, async () => {
          const ask = async (path: string, init?: RequestInit) => {
            const headers = { cookie: 'session=s3cret', authorization: 'Bearer s3cret' };
            const answer = await fetch(`http://127.0.0.1:${nginx.port}${path}`, {
              redirect: 'manual',
              headers,
              ...init,
            });
            await answer.arrayBuffer();
          };
          for (let round = 0; round < ROUNDS; round++) {
            await Promise.all([ask(`/users/${round}?token=s3cret`), ask('/?do=missing')]);
            await ask('/?do=large');
            await ask('/nowhere');
            await ask('/upload', { method: 'POST', body: 'x'.repeat(round * 5000) });
            await Promise.all([ask('/?do=fail'), ask('/?do=redirect')]);
          }
          await until('the log', () => logged().length === before + 7 * ROUNDS);
        });
      } finally {
        await nginx.stop();
      }
      const fromLog: Record<string, number> = {};
      for (const line of logged().slice(before)) {
        const text = line.replace('token=s3cret', 'token=?');
        fromLog[text] = (fromLog[text] ?? 0) + 1;
      }
      const summary = ({ request, status }: Exchange) => `${request.operation} ${request.resource} ${status}`;
      expect(count(seen, 'client', summary), 'client').toEqual(fromLog);
      expect(count(seen, 'server', summary), 'server').toEqual(fromLog);
      expect(count(seen, 'server', ({ name, error }) => `${name} ${error}`)).toEqual({
        'GET /users/{id} null': ROUNDS,
        'GET / null': 3 * ROUNDS,
        'GET / 500': ROUNDS,
        'GET /nowhere null': ROUNDS,
        'POST /upload null': ROUNDS,
      });
      const sizes = (side: string) =>
        seen
          .filter((exchange) => exchange.side === side && exchange.request.resource === '/?do=large')
          .map(({ response }) => (response as FastcgiResponse).bodySize);
      expect(sizes('server')).toEqual(Array(ROUNDS).fill(200_000));
      // nginx reads many records at once, of which only the first are captured.
      expect(sizes('client').every((size) => size === null || size === 200_000)).toBe(true);
      expect(
        JSON.stringify(seen.map(({ request, response, attributes }) => [request, response, attributes])),
      ).not.toMatch(/s3cret|alice/);
    },
    120_000,
  );

  it("is seen when FastCGI's own command-line client asks", async () => {
    const env = { SCRIPT_FILENAME: php.script, SCRIPT_NAME: '/index.php', QUERY_STRING: 'do=missing' };
    const seen = await observe(capture, php.port, async () => {
      for (let round = 0; round < ROUNDS; round++) {
        await run('cgi-fcgi', ['-bind', '-connect', `127.0.0.1:${php.port}`], {
          env: { ...process.env, ...env, REQUEST_METHOD: 'GET' },
        });
      }
    });
    for (const side of ['client', 'server']) {
      const summary = ({ request, status }: Exchange) => `${request.operation} ${request.resource} ${status}`;
      expect(count(seen, side, summary), side).toEqual({ 'GET /index.php?do=missing 404': ROUNDS });
    }
  }, 120_000);
});
