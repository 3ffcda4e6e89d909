/**
 * Runs inside a virtual machine: shows on its kernel what the build machine's kernel can't. Prints `ok` and `not ok`
 * lines, and at last a line that counts them. The packages lie in /app/node_modules, as an install would lay them.
 */
import { readdirSync, readFileSync } from 'node:fs';
import http from 'node:http';
import { release } from 'node:os';
import { createAgent } from '@sonde/core';
import { ObjectSpec, probeFeature } from '@sonde/ebpf';
import { l7 } from '@sonde/probe-l7';

let passed = 0;
let failed = 0;

async function test(name, body) {
  const begin = performance.now();
  try {
    await body();
    passed++;
    console.log(`ok - ${name} (${(performance.now() - begin).toFixed(0)} ms)`);
  } catch (error) {
    failed++;
    console.log(
      `not ok - ${name}: ${error.stack}${error.hint ? `\n  hint: ${error.hint}` : ''}${error.log ? `\n${String(error.log).slice(-3000)}` : ''}`,
    );
  }
}

function expect(actual, expected, what) {
  if (actual !== expected) throw new Error(`${what}: expected ${expected}, got ${actual}`);
}

const [major, minor] = release().split('.').map(Number);
const socketTracepoints = major > 6 || (major === 6 && minor >= 3);

/** An HTTP server that answers every request with its path, and says how often it was asked. */
async function withServer(body) {
  let asked = 0;
  const server = http.createServer((request, response) => {
    asked++;
    response.writeHead(request.url.endsWith('/7') ? 500 : 200).end(request.url);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await body(server.address().port, () => asked);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

function get(agent, port, path) {
  return new Promise((resolve, reject) => {
    const request = http.get({ host: '127.0.0.1', port, path, agent }, (response) => {
      response.resume();
      response.on('end', resolve);
    });
    request.on('error', reject);
  });
}

await test('features say what this kernel has', () => {
  expect(probeFeature('kprobe'), 'yes', 'kprobe');
  expect(probeFeature('fentry'), 'yes', 'fentry');
  expect(probeFeature('tp_btf:sock_send_length'), socketTracepoints ? 'yes' : 'no', 'sock_send_length');
});

await test('kprobe and fentry links attach and count', async () => {
  using object = ObjectSpec.open(readFileSync('/app/links.x86_64.bpf.o')).load();
  const links = [object.program('by_kprobe').attach(), object.program('by_fentry').attach()];
  await withServer(async (port) => get(undefined, port, '/'));
  const calls = object.map('calls');
  for (const [index, kind] of ['kprobe', 'fentry'].entries()) {
    const value = calls.lookup(Uint8Array.of(index, 0, 0, 0));
    if (!(value[0] > 0)) throw new Error(`${kind} counted nothing`);
  }
  for (const link of links) link.close();
});

for (const file of readdirSync('/app/objects').sort()) {
  if (file.startsWith('socket.') && !socketTracepoints) continue;
  await test(`${file} is verified and loaded`, () => {
    ObjectSpec.open(readFileSync(`/app/objects/${file}`))
      .load()
      .close();
  });
}

for (const capture of socketTracepoints ? ['socket', 'syscall', 'auto'] : ['syscall', 'auto']) {
  await test(`capture '${capture}' reports every request of an HTTP server`, async () => {
    await withServer(async (port, asked) => {
      const agent = await createAgent({
        probes: [l7({ capture })],
        targets: [`port=${port}`],
        observeSelf: true,
        workers: 0,
      });
      const seen = [];
      const reading = (async () => {
        for await (const span of agent.spans()) seen.push(span);
      })();
      const keepAlive = new http.Agent({ keepAlive: true, maxSockets: 1 });
      for (let i = 0; i < 50; i++) await get(keepAlive, port, `/path/${i}`);
      keepAlive.destroy();
      await agent.stop();
      await reading;
      const served = seen.filter((span) => span.side === 'server');
      expect(asked(), 50, 'requests that the server saw');
      expect(served.length, 50, 'server spans');
      expect(served.filter((span) => span.status === 500).length, 1, 'server spans with status 500');
      expect(seen.filter((span) => span.side === 'client').length, 50, 'client spans');
    });
  });
}

console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
