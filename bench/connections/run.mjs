#!/usr/bin/env node
/**
 * How much memory does an agent need that observes many connections? Opens 10 000 HTTP connections that stay open, makes
 * two requests on each, and reads the agent's peak. Prints one JSON object. Environment: BENCH_CONNECTIONS (10000).
 */
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '../../test/servers/process.mjs';

const connections = Number(process.env.BENCH_CONNECTIONS ?? 10_000);
const sonde = fileURLToPath(new URL('../../packages/cli/bin/sonde.js', import.meta.url));

/** The observed server. */
function serve() {
  const server = http.createServer({ keepAliveTimeout: 600_000 }, (_request, response) => response.end('ok'));
  server.listen(0, '127.0.0.1', 4096, () => process.send(server.address().port));
}

/** One request on an open connection. */
function ask(socket) {
  return new Promise((resolve, reject) => {
    socket.once('data', resolve).once('error', reject);
    socket.write('GET /connections HTTP/1.1\r\nHost: bench\r\n\r\n');
  });
}

async function main() {
  const folder = mkdtempSync(join(tmpdir(), 'sonde-bench-'));
  const statsFile = join(folder, 'stats.json');
  const server = fork(fileURLToPath(import.meta.url), ['serve']);
  const [port] = await once(server, 'message');
  const args = ['run', '--probe', 'l7', '--target', `pid=${server.pid}`, '--output', 'none', '--stats', statsFile];
  const agent = spawn(process.execPath, [sonde, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  const sockets = [];
  try {
    let log = '';
    agent.stderr.on('data', (data) => {
      log += data;
    });
    const ended = once(agent, 'exit');
    await until(() => /^ready/m.test(log), 'the agent to be ready');
    while (sockets.length < connections) {
      const socket = net.connect({ port, host: '127.0.0.1' });
      sockets.push(socket);
      await once(socket, 'connect');
      await ask(socket);
    }
    for (const socket of sockets) await ask(socket);
    agent.kill('SIGINT');
    await ended;
    const { exchanges, lost, peakRssBytes } = JSON.parse(readFileSync(statsFile, 'utf8'));
    console.log(
      JSON.stringify({ connections, requests: 2 * connections, exchanges, lost, peakRssMiB: peakRssBytes >> 20 }),
    );
  } finally {
    for (const socket of sockets) socket.destroy();
    agent.kill('SIGKILL');
    server.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[2] === 'serve') serve();
else await main();
