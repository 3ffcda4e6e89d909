import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type {
  Agent,
  AgentOptions,
  ConnectionSink,
  Exchange,
  ExporterInstance,
  MetricSnapshot,
  ProbeEvent,
} from '../contracts/index.js';
import { defineExporter, defineProbe, defineProcessor } from '../define.js';
import { FakeProcessSource } from '../identity/fake-process-source.js';
import { createAgent } from './create-agent.js';
import { lines, ScriptedProbe, scripted } from './line-protocol.fixture.js';
import { collectingLogger } from './loggers.js';
import { override } from './token.js';
import { CLOCK, CONNECTION_FILTER, FEATURES, LOGGER, PROCESS_SOURCE } from './tokens.js';

async function all<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

/** A sink before another one, that notes what is called. */
function noting(calls: string[], sink: ConnectionSink): ConnectionSink {
  const note = <K extends 'open' | 'update' | 'data' | 'close'>(name: K) =>
    ((...args: unknown[]) => {
      calls.push(name);
      return (sink[name] as (...all: unknown[]) => unknown).apply(sink, args);
    }) as ConnectionSink[K];
  return { open: note('open'), update: note('update'), data: note('data'), close: note('close') };
}

describe('createAgent', () => {
  const agents: Agent[] = [];

  beforeEach(() => {
    ScriptedProbe.log = [];
  });
  afterEach(async () => {
    for (const agent of agents.splice(0)) await agent.stop();
  });

  async function start(options: AgentOptions = { probes: [scripted()()] }): Promise<Agent> {
    const agent = await createAgent({ workers: 0, ...options });
    agents.push(agent);
    return agent;
  }

  function exporter(instance: Partial<ExporterInstance> & { name?: string } = {}) {
    return defineExporter({
      name: instance.name ?? 'out',
      version: '1.0.0',
      apiVersion: 1,
      description: '',
      options: z.object({}),
      create: ({ dropped }) => ({ start: async () => {}, stop: async () => dropped('queue-full', 0), ...instance }),
    })();
  }

  function processor(name: string, process: (exchange: Exchange) => Exchange | null) {
    const definition = { name, version: '1', apiVersion: 1 as const, description: '', options: z.object({}) };
    return defineProcessor({ ...definition, create: () => process })();
  }

  it('gives exchanges to its streams and exporters, and counts them in its metrics', async () => {
    const exported: Exchange[] = [];
    const agent = await start({
      probes: [scripted()()],
      exporters: [exporter({ exchange: (exchange) => exported.push(exchange) })],
    });
    const [first, second] = [all(agent.spans()), all(agent.spans())];
    ScriptedProbe.last.exchange('hello', '!fine');
    ScriptedProbe.last.exchange('bye', '-gone');
    const { families } = await agent.snapshot();
    await agent.stop();
    expect((await first).map(({ name, status, error, side }) => [name, status, error, side])).toEqual([
      ['hello', 'fine', null, 'server'],
      ['bye', 'gone', 'gone', 'server'],
    ]);
    expect(await second).toEqual(exported);
    expect((await first)[0]).toMatchObject({
      durationNs: 1000,
      process: { pid: process.pid, name: expect.any(String) },
    });
    const points = families.find(({ name }) => name === 'lines.server.duration')!.points;
    expect(points.map(({ histogram }) => histogram!.count)).toEqual([1, 1]);
  });

  it('gives account of itself while it runs, and the last one after it has stopped', async () => {
    const agent = await start();
    ScriptedProbe.last.exchange('a', '!b');
    ScriptedProbe.last.account.lost = { 'ring-full': 3 };
    ScriptedProbe.last.account.programs = [{ name: 'p', runs: 2, timeNs: 200 }];
    const running = await agent.stats();
    expect(running).toMatchObject({
      events: 2,
      lost: { 'ring-full': 3 },
      exchanges: { lines: 1 },
      unmatched: 0,
      parseErrors: 0,
      programs: [{ name: 'p', runs: 2, timeNs: 200 }],
      faults: {},
    });
    expect(running.peakRssBytes).toBeGreaterThan(10e6);
    await agent.stop();
    expect(await agent.stats()).toMatchObject({ events: 2, exchanges: { lines: 1 }, lost: { 'ring-full': 3 } });
    expect((await agent.stats()).cpuSeconds).toBeGreaterThanOrEqual(running.cpuSeconds);
    expect((await agent.snapshot()).families.map(({ name }) => name)).toContain('sonde.events');
  });

  it('says how much waits in exporters that have a queue', async () => {
    const agent = await start({
      probes: [scripted()()],
      exporters: [exporter({ name: 'slow', queued: () => 7 }), exporter({ name: 'direct' })],
    });
    const { families } = await agent.snapshot();
    const { points } = families.find(({ name }) => name === 'sonde.queue.depth')!;
    expect(points).toMatchObject([{ attributes: { queue: 'exporter:slow' }, value: 7 }]);
  });

  it('says the same in its metrics, however often they are read', async () => {
    const agent = await start();
    ScriptedProbe.last.exchange('a', '!b');
    const value = ({ families }: MetricSnapshot, name: string) =>
      families.find((family) => family.name === name)?.points.map((point) => point.value);
    await agent.snapshot();
    const snapshot = await agent.snapshot();
    expect(value(snapshot, 'sonde.events')).toEqual([2]);
    expect(value(snapshot, 'sonde.exchanges')).toEqual([1]);
    expect(value(snapshot, 'sonde.connections')).toEqual([0]);
    expect(value(snapshot, 'sonde.process.memory.usage')![0]).toBeGreaterThan(10e6);
  });

  it('drops what a slow consumer has no room for, and counts it', async () => {
    const agent = await start();
    const stream = agent.spans({ capacity: 2 });
    for (const word of ['a', 'b', 'c']) ScriptedProbe.last.exchange(word, '!');
    expect((await agent.stats()).lost).toEqual({ 'stream-full': 1 });
    await agent.stop();
    expect((await all(stream)).map(({ name }) => name)).toEqual(['b', 'c']);
  });

  it('hands out nothing to a consumer that broke off', async () => {
    const agent = await start();
    const stream = agent.spans();
    ScriptedProbe.last.exchange('a', '!');
    for await (const _ of stream) break;
    ScriptedProbe.last.exchange('b', '!');
    expect(await all(stream)).toEqual([]);
    expect((await agent.stats()).lost).toEqual({});
  });

  it('gives events of the probes’ own', async () => {
    const taken: ProbeEvent[] = [];
    const agent = await start({
      probes: [scripted()()],
      exporters: [exporter({ event: (event) => taken.push(event) })],
    });
    const stream = agent.events();
    ScriptedProbe.last.dependencies.emit({ event: 'scripted.thing', value: 1 });
    await agent.stop();
    expect(await all(stream)).toEqual([{ event: 'scripted.thing', value: 1 }]);
    expect(taken).toHaveLength(1);
  });

  it('gives metrics every so often, and once more at the end', async () => {
    const agent = await start();
    const stream = agent.metrics({ everyMs: 1 });
    const first = await stream.next();
    ScriptedProbe.last.exchange('a', '!');
    await agent.stop();
    const rest = await all(stream);
    expect(first.done).toBe(false);
    expect(rest.at(-1)!.families.map(({ name }) => name)).toContain('lines.server.duration');
    expect(() => agent.metrics({ everyMs: 0 })).toThrowError(RangeError);
  });

  it('lets processors change and drop exchanges, in their order', async () => {
    const seen: string[] = [];
    const agent = await start({
      probes: [scripted()()],
      processors: [
        processor('tag', (exchange) => {
          exchange.trace = { traceId: 't', spanId: 's', parentSpanId: null, link: null };
          return exchange;
        }),
        processor('filter', (exchange) => {
          seen.push(exchange.trace!.traceId);
          return exchange.name === 'drop' ? null : exchange;
        }),
      ],
    });
    const stream = agent.spans();
    ScriptedProbe.last.exchange('drop', '!');
    ScriptedProbe.last.exchange('keep', '!');
    const { families } = await agent.snapshot();
    await agent.stop();
    expect((await all(stream)).map(({ name }) => name)).toEqual(['keep']);
    expect(seen).toEqual(['t', 't']);
    const dropped = families.find(({ name }) => name === 'sonde.exchanges.dropped')!.points;
    expect(dropped.find(({ value }) => value === 1)!.attributes).toEqual({ reason: 'processor:filter' });
    expect((await agent.stats()).lost).toEqual({});
  });

  it('keeps faults of processors and exporters from everyone else', async () => {
    const exported: string[] = [];
    const agent = await start({
      probes: [scripted()()],
      processors: [
        processor('mask', (exchange) => {
          if (exchange.name === 'secret') throw new Error('could not mask');
          return exchange;
        }),
      ],
      exporters: [
        exporter({
          name: 'broken',
          exchange: () => {
            throw new Error('no room');
          },
          stop: async () => {
            throw new Error('stuck');
          },
        }),
        exporter({ exchange: ({ name }) => exported.push(name) }),
      ],
    });
    const lines: string[] = [];
    agent.on('diagnostic', ({ message }) => lines.push(message));
    for (const word of ['a', 'secret', 'b']) ScriptedProbe.last.exchange(word, '!');
    await agent.stop();
    expect(exported).toEqual(['a', 'b']);
    expect((await agent.stats()).lost).toEqual({ 'processor-fault:mask': 1, 'exporter:broken:fault': 2 });
    expect(lines).toEqual([
      "exporter 'broken' threw: no room",
      "processor 'mask' threw: could not mask",
      "exporter 'broken' failed to stop: stuck",
    ]);
  });

  it('starts all or nothing: what has started is stopped again when a later one can’t', async () => {
    const log = ScriptedProbe.log;
    const out = exporter({
      start: async () => void log.push('start out'),
      stop: async () => void log.push('stop out'),
    });
    const failing = start({
      probes: [scripted('a')(), scripted('b')({ fail: true }), scripted('c')()],
      exporters: [out],
    });
    await expect(failing).rejects.toThrowError("b can't start");
    expect(log).toEqual(['start out', 'start a', 'stop b', 'stop a', 'stop out']);
  });

  it('starts no probe when an exporter can’t start', async () => {
    const out = exporter({
      start: async () => {
        throw new Error('EADDRINUSE');
      },
    });
    await expect(start({ probes: [scripted()()], exporters: [out] })).rejects.toThrowError('EADDRINUSE');
    expect(ScriptedProbe.log).toEqual([]);
  });

  it('starts probes in the order of their planes, and stops them the other way round', async () => {
    const agent = await start({
      probes: [scripted('reader', { needs: ['p'] })(), scripted('writer', { provides: ['p'] })()],
    });
    await agent.stop();
    await agent.stop();
    expect(ScriptedProbe.log).toEqual(['start writer', 'start reader', 'stop reader', 'stop writer']);
  });

  it('refuses what the kernel lacks before anything starts, and says which probe needs it', async () => {
    const needy = defineProbe({
      name: 'needy',
      version: '1',
      apiVersion: 1,
      description: '',
      requires: { features: ['warp'] },
      options: z.object({}),
      create: () => expect.unreachable(),
    });
    const asked: string[] = [];
    const features = (name: string) => {
      asked.push(name);
      return 'no' as const;
    };
    const options = { probes: [needy()], overrides: [override(FEATURES, features)] };
    await expect(start(options)).rejects.toMatchObject({ name: 'CapabilityError', code: 'FEATURE_MISSING' });
    expect(asked).toEqual(['warp']);
  });

  it('refuses unknown and wrong options of its own', async () => {
    await expect(start({ probs: [] } as never)).rejects.toMatchObject({
      code: 'UNKNOWN_OPTION',
      message: "agent: option 'probs' is not known; did you mean 'probes'?",
    });
    await expect(start({ metrics: { maxSeries: 0 } })).rejects.toMatchObject({ code: 'INVALID_OPTION' });
    await expect(start({ targets: ['prot=1'] })).rejects.toMatchObject({ code: 'SELECTOR_INVALID' });
  });

  it('uses overrides in place of its own parts', async () => {
    const logger = collectingLogger();
    const filtered: string[] = [];
    const agent = await start({
      probes: [scripted()()],
      processors: [
        processor('x', () => {
          throw new Error('x');
        }),
      ],
      targets: ['comm=made-up'],
      overrides: [
        override(CLOCK, { now: () => 42, toUnixNano: (at: number) => BigInt(at) }),
        override(LOGGER, logger),
        override(PROCESS_SOURCE, new FakeProcessSource({ 9: { comm: 'made-up' } })),
        override(CONNECTION_FILTER, (sink) => noting(filtered, sink)),
      ],
    });
    const { clock, targets, identity } = ScriptedProbe.last.dependencies;
    ScriptedProbe.last.exchange('a', '!');
    expect([clock.now(), [...targets.pids()], identity.lookup(9).name]).toEqual([42, [9], 'made-up']);
    expect(filtered).toEqual(['open', 'data', 'data', 'close']);
    expect(logger.lines[0]!.message).toBe("processor 'x' threw: x");
    await agent.stop();
  });

  it('reports a probe’s fault, restarts the probe, and goes on', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    try {
      const agent = await start({ probes: [scripted('shaky')(), scripted('steady')()] });
      const steady = ScriptedProbe.last;
      const seen: unknown[] = [];
      agent.on('probe-fault', ({ probe, error, retryMs }) => seen.push([probe, error.message, retryMs]));
      agent.on('probe-restart', ({ probe }) => seen.push([probe, 'again']));
      ScriptedProbe.log = [];
      await agent.reconfigure({ probes: [scripted('shaky')({ text: 'new' }), scripted('steady')()] });
      ScriptedProbe.last.dependencies.fault(new Error('ring gone'));
      const stream = agent.spans();
      steady.exchange('still', '!here');
      expect((await stream.next()).value!.name).toBe('still');
      await vi.advanceTimersByTimeAsync(1000);
      expect(seen).toEqual([
        ['shaky', 'ring gone', 1000],
        ['shaky', 'again'],
      ]);
      expect((await agent.stats()).faults).toEqual({ shaky: 1 });
    } finally {
      vi.useRealTimers();
    }
  });

  it('starts, stops and changes probes while it runs, and forgets nothing that they counted', async () => {
    const agent = await start({ probes: [scripted('a')(), scripted('b')()] });
    ScriptedProbe.last.exchange('x', '!');
    ScriptedProbe.log = [];
    await agent.reconfigure({ probes: [scripted('a')({ text: 'other' }), scripted('c')()] });
    expect(ScriptedProbe.log).toEqual(['stop a', 'start a', 'start c', 'stop b']);
    expect(await agent.stats()).toMatchObject({ events: 2, exchanges: { lines: 1 } });
    await agent.reconfigure({ probes: [scripted('b')()] });
    ScriptedProbe.last.exchange('y', '!');
    expect(await agent.stats()).toMatchObject({ events: 4 });
  });

  it('leaves everything as it was when a reconfiguration is wrong or fails', async () => {
    const agent = await start({ probes: [scripted('a')()], targets: ['pid=1'] });
    ScriptedProbe.log = [];
    const wrong: [object, string | RegExp][] = [
      [{ probes: [scripted('a')({ tex: 1 } as never)] }, /tex/],
      [{ probes: [scripted('b')()], targets: ['prot=1'] }, /prot=1/],
      [{ probes: [scripted('b', { needs: ['nothing'] })()] }, /'nothing'/],
    ];
    for (const [change, message] of wrong) await expect(agent.reconfigure(change)).rejects.toThrowError(message);
    expect(ScriptedProbe.log).toEqual([]);
    const failing = agent.reconfigure({ probes: [scripted('b')(), scripted('a')({ fail: true })] });
    await expect(failing).rejects.toThrowError("a can't start");
    expect(ScriptedProbe.log).toEqual(['start b', 'stop a', 'stop a', 'start a', 'stop b']);
    await agent.stop();
    await expect(agent.reconfigure({ probes: [] })).rejects.toMatchObject({ code: 'AGENT_STOPPED' });
  });

  it.each([
    [{ probez: [] }, 'UNKNOWN_OPTION', /'probez' is not known; did you mean 'probes'/],
    [{ exporters: [] }, 'UNKNOWN_OPTION', /'exporters'/],
    [{ probes: 'l7' }, 'INVALID_OPTION', /'probes'/],
    [{ probes: [null] }, 'PLUGIN_INVALID', /probes\[0\] is null/],
    [{ probes: [{ name: 'x' }] }, 'PLUGIN_INVALID', /probes\[0\] is an object/],
    [null, 'INVALID_OPTION', /object/],
  ])('refuses to be reconfigured with %j, as it refuses to be made of it', async (change, code, message) => {
    const agent = await start({ probes: [scripted('a')()] });
    ScriptedProbe.log = [];
    const asked = agent.reconfigure(change as never);
    await expect(asked).rejects.toMatchObject({
      name: 'ConfigurationError',
      code,
      message: expect.stringMatching(message),
    });
    expect(ScriptedProbe.log).toEqual([]);
  });

  it('refuses everything once it has stopped, and says what to do', async () => {
    const agent = await start({ probes: [scripted('a')()] });
    await agent.stop();
    const stopped = { code: 'AGENT_STOPPED', hint: expect.stringContaining('createAgent') };
    await expect(agent.reconfigure({ targets: ['port=80'] })).rejects.toMatchObject(stopped);
    await expect(agent.targets.addTree(1)).rejects.toMatchObject(stopped);
  });

  it('refuses a probe with a protocol that it was started without', async () => {
    const agent = await start({});
    await expect(agent.reconfigure({ probes: [scripted()()] })).rejects.toMatchObject({ code: 'PROTOCOL_LATE' });
    const other = await start({ protocols: [lines] });
    await other.reconfigure({ probes: [scripted()()] });
    expect(ScriptedProbe.log).toEqual(['start scripted']);
  });

  it('re-targets while it runs, and restarts probes only where their programs have to change', async () => {
    const source = new FakeProcessSource({ 8: { comm: 'a' }, 9: { comm: 'b' } });
    const agent = await start({
      probes: [scripted()()],
      targets: ['comm=a'],
      overrides: [override(PROCESS_SOURCE, source)],
    });
    const { targets } = ScriptedProbe.last.dependencies;
    await agent.reconfigure({ targets: ['comm=b'] });
    expect([[...targets.pids()], ScriptedProbe.log]).toEqual([[9], ['start scripted']]);
    await agent.targets.addTree(8);
    expect([...targets.pids()].sort()).toEqual([8, 9]);
    await agent.reconfigure({ exclude: ['port=22'] });
    expect([targets.excludedPorts, ScriptedProbe.log.slice(1)]).toEqual([[22], ['stop scripted', 'start scripted']]);
  });

  it('tells its first listener what happened before', async () => {
    const agent = await createAgent({
      probes: [scripted()()],
      processors: [
        processor('x', () => {
          throw new Error('early');
        }),
      ],
    });
    agents.push(agent);
    ScriptedProbe.last.exchange('a', '!');
    const messages: string[] = [];
    agent.on('diagnostic', ({ message }) => messages.push(message));
    expect(messages).toEqual([
      'the agent runs in this thread: @sonde/core runs from its sources',
      "processor 'x' threw: early",
    ]);
  });

  it('says where exporters can be reached, and that it has stopped', async () => {
    const agent = await start({
      exporters: [exporter({ name: 'web', address: () => 'http://127.0.0.1:1/' }), exporter()],
    });
    expect(agent.addresses).toEqual({ web: 'http://127.0.0.1:1/' });
    let stopped = 0;
    agent.once('stopped', () => stopped++);
    await agent[Symbol.asyncDispose]();
    await agent.stop();
    expect(stopped).toBe(1);
    expect(await all(agent.spans())).toEqual([]);
  });

  it('refuses a worker where there can’t be one', async () => {
    await expect(start({ probes: [scripted()()], workers: 1 })).rejects.toMatchObject({ code: 'WORKER_IMPOSSIBLE' });
  });

  it('keeps two agents of one process apart', async () => {
    const a = await start();
    const probe = ScriptedProbe.last;
    const b = await start();
    const [spansOfA, spansOfB] = [a.spans(), b.spans()];
    probe.exchange('only-a', '!');
    await a.stop();
    await b.stop();
    expect([(await all(spansOfA)).length, (await all(spansOfB)).length]).toEqual([1, 0]);
  });
});
