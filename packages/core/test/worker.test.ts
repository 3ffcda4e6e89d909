import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { probeFeature } from '@sonde/ebpf';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Agent, AgentOptions } from '../src/index.js';

type Core = typeof import('../src/index.js');
type Plugins = typeof import('./worker-plugins.fixture.js');

const here = dirname(fileURLToPath(import.meta.url));
const source = (path: string) => join(here, '..', path);

/** Programs and links that this process, all threads, holds in the kernel. */
function held(): string[] {
  return readdirSync('/proc/self/fdinfo').flatMap((fd) => {
    try {
      return readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8').match(/^(prog_type|link_type):.*$/gm) ?? [];
    } catch {
      return [];
    }
  });
}

describe('an agent in a worker thread', () => {
  let folder: string;
  let log: string;
  let core: Core;
  let plugins: Plugins;
  let agent: Agent | null = null;

  beforeAll(async () => {
    // Built as it is published, and inside the package, so that its dependencies are found.
    mkdirSync(source('node_modules'), { recursive: true });
    folder = mkdtempSync(source('node_modules/.worker-test-'));
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    await build({
      entryPoints: {
        index: source('src/index.ts'),
        worker: source('src/runtime/worker/entry.ts'),
        plugins: join(here, 'worker-plugins.fixture.ts'),
      },
      outdir: folder,
      alias: { '@sonde/core': source('src/index.ts'), '@sonde/ebpf': source('../ebpf/src/index.ts') },
      external: ['koffi', 'jiti', 'tsyringe', 'eventemitter3', 'reflect-metadata', 'zod'],
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
    });
    const load = (name: string) => import(/* @vite-ignore */ pathToFileURL(join(folder, name)).href);
    core = await load('index.js');
    plugins = await load('plugins.js');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  let runs = 0;
  beforeEach(() => {
    log = join(folder, `log-${runs++}`);
  });
  afterEach(async () => {
    await agent?.stop();
    agent = null;
  });

  async function start(options: AgentOptions): Promise<Agent> {
    agent = await core.createAgent(options);
    return agent;
  }

  const logged = () => readFileSync(log, 'utf8').trim().split('\n');

  it('runs there by itself when all plugins can be found there', async () => {
    const file = join(folder, 'count');
    const running = await start({
      probes: [plugins.steady({ exchanges: 5, log })],
      protocols: [plugins.bytes],
      exporters: [plugins.counter({ file })],
    });
    expect([running.workers, running.addresses]).toEqual([1, { counter: 'file:counter' }]);
    let read = 0;
    for await (const exchange of running.spans()) {
      expect(exchange).toMatchObject({ protocol: 'bytes', name: '?', status: '!', side: 'client', transport: 'tcp' });
      expect(exchange.definition).toBe(plugins.bytes);
      if (++read === 1000) break;
    }
    const { families } = await running.snapshot();
    expect(families.map(({ name }) => name)).toContain('bytes.client.duration');
    await running.stop();
    const stats = await running.stats();
    expect(stats.exchanges['bytes']).toBeGreaterThanOrEqual(1000);
    expect(stats).toMatchObject({ events: stats.exchanges['bytes']! * 2, lost: {}, unmatched: 0 });
    expect(Number(readFileSync(file, 'utf8'))).toBe(stats.exchanges['bytes']);
    expect(logged()).toEqual(['start', 'stop']);
  });

  it('keeps this thread free while the other one is busy', async () => {
    const running = await start({
      probes: [plugins.steady({ exchanges: 1, busyMs: 200, log })],
      protocols: [plugins.bytes],
    });
    let longest = 0;
    let last = performance.now();
    const timer = setInterval(() => {
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
    }, 1);
    let read = 0;
    for await (const _ of running.spans()) if (++read === 5) break;
    clearInterval(timer);
    // Five turns of 200 ms each went by over there.
    expect(longest).toBeLessThan(150);
  });

  it('drops and counts what a consumer is too slow for, and does not grow', async () => {
    const running = await start({ probes: [plugins.steady({ exchanges: 5000, log })], protocols: [plugins.bytes] });
    const stream = running.spans({ capacity: 10 });
    await expect
      .poll(async () => (await running.stats()).lost['stream-full'] ?? 0, { timeout: 20_000 })
      .toBeGreaterThan(20_000);
    await running.stop();
    let left = 0;
    for await (const _ of stream) left++;
    expect(left).toBe(10);
  });

  it('refuses with the same errors as in one thread', async () => {
    const unknown = start({ probes: [plugins.steady({ log, busy: 1 } as never)] });
    await expect(unknown).rejects.toMatchObject({ code: 'UNKNOWN_OPTION' });
    const twice = start({ probes: [plugins.steady({ log })], exporters: [plugins.counter({ file: 5 } as never)] });
    await expect(twice).rejects.toBeInstanceOf(core.ConfigurationError);
  });

  it('re-targets and changes probes over there', async () => {
    const running = await start({ probes: [plugins.steady({ log })], protocols: [plugins.bytes] });
    await running.reconfigure({ probes: [plugins.steady({ log, exchanges: 1 })], targets: ['comm=nobody'] });
    await expect(running.reconfigure({ targets: ['prot=1'] })).rejects.toMatchObject({ code: 'SELECTOR_INVALID' });
    for await (const _ of running.spans()) break;
    const late = running.stop();
    await expect(running.reconfigure({ targets: [] })).rejects.toMatchObject({ code: 'AGENT_STOPPED' });
    await late;
    await expect(running.reconfigure({ probes: [null as never] })).rejects.toMatchObject({ code: 'PLUGIN_INVALID' });
    await expect(running.reconfigure({ probes: [] })).rejects.toMatchObject({ code: 'AGENT_STOPPED' });
    expect(logged()).toEqual(['start', 'stop', 'start', 'stop', 'start', 'stop']);
  });

  it('runs in this thread when a plugin can’t be found there, says which, and refuses to pretend', async () => {
    const running = await start({ probes: [plugins.homeless()] });
    const reasons: string[] = [];
    running.on('diagnostic', ({ message }) => reasons.push(message));
    expect(running.workers).toBe(0);
    expect(reasons).toEqual(["the agent runs in this thread: probe 'homeless' does not name its module"]);
    await expect(core.createAgent({ probes: [plugins.homeless()], workers: 1 })).rejects.toMatchObject({
      code: 'WORKER_IMPOSSIBLE',
      message: expect.stringContaining('homeless'),
    });
  });

  it('cleans up, ends its streams and says so when something is thrown where nobody catches it', async () => {
    const running = await start({ probes: [plugins.steady({ log, crashMs: 50 })], protocols: [plugins.bytes] });
    const fault = new Promise<Error>((resolve) => running.on('fault', resolve));
    const stream = running.spans();
    expect(await stream.next()).toEqual({ value: undefined, done: true });
    expect(await fault).toMatchObject({
      code: 'AGENT_BROKEN',
      message: "the agent's worker broke down: thrown where nobody catches",
    });
    expect(logged()).toEqual(['start', 'stop']);
    await running.stop();
    expect(await running.stats()).toMatchObject({ events: expect.any(Number) });
  });

  it.skipIf(probeFeature('tp_btf') !== 'yes')('leaves nothing in the kernel, also when it breaks down', async () => {
    const running = await start({ probes: [plugins.kernel()], targets: ['comm=nobody'], programStats: true });
    expect(running.workers).toBe(1);
    expect(held().length).toBeGreaterThan(4);
    const { programs } = await running.stats();
    expect(programs.map(({ name }) => name).sort()).toEqual([
      'process_exec',
      'process_exit',
      'process_fork',
      'process_rename',
    ]);
    await running.stop();
    expect((await running.stats()).programs).toHaveLength(4);
    expect(held()).toEqual([]);
    const second = await start({
      probes: [plugins.kernel(), plugins.steady({ log, crashMs: 50 })],
      protocols: [plugins.bytes],
    });
    await new Promise((resolve) => second.on('fault', resolve));
    await expect.poll(held).toEqual([]);
  });
});
