import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
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
const CLIENT = path('grpc-client.mjs');
const ROUNDS = 50;

/** `1/3`: messages of the request, of the response. */
function messages({ request, response }: Exchange): string {
  const of = (part: unknown) => (part as { messages?: number | null } | null)?.messages;
  return `${of(request)}/${of(response)}`;
}

/** @against grpc: gRPC for Python and grpc-js */
describe.each(METHODS)('gRPC for Python and grpc-js, by %s capture', (capture) => {
  let server: RealServer;

  beforeAll(async () => {
    const port = await freePort();
    // Debian's Python, which has Debian's gRPC.
    server = await startServer({
      name: 'grpc-server.py',
      command: '/usr/bin/python3',
      args: [path('grpc-server.py'), `${port}`],
      port,
      dir: scratch('grpc'),
      ready: (log: string) => log.includes('ready'),
    });
  }, 120_000);
  afterAll(() => server?.stop());

  it('are seen at both ends, each call of each kind with its status and its messages', async () => {
    const seen = await observe(capture, server.port, () =>
      run(process.execPath, [CLIENT, `${server.port}`, `${ROUNDS}`]),
    );
    const summary = (e: Exchange) => `${e.protocol} ${e.name} ${e.status} ${e.error} ${messages(e)}`;
    for (const side of ['client', 'server']) {
      expect(count(seen, side, summary), side).toEqual({
        'grpc shop.Cart/Add 0 null 1/1': ROUNDS,
        'grpc shop.Cart/List 0 null 1/3': ROUNDS,
        'grpc shop.Cart/Total 0 null 4/1': ROUNDS,
        'grpc shop.Cart/Chat 0 null 2/2': ROUNDS,
        'grpc shop.Cart/Fail 5 NOT_FOUND 1/0': ROUNDS,
        'grpc shop.Cart/Missing 12 UNIMPLEMENTED 1/0': ROUNDS,
      });
    }
    expect(JSON.stringify(seen.map((e) => [e.response, e.attributes]))).not.toMatch(/secret/);
  }, 120_000);

  it('are joined in mid-connection: of each call what is said is right, or that it is unknown', async () => {
    const client = spawn(process.execPath, [CLIENT, `${server.port}`, '20', 'join'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    try {
      const ended = once(client, 'exit');
      await once(client.stdout, 'data');
      const seen = await observe(capture, server.port, async () => {
        client.stdin.write('go\n');
        expect((await ended)[0]).toBe(0);
      });
      for (const end of ['client', 'server']) {
        const calls = seen.filter(({ side }) => side === end);
        expect(calls, end).toHaveLength(20);
        for (const { request, response } of calls) {
          expect(['/shop.Cart/Add', null]).toContain(request.resource);
          expect([0, null, undefined]).toContain((response as { grpcStatus?: number | null }).grpcStatus);
          expect((response as { status?: number | null }).status).toBe(200);
        }
      }
    } finally {
      client.kill('SIGKILL');
    }
  }, 120_000);
});
