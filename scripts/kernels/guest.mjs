/**
 * Runs inside a virtual machine: shows on its kernel what the build machine's kernel can't. Prints `ok` and `not ok`
 * lines, and at last a line that counts them. The packages lie in /app/node_modules, as an install would lay them.
 */
import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { release } from 'node:os';
import { createAgent } from '@sonde/core';
import { ObjectSpec, probeFeature } from '@sonde/ebpf';
import { flowtracer } from '@sonde/probe-flowtracer';
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

const workload = fork('/app/workload.mjs');
const nextMessage = async () => (await once(workload, 'message'))[0];
const { port } = await nextMessage();

/** Lets the workload make requests, through another port if one is given; resolves with how many its server saw. */
async function request(count, through) {
  workload.send({ count, through });
  return (await nextMessage()).asked;
}

await test('features say what this kernel has', () => {
  expect(probeFeature('kprobe'), 'yes', 'kprobe');
  expect(probeFeature('fentry'), 'yes', 'fentry');
  expect(probeFeature('tp_btf:sock_send_length'), socketTracepoints ? 'yes' : 'no', 'sock_send_length');
});

await test('kprobe and fentry links attach and count', async () => {
  const object = ObjectSpec.open(readFileSync('/app/links.x86_64.bpf.o')).load();
  const links = [object.program('by_kprobe').attach(), object.program('by_fentry').attach()];
  await request(1);
  const calls = object.map('calls');
  for (const [index, kind] of ['kprobe', 'fentry'].entries()) {
    const value = calls.lookup(Uint8Array.of(index, 0, 0, 0));
    if (!(value[0] > 0)) throw new Error(`${kind} counted nothing`);
  }
  for (const link of links) link.close();
  object.close();
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
    const agent = await createAgent({ probes: [l7({ capture })], targets: [`port=${port}`], workers: 0 });
    const seen = [];
    const reading = (async () => {
      for await (const span of agent.spans()) seen.push(span);
    })();
    const asked = await request(50);
    await agent.stop();
    await reading;
    const served = seen.filter((span) => span.side === 'server');
    expect(asked, 50, 'requests that the server saw');
    expect(served.length, 50, 'server spans');
    expect(served.filter((span) => span.status === 500).length, 1, 'server spans with status 500');
    expect(seen.filter((span) => span.side === 'client').length, 50, 'client spans');
  });
}

await test('flowtracer names the real server where conntrack is a module', async () => {
  for (const module of readdirSync('/modules').sort()) execFileSync('/bin/busybox', ['insmod', `/modules/${module}`]);
  const rules = `table ip nat { chain output { type nat hook output priority -100; tcp dport 8 redirect to :${port}; }; }`;
  execFileSync('/bin/nft', ['-f', '-'], { input: rules });
  const agent = await createAgent({ probes: [l7(), flowtracer()], targets: [`pid=${workload.pid}`], workers: 0 });
  const seen = [];
  const reading = (async () => {
    for await (const span of agent.spans()) if (span.side === 'client') seen.push(span.attributes);
  })();
  await request(20, 8);
  await agent.stop();
  await reading;
  expect(seen.length, 20, 'client spans');
  const right = seen.filter((span) => span['server.port'] === port && span['sonde.virtual.port'] === 8);
  expect(right.length, 20, 'client spans with both ports');
});

workload.kill();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
