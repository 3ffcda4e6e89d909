import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Exchange } from '@sonde/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { METHODS } from './support/capture-methods.js';
import { count, observe } from './support/observe.js';
import { type RealServer, serverModule } from './support/real-server.js';

const { startMemcached } = await serverModule<{ startMemcached(): Promise<RealServer> }>('memcached');
const run = promisify(execFile);
const path = (name: string) => fileURLToPath(new URL(`./programs/${name}`, import.meta.url));

const summary = ({ name, status, error }: Exchange) => `${name} ${status}${error === null ? '' : ` ${error}`}`;

/** @against memcached: memcached, memjs and a socket of Node's */
describe.each(METHODS)('memcached, by %s capture', (capture) => {
  let server: RealServer;

  beforeAll(async () => {
    server = await startMemcached();
  }, 60_000);
  afterAll(() => server?.stop());

  const large = (seen: readonly Exchange[], end: string) =>
    seen
      .filter(({ side }) => side === end)
      .filter(
        ({ request, response }) => (({ ...request, ...response }) as { valueBytes?: number }).valueBytes === 90_000,
      )
      .map(summary);

  it('is seen at both ends in its text and meta protocols, command by command', async () => {
    const { stdout } = await run('memcached', ['-V']);
    const version = stdout.trim().split(' ')[1]!;
    const seen = await observe(capture, server.port, () =>
      run(process.execPath, [path('memcached-client.mjs'), `${server.port}`, version]),
    );
    for (const side of ['client', 'server']) {
      expect(count(seen, side, summary), side).toEqual({
        'SET STORED': 22,
        'SET null': 1,
        'GET VALUE': 24,
        'GET END': 22,
        'GAT VALUE': 1,
        'ADD NOT_STORED': 20,
        'APPEND STORED': 1,
        'REPLACE NOT_STORED': 1,
        'CAS EXISTS': 1,
        'CAS NOT_FOUND': 1,
        'INCR NUMBER': 1,
        'INCR NOT_FOUND': 1,
        'INCR CLIENT_ERROR CLIENT_ERROR': 1,
        'DECR NUMBER': 1,
        'TOUCH TOUCHED': 1,
        'DELETE DELETED': 2,
        'DELETE NOT_FOUND': 1,
        'DELETE null': 1,
        'UNKNOWN ERROR ERROR': 1,
        'VERSION VERSION': 1,
        'MS HD': 11,
        'MS NS': 1,
        'MG VA': 10,
        'MG EN': 10,
        'MG HD': 2,
        'MG null': 3,
        'MN MN': 1,
        'MA VA': 1,
        'MD HD': 1,
        'MD NF': 1,
        'QUIT null': 1,
      });
      expect(large(seen, side)).toEqual(['SET STORED', 'GET VALUE']);
      const fifty = seen.filter((e) => e.side === side && (e.request as { keyCount?: number }).keyCount === 50);
      expect(fifty).toMatchObject([{ response: { hits: 50, valueBytes: 450 } }]);
    }
    expect(JSON.stringify(seen.map((e) => [e.request, e.response, e.attributes]))).not.toMatch(/swordfish/);
  }, 60_000);

  it('is seen at both ends in its binary protocol, as memjs speaks it', async () => {
    const seen = await observe(capture, server.port, () =>
      run(process.execPath, [path('memjs-client.mjs'), `${server.port}`]),
    );
    for (const side of ['client', 'server']) {
      expect(count(seen, side, summary), side).toEqual({
        'SET OK': 21,
        'GET OK': 61,
        'GET NOT_FOUND': 30,
        'ADD EXISTS': 1,
        'REPLACE NOT_FOUND': 1,
        'APPEND OK': 1,
        'APPEND NOT_STORED': 1,
        'INCR OK': 2,
        'INCR NON_NUMERIC NON_NUMERIC': 1,
        'DECR OK': 1,
        'TOUCH OK': 1,
        'DELETE OK': 1,
        'DELETE NOT_FOUND': 1,
        'STATS OK': 1,
        'FLUSH_ALL OK': 1,
        'QUIT OK': 1,
      });
      expect(large(seen, side)).toEqual(['SET OK', 'GET OK']);
    }
    expect(JSON.stringify(seen.map((e) => [e.request, e.response, e.attributes]))).not.toMatch(/swordfish/);
  }, 60_000);
});
