import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Btf, generateDecoders, probeFeature } from '@sonde/ebpf';
import { beforeAll, describe, expect, test } from 'vitest';
import { startExample } from '../../../packages/ebpf/test/support/start-example.js';

const folder = fileURLToPath(new URL('..', import.meta.url));

/** One connection that carries so many bytes each way and is closed by the client. */
async function exchange(host: string, request: number, response: number): Promise<{ client: number; server: number }> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    let received = 0;
    socket.on('data', (data) => {
      received += data.length;
      if (received === request) socket.write(Buffer.alloc(response));
    });
    socket.on('end', () => socket.end());
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  const client = connect(port, host);
  await new Promise((resolve) => client.on('connect', resolve));
  const ports = { client: client.localPort as number, server: port };
  client.write(Buffer.alloc(request));
  let received = 0;
  client.on('data', (data) => {
    received += data.length;
    if (received === response) client.end();
  });
  await new Promise((resolve) => client.on('close', resolve));
  await new Promise((resolve) => server.close(resolve));
  return ports;
}

describe.skipIf(probeFeature('tp_btf:inet_sock_set_state') !== 'yes')('tcplife', () => {
  beforeAll(() => {
    execFileSync('npm', ['run', '--silent', 'build:bpf'], { cwd: folder });
  });

  test.each([
    ['127.0.0.1', '127.0.0.1'],
    ['::1', '[::1]'],
  ])('prints both ends of a connection over %s with the exact bytes', async (host, shown) => {
    await using example = await startExample(folder);
    const { client, server } = await exchange(host, 123_456, 7_654_321);
    const output = await example.interrupt();
    const rows = output
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/ +/));
    const from = (port: number) => rows.find((row) => row[2] === `${shown}:${port}`)!;
    expect(from(client).slice(2, 6)).toEqual([`${shown}:${client}`, `${shown}:${server}`, '123456', '7654321']);
    expect(from(server).slice(2, 6)).toEqual([`${shown}:${server}`, `${shown}:${client}`, '7654321', '123456']);
    for (const row of [from(client), from(server)]) {
      expect(row[0]).toBe(String(process.pid));
      expect(Number(row[6])).toBeGreaterThan(0);
    }
  });

  test('takes no arguments, and says so', async () => {
    const usage = 'usage: node dist/index.js   prints every';
    await expect(startExample(folder, ['5'])).rejects.toThrow(`it ended with 2: ${usage}`);
    await expect(startExample(folder, ['--help'])).rejects.toThrow(`it ended with 0: ${usage}`);
  });

  test('reads records by decoders that are up to date', () => {
    const btf = Btf.open(`${folder}/dist/tcplife.bpf.o`);
    const expected = generateDecoders(btf, { structs: ['connection'], origin: 'bpf2ts from tcplife.bpf.o' });
    expect(readFileSync(`${folder}/src/tcplife.gen.ts`, 'utf8')).toBe(expected);
  });
});
