import { type Agent, createAgent, type Exchange, type ProbeEvent } from '@sonde/core';
import { l7 } from '@sonde/probe-l7';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flowtracer } from '../src/index.js';
import { NatWorld, until } from './support/nat-world.js';

const COUNT = 100;

describe('an agent of l7 and flowtracer, in namespaces with rules like those of kube-proxy', () => {
  const world = new NatWorld();
  const spans: Exchange[] = [];
  const events: ProbeEvent[] = [];
  let agent: Agent;

  beforeAll(async () => {
    await world.start();
    agent = await createAgent({
      probes: [l7(), flowtracer()],
      targets: [`pid=${process.pid}`],
      workers: 0,
    });
    void collect(agent.spans(), spans);
    void collect(agent.events(), events);
  });

  afterAll(async () => {
    try {
      await agent?.stop();
    } finally {
      await world.close();
    }
  });

  /** Spans of one side, by path or name of what was asked. */
  function seen(prefix: string, side: 'client' | 'server'): Map<string, Exchange> {
    const found = new Map<string, Exchange>();
    for (const span of spans) {
      const what = String(span.attributes['url.path'] ?? span.attributes['dns.question.name'] ?? '').replace(/\.$/, '');
      if (span.side === side && what.includes(prefix)) found.set(what, span);
    }
    return found;
  }

  async function spansOf(prefix: string, count = COUNT) {
    await until(`${count} spans at each end of ${prefix}`, async () => {
      await agent.snapshot();
      const known = [seen(prefix, 'client'), seen(prefix, 'server'), world.served(prefix)];
      return known.every(({ size }) => size >= count);
    });
    return { client: seen(prefix, 'client'), server: seen(prefix, 'server'), served: world.served(prefix) };
  }

  describe.each([4, 6] as const)('over IPv%i', (family) => {
    it.each([
      ['cluster', 'http'],
      ['masqueraded', 'http'],
      ['nodePort', 'http'],
      ['dns', 'dns'],
    ] as const)('names the backend that was asked and the client that asked (%s, %s)', async (name, kind) => {
      const service = NatWorld.service(name, family);
      const prefix = `${name.toLowerCase()}${family}`;
      expect(await world.ask(kind, service, prefix, { count: COUNT })).toEqual({ answered: COUNT, failed: 0 });
      const { client, server, served } = await spansOf(prefix);
      expect(served.size).toBe(COUNT);
      for (const [what, { backend }] of served) {
        const real = { address: NatWorld.backend(backend, family), port: kind === 'dns' ? 5353 : 8080 };
        const asked = client.get(what)!;
        expect(asked.server, what).toEqual(real);
        expect(asked.attributes['server.address']).toBe(real.address);
        expect(asked.attributes['sonde.virtual.address']).toBe(service.address);
        expect(asked.attributes['sonde.virtual.port']).toBe(service.port);
        const answered = server.get(what)!;
        // A datagram socket that is bound to no address doesn't tell which one was asked.
        if (kind === 'http') expect(answered.server, what).toEqual(real);
        expect(answered.client?.address, what).toBe(NatWorld.client(family));
        if (asked.client?.address === NatWorld.client(family)) expect(answered.client).toEqual(asked.client);
      }
      expect(new Set([...served.values()].map(({ backend }) => backend)).size).toBe(world.backends.length);
    });

    it('follows a backend that reaches itself by its Service', async () => {
      const service = NatWorld.service('masqueraded', family);
      const prefix = `hairpin${family}`;
      await world.ask('http', service, prefix, { count: COUNT, from: world.backends[0]! });
      const { client, server, served } = await spansOf(prefix);
      const own = NatWorld.backend(1, family);
      for (const [what, { backend }] of served) {
        expect(client.get(what)!.server?.address).toBe(NatWorld.backend(backend, family));
        expect(server.get(what)!.client).toEqual(client.get(what)!.client);
        expect(server.get(what)!.client?.address).toBe(own);
      }
      expect([...served.values()].some(({ backend }) => backend === 1)).toBe(true);
    });

    it('leaves connections alone that are not translated', async () => {
      const prefix = `direct${family}`;
      const address = NatWorld.backend(2, family);
      await world.ask('http', { address, port: 8080 }, prefix, { count: 20 });
      const { client } = await spansOf(prefix, 20);
      for (const span of client.values()) {
        expect(span.server).toEqual({ address, port: 8080 });
        expect(span.attributes['sonde.virtual.address']).toBeUndefined();
      }
    });
  });

  it('reports the flows themselves: how they are translated, whose they are, what they carried', async () => {
    const of = (translation: string, transport = 'tcp') =>
      events.filter((event) => event.translation === translation && event.transport === transport);
    await until('flows', () => of('dnat').length >= 2 * COUNT && of('dnat+masquerade').length >= 2 * COUNT);
    await until('flows', () => of('dnat+snat').length >= 2 * COUNT);
    for (const event of [...of('dnat'), ...of('dnat+masquerade'), ...of('dnat+snat')]) {
      expect(event).toMatchObject({ event: 'flowtracer.flow', state: 'closed', fromStart: true });
      expect((event.process as { name: string }).name).toMatch(/node|MainThread/);
      const { sent, received } = event.packets as { sent: number; received: number };
      expect(Math.min(sent, received)).toBeGreaterThan(3);
      expect((event.bytes as { sent: number }).sent).toBeGreaterThan(200);
      expect(event.durationNs).toBeGreaterThan(0);
    }
  });

  it('counts flows by virtual address and backend', async () => {
    const { families } = await agent.snapshot();
    const points = families.find(({ name }) => name === 'sonde.nat.flows')!.points;
    const cluster = points.filter(({ attributes }) => attributes['sonde.virtual.address'] === '10.96.0.10');
    const tcp = cluster.filter(({ attributes }) => attributes['network.transport'] === 'tcp');
    expect(tcp.map(({ attributes }) => attributes['server.address']).sort()).toEqual(
      [1, 2, 3].map((number) => NatWorld.backend(number, 4)),
    );
    expect(tcp.reduce((sum, { value }) => sum + value!, 0)).toBe(COUNT);
  });

  it('measures requests by their real server only', async () => {
    const { families } = await agent.snapshot();
    const servers = families
      .filter(({ name }) => name === 'http.client.request.duration')
      .flatMap(({ points }) => points.map(({ attributes }) => String(attributes['server.address'])));
    expect(servers.length).toBeGreaterThan(0);
    expect(servers.filter((address) => address.startsWith('10.96.') || address.startsWith('fd96:'))).toEqual([]);
  });

  it('loses nothing', async () => {
    const { lost } = await agent.stats();
    expect(Object.entries(lost).filter(([, count]) => count > 0)).toEqual([]);
  });
});

async function collect<T>(stream: AsyncIterable<T>, into: T[]): Promise<void> {
  for await (const item of stream) into.push(item);
}
