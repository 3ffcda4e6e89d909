import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createAgent, type ProbeEvent } from '@sonde/core';
import { Btf, generateDecoders, probeFeature } from '@sonde/ebpf';
import { assertConforms, formatReport, probeConformance } from '@sonde/testkit';
import { describe, expect, it } from 'vitest';
import { __camel__ } from '../src/index.js';

const object = fileURLToPath(new URL('../bpf/__name__.bpf.o', import.meta.url));
const built = existsSync(object);
/** Why the kernel can't be asked, or null. */
const obstacle = !built ? 'no BPF object: clang is missing' : probeFeature('privileges') !== 'yes' ? 'not root' : null;
if (obstacle !== null) console.warn(`__name__: tests of the running probe are skipped (${obstacle})`);

describe.skipIf(obstacle !== null)('the probe __name__', () => {
  it('conforms to the probe API', async () => {
    const report = await probeConformance(__camel__, { createAgent });
    console.log(formatReport(report));
    assertConforms(report);
  }, 60_000);

  it('tells who sent which signal to an observed process', async () => {
    const agent = await createAgent({ probes: [__camel__()], targets: [`pid=${process.pid}`], workers: 0 });
    const seen: ProbeEvent[] = [];
    try {
      const stream = agent.events();
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
      const ended = once(child, 'exit');
      await once(child, 'spawn');
      child.kill('SIGTERM');
      await ended;
      await agent.stop();
      for await (const event of stream) if ((event.to as { pid: number }).pid === child.pid) seen.push(event);
    } finally {
      await agent.stop();
    }
    expect(seen).toMatchObject([
      { event: '__name__.sent', signal: 'SIGTERM', from: { pid: process.pid }, delivered: true },
    ]);
  }, 60_000);
});

it('refuses options that it does not know', async () => {
  const wrong = createAgent({ probes: [__camel__({ onyl: ['SIGKILL'] } as never)] });
  await expect(wrong).rejects.toMatchObject({ code: 'UNKNOWN_OPTION' });
});

it.skipIf(!built)('reads records by decoders that are up to date', () => {
  const expected = generateDecoders(Btf.open(object), {
    structs: ['signal_record'],
    origin: 'bpf2ts from __name__.bpf.o',
  });
  const committed = readFileSync(new URL('../src/__name__.gen.ts', import.meta.url), 'utf8');
  expect(committed, 'npm run generate').toBe(expected);
});
