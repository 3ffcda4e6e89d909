import { readdirSync, readFileSync } from 'node:fs';
import { type Agent, createAgent, type Exchange } from '@sonde/core';
import { l7 } from '@sonde/probe-l7';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flowtracer } from '../src/index.js';
import { NatWorld, until } from './support/nat-world.js';

const RATE = 100;

describe('an agent of l7 and flowtracer under traffic', () => {
  const world = new NatWorld();
  beforeAll(() => world.start());
  afterAll(() => world.close());

  const start = (probes: Parameters<typeof createAgent>[0]['probes']) =>
    createAgent({ probes, targets: [`pid=${process.pid}`], workers: 0 });

  /** What the agent has seen of the client's side, by path. */
  function watch(agent: Agent): Map<string, Exchange> {
    const seen = new Map<string, Exchange>();
    void (async () => {
      for await (const span of agent.spans()) {
        if (span.side === 'client') seen.set(String(span.attributes['url.path']), span);
      }
    })();
    return seen;
  }

  it('loses no request of l7 while flowtracer is stopped, started and given other options', async () => {
    const service = NatWorld.service('cluster', 4);
    const agent = await start([l7(), flowtracer()]);
    const seen = watch(agent);
    try {
      const asking = world.ask('http', service, 'changes', { count: RATE, seconds: 6, parallel: 100 });
      for (const probes of [[l7()], [l7(), flowtracer()], [l7(), flowtracer({ udpIdleSeconds: 60 })]]) {
        const before = seen.size;
        await until('traffic', () => seen.size >= before + 40);
        await agent.reconfigure({ probes });
      }
      const { answered, failed } = await asking;
      expect({ answered, failed }).toEqual({ answered: 6 * RATE, failed: 0 });
      await until('all spans', () => seen.size === answered);
      await until('all logs', () => world.served('changes').size === answered);
      for (const [path, { backend }] of world.served('changes')) {
        // Without flowtracer a span has the virtual address; with it the right one; never a wrong one.
        expect([service.address, NatWorld.backend(backend, 4)]).toContain(seen.get(path)?.server?.address);
      }
      const last = [...seen.values()].slice(-20);
      expect(last.every(({ server }) => server?.port === 8080)).toBe(true);
    } finally {
      await agent.stop();
    }
  });

  it('names the right backends at once when the agent starts in mid-traffic, also of connections that were there', async () => {
    const service = NatWorld.service('masqueraded', 4);
    const asking = await world.begin('http', service, 'middle', { count: RATE, seconds: 600, parallel: 100 });
    await until('traffic', () => world.served('middle').size > 30);
    for (let turn = 0; turn < 2; turn++) {
      const agent = await start([l7(), flowtracer()]);
      const seen = watch(agent);
      try {
        await until('spans', () => seen.size >= 50);
      } finally {
        await agent.stop();
      }
      await until('logs', () => [...seen.keys()].every((path) => world.served('middle').has(path)));
      for (const [path, span] of seen) {
        const { backend } = world.served('middle').get(path)!;
        expect(span.server?.address, path).toBe(NatWorld.backend(backend, 4));
      }
    }
    await asking.end();
  });

  it('lists idle connections that were there before it', async () => {
    // The listing of a namespace is read where some process of it is.
    world.run(world.node, ['cat']);
    const command = `exec 3<>/dev/tcp/10.96.0.10/80; echo ready; read; exec 3>&-`;
    const idle = world.run(world.client, ['bash', '-c', command]);
    await idle.said('ready');
    const agent = await start([flowtracer()]);
    try {
      const { families } = await agent.snapshot();
      const flows = families.find(({ name }) => name === 'sonde.nat.flows')?.points ?? [];
      const known = flows.filter(({ attributes }) => attributes['sonde.virtual.address'] === '10.96.0.10');
      expect(known.length).toBeGreaterThan(0);
    } finally {
      await agent.stop();
    }
    idle.goOn();
  });

  it('tells of connections to an address of NAT64, whose translation it does not follow', async () => {
    const agent = await start([flowtracer()]);
    const events = agent.events();
    try {
      const program = world.run(world.client, ['bash', '-c', 'echo > /dev/tcp/64:ff9b::c000:201/80']);
      for await (const event of events) {
        if (event.event !== 'flowtracer.unsupported') continue;
        expect(event).toMatchObject({ reason: 'nat64', transport: 'tcp', process: { name: 'bash' } });
        expect(event.server).toEqual({ address: '64:ff9b::c000:201', port: 80 });
        break;
      }
      await program.end('SIGKILL');
    } finally {
      await agent.stop();
    }
  });

  it('leaves no program, map or link in the kernel', async () => {
    const before = kernelObjects();
    const agent = await start([l7(), flowtracer()]);
    expect(kernelObjects().filter((line) => !before.includes(line)).length).toBeGreaterThan(4);
    await world.ask('http', NatWorld.service('cluster', 4), 'leave', { count: 20 });
    await agent.reconfigure({ probes: [l7()] });
    await agent.reconfigure({ probes: [l7(), flowtracer()] });
    await agent.stop();
    await until('a kernel as before', () => kernelObjects().every((line) => before.includes(line)));
  });
});

/** Programs, maps and links that this process holds, by the kernel's ids. */
function kernelObjects(): string[] {
  return readdirSync('/proc/self/fdinfo').flatMap((fd) => {
    try {
      const text = readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8');
      return text.match(/^(prog|map|link)_id:\s*\d+$/gm) ?? [];
    } catch {
      return []; // the descriptor that lists them
    }
  });
}
