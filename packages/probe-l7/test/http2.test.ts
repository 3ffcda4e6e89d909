import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createAgent, type Exchange } from '@sonde/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { l7 } from '../src/index.js';
import { METHODS } from './support/capture-methods.js';
import { count, observe } from './support/observe.js';
import { type RealServer, serverModule } from './support/real-server.js';

type Nginx = RealServer & { accessLog: string };
const { startNginx } = await serverModule<{ startNginx(options: object): Promise<Nginx> }>('nginx');
const { until } = await serverModule<{ until(check: () => boolean, what: string): Promise<void> }>('process');
const run = promisify(execFile);

const CLIENT = fileURLToPath(new URL('./programs/http2-client.mjs', import.meta.url));
const PROGRAM = fileURLToPath(new URL('./programs/http2-session.mjs', import.meta.url));

/** @against http2: node:http2 */
describe.each(METHODS)("Node's HTTP/2 in clear text, by %s capture", (capture) => {
  it('sees at both ends each of the streams that share a connection, gRPC by its own name', async () => {
    const program = spawn(process.execPath, [PROGRAM], { stdio: ['pipe', 'pipe', 'inherit'] });
    try {
      const [port] = await once(program.stdout, 'data');
      const agent = await createAgent({ probes: [l7({ capture })], targets: [`port=${Number(port)}`], workers: 0 });
      const exchanges: Exchange[] = [];
      const reading = (async () => {
        for await (const exchange of agent.spans()) exchanges.push(exchange);
      })();
      const ended = once(program, 'exit');
      program.stdin.write('go\n');
      expect((await ended)[0]).toBe(0);
      await agent.stop();
      await reading;
      const { lost, parseErrors, faults } = await agent.stats();
      expect({ lost, parseErrors, faults }).toEqual({ lost: {}, parseErrors: 0, faults: {} });
      for (const end of ['client', 'server']) {
        const counts: Record<string, number> = {};
        for (const { side, protocol, request, status } of exchanges) {
          const key = `${protocol} ${request.resource} ${status}`;
          if (side === end) counts[key] = (counts[key] ?? 0) + 1;
        }
        expect(counts, end).toEqual({ 'http2 / 200': 20, 'http2 /none 404': 20, 'grpc /shop.Cart/Add 7': 20 });
      }
    } finally {
      program.kill('SIGKILL');
    }
  });
});

/** @against http2: nginx */
describe.each(METHODS)('nginx with HTTP/2 in clear text, by %s capture', (capture) => {
  let nginx: Nginx;

  beforeAll(async () => {
    nginx = await startNginx({ listen: 'http2' });
  }, 60_000);
  afterAll(() => nginx?.stop());

  it('is seen at both ends, each request that its log has', async () => {
    const lines = () => readFileSync(nginx.accessLog, 'utf8').trim().split('\n');
    const seen = await observe(capture, nginx.port, async () => {
      await run(process.execPath, [CLIENT, `${nginx.port}`, '50']);
      await until(() => lines().length === 200, 'the log');
    });
    const logged: Record<string, number> = {};
    for (const line of lines()) {
      const request = line.split(' ').slice(0, 3).join(' ');
      logged[request] = (logged[request] ?? 0) + 1;
    }
    const summary = ({ request, status }: Exchange) => `${request.operation} ${request.resource} ${status}`;
    expect(count(seen, 'client', summary), 'client').toEqual(logged);
    expect(count(seen, 'server', summary), 'server').toEqual(logged);
  }, 60_000);
});
