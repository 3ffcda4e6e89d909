import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createAgent, type ProbeEvent } from '@sonde/core';
import { Btf, generateDecoders, probeFeature } from '@sonde/ebpf';
import { assertConforms, formatReport, probeConformance } from '@sonde/testkit';
import { beforeAll, describe, expect, it } from 'vitest';
import { signals } from '../src/index.js';

const folder = fileURLToPath(new URL('..', import.meta.url));

describe.skipIf(probeFeature('privileges') !== 'yes')('a third party probe', () => {
  beforeAll(() => {
    execFileSync('npm', ['run', '--silent', 'build:bpf'], { cwd: folder });
  });

  /** Runs an agent of the probe while `work` goes on; returns the events of signals to `pids`. */
  async function observe(options: Parameters<typeof signals>[0], work: () => Promise<number[]>) {
    const agent = await createAgent({ probes: [signals(options)], targets: [`pid=${process.pid}`], workers: 0 });
    try {
      const stream = agent.events();
      const pids = await work();
      const { families } = await agent.snapshot();
      const stats = await agent.stats();
      await agent.stop();
      const events: ProbeEvent[] = [];
      for await (const event of stream) if (pids.includes((event.to as { pid: number }).pid)) events.push(event);
      return { events, families, stats };
    } finally {
      await agent.stop();
    }
  }

  /** Starts a process, sends it signals, and waits for its end. */
  async function send(...names: NodeJS.Signals[]): Promise<number> {
    const child = spawn('cat', { stdio: ['pipe', 'ignore', 'ignore'] });
    const ended = once(child, 'exit');
    await once(child, 'spawn');
    for (const name of names) child.kill(name);
    await ended;
    return child.pid!;
  }

  it('conforms to the suite that every probe conforms to', async () => {
    const report = await probeConformance(signals, { createAgent });
    assertConforms(report);
    expect(formatReport(report)).toContain('signals');
  });

  it('tells who sent which signal to an observed process', async () => {
    const { events, families, stats } = await observe({}, async () => [await send('SIGTERM'), await send('SIGKILL')]);
    const from = { pid: process.pid };
    expect(events).toMatchObject([
      { event: 'signals.sent', signal: 'SIGTERM', from, delivered: true },
      { event: 'signals.sent', signal: 'SIGKILL', from, delivered: true },
    ]);
    const counted = families.find(({ name }) => name === 'signals.sent')!.points;
    expect(counted.find(({ attributes }) => attributes.signal === 'SIGTERM')?.value).toBeGreaterThanOrEqual(1);
    expect(stats.events).toBeGreaterThanOrEqual(2);
    expect(Object.values(stats.lost).reduce((sum, count) => sum + count, 0)).toBe(0);
  });

  it('reports only the signals that it is asked for', async () => {
    const { events } = await observe({ only: ['SIGKILL'] }, async () => [await send('SIGCONT', 'SIGKILL')]);
    expect(events.map(({ signal }) => signal)).toEqual(['SIGKILL']);
  });

  it.each([
    [{ onyl: ['SIGKILL'] }, 'UNKNOWN_OPTION'],
    [{ only: ['SIGNOT'] }, 'INVALID_OPTION'],
    [{ only: [] }, 'INVALID_OPTION'],
  ])('refuses %j', async (options, code) => {
    await expect(createAgent({ probes: [signals(options as never)] })).rejects.toMatchObject({ code });
  });

  it('reads records by decoders that are up to date', () => {
    const btf = Btf.open(`${folder}/bpf/signals.bpf.o`);
    const expected = generateDecoders(btf, { structs: ['signal_record'], origin: 'bpf2ts from signals.bpf.o' });
    expect(readFileSync(`${folder}/src/signals.gen.ts`, 'utf8')).toBe(expected);
  });
});
