import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Exchange } from '@sonde/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { METHODS } from './support/capture-methods.js';
import { count, observe } from './support/observe.js';
import { type RealServer, serverModule } from './support/real-server.js';

const { startServer, scratch, freePort } = await serverModule<{
  startServer(options: object): Promise<RealServer>;
  scratch(name: string): string;
  freePort(): Promise<number>;
}>('process');
const run = promisify(execFile);
const path = (name: string) => fileURLToPath(new URL(`./programs/${name}`, import.meta.url));
const ROUNDS = 50;

interface Facts {
  from?: string;
  bodySize?: number;
  frames?: number;
  compressed?: boolean;
}
const facts = ({ request }: Exchange) => request as Facts;
const summary = (exchange: Exchange) =>
  `${exchange.name} ${facts(exchange).from ?? '-'} ${exchange.status} ${exchange.error}`;

/** @against websocket: ws, server and client */
describe.each(METHODS)('Server and client of ws, by %s capture', (capture) => {
  describe.each(['plain', 'compressed'])('%s', (kind) => {
    let server: RealServer;

    beforeAll(async () => {
      const port = await freePort();
      server = await startServer({
        name: 'websocket-server.mjs',
        command: process.execPath,
        args: [path('websocket-server.mjs'), `${port}`, kind],
        port,
        dir: scratch('websocket'),
        ready: (log: string) => log.includes('ready'),
      });
    }, 60_000);
    afterAll(() => server?.stop());

    it('are seen at both ends, from the upgrade on, message by message', async () => {
      const args = [path('websocket-client.mjs'), `${server.port}`, `${ROUNDS}`];
      const seen = await observe(capture, server.port, () => run(process.execPath, args));
      for (const side of ['client', 'server']) {
        const echoes: Record<string, number> = {};
        for (const from of ['client', 'server']) {
          echoes[`websocket text ${from} null null`] = ROUNDS + 2;
          echoes[`websocket binary ${from} null null`] = ROUNDS + 1;
        }
        echoes['websocket text client null null'] = ROUNDS + 3;
        expect(count(seen, side, summary), side).toEqual({
          ...echoes,
          'GET /chat - 101 null': 1,
          'GET /other - 101 null': 1,
          'websocket close client 1000 null': 1,
          'websocket close server 1000 null': 1,
          'websocket close server 1011 1011': 1,
          'websocket close client 1011 1011': 1,
        });
        const messages = seen.filter((exchange) => exchange.side === side && facts(exchange).frames !== undefined);
        const fragmented = messages.filter((exchange) => facts(exchange).frames! > 1);
        expect(fragmented.map((exchange) => [facts(exchange).from, facts(exchange).frames])).toEqual([['client', 3]]);
        const compressed = messages.filter((exchange) => facts(exchange).compressed);
        const isClose = ({ name }: Exchange) => name === 'websocket close';
        expect(compressed.length, side).toBe(
          kind === 'compressed' ? messages.filter((exchange) => !isClose(exchange)).length : 0,
        );
        if (kind === 'plain') {
          const sizes = messages.filter((exchange) => !isClose(exchange)).map((exchange) => facts(exchange).bodySize!);
          expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(2 * (2 * ROUNDS * 9 + 900 + 100_000 + 27) + 5);
        }
      }
      expect(JSON.stringify(seen.map((e) => [e.request, e.response, e.attributes]))).not.toMatch(/swordfish/);
    }, 60_000);
  });
});
