import type { Exchange } from '@sonde/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { captureMethod } from '../src/capture-method.js';
import { observe } from './support/observe.js';
import { type RealServer, serverModule } from './support/real-server.js';
import { output } from './support/servers.js';

/** The capture that this kernel allows. */
const CAPTURE = captureMethod('auto');
const PROGRAM = new URL('programs/clickhouse-client.py', import.meta.url).pathname;
/** The driver of Debian, which is a client of its own process: the agent doesn't see itself. */
const driver = async (port: number) =>
  JSON.parse(await output('/usr/bin/python3', [PROGRAM, `${port}`])) as {
    counts: Record<string, number>;
    rows: number;
  };

const rowsOf = ({ response }: Exchange) => (response as { rows?: number } | null)?.rows ?? 0;

/** @against clickhouse: ClickHouse, its own client and clickhouse-driver */
describe('ClickHouse, seen in the kernel', () => {
  let server: RealServer;

  beforeAll(async () => {
    const { startClickhouse } = await serverModule<{ startClickhouse(): Promise<RealServer> }>('clickhouse');
    server = await startClickhouse();
  }, 120_000);
  afterAll(() => server?.stop());

  it('has each query of clickhouse-driver, at both ends, with its rows', async () => {
    let told: Awaited<ReturnType<typeof driver>> | undefined;
    const seen = await observe(CAPTURE, server.port, async () => {
      told = await driver(server.port);
    });
    const { counts, rows } = told!;
    for (const side of ['client', 'server']) {
      const here = seen.filter((exchange) => exchange.side === side);
      const count = (operation: string, status: string | number) =>
        here.filter((exchange) => exchange.request.operation === operation && exchange.status === status).length;
      expect(count('CREATE', 'OK'), side).toBe(counts.CREATE);
      expect(count('INSERT', 'OK'), side).toBe(counts.INSERT);
      expect(count('SELECT', 'OK'), side).toBe(counts.SELECT);
      expect(count('SELECT', 60), side).toBe(counts['ERROR 60']);
      expect(count('DROP', 'OK'), side).toBe(counts.DROP);
      const selected = here.filter(({ name, status }) => name === 'SELECT orders' && status === 'OK');
      expect(
        selected.reduce((sum, exchange) => sum + rowsOf(exchange), 0),
        side,
      ).toBe(rows);
    }
    expect(JSON.stringify(seen.map(({ request, attributes }) => [request, attributes]))).not.toContain('secret');
  });

  it('has what clickhouse-client asks, whose blocks are compressed, and a login that was refused', async () => {
    const client = (...args: string[]) =>
      output('clickhouse-client', ['--host', '127.0.0.1', '--port', `${server.port}`, ...args]);
    const all = await observe(CAPTURE, server.port, async () => {
      const counted = await client('-q', 'SELECT count() FROM (SELECT number FROM system.numbers LIMIT 70000)');
      expect(counted.trim()).toBe('70000');
      await expect(client('--user', 'guest', '--password', 'hunter22', '-q', 'SELECT 1')).rejects.toThrow('193');
    });
    const seen = all.filter(({ side }) => side === 'server');
    const lines = seen.map(({ name, status }) => `${name} ${status}`);
    expect(lines).toContain('Hello 193');
    expect(lines.filter((text) => text.startsWith('SELECT'))).toEqual(['SELECT system.numbers OK']);
    const counted = seen.find(({ name }) => name === 'SELECT system.numbers')!;
    expect(counted.request).toMatchObject({ compressed: true });
    expect(counted.response).toMatchObject({ rows: 1 });
    expect((counted.response as { readRows?: number }).readRows).toBeGreaterThanOrEqual(70_000);
  });
});
