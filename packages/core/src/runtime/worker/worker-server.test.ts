import { MessageChannel } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Diagnostic, Exchange, ProbeEvent, ProbeFault } from '../../contracts/index.js';
import { lines, ScriptedProbe } from '../line-protocol.fixture.js';
import { toPort, type WorkerStart } from './messages.js';
import type { PluginAddress } from './plugin-address.js';
import { RemoteEngine } from './remote-engine.js';
import { WorkerServer } from './worker-server.js';

const module = new URL('./worker-plugins.fixture.ts', import.meta.url).href;
const probe = (name: string, options: unknown = {}): PluginAddress => ({
  module,
  exportName: name,
  kind: 'probe',
  name,
  options,
});

function start(...probes: PluginAddress[]): WorkerStart {
  const plugins = {
    probes,
    exporters: [],
    processors: [],
    protocols: [{ module, exportName: 'lines', kind: 'protocol' as const, name: 'lines' }],
  };
  return { plugins, targets: [], exclude: [], mask: true, maxSeries: undefined, programStats: false };
}

/** Both ends of the wire in one thread, with everything copied in between as between two. */
describe('an engine at the other end of a wire', () => {
  let channel: MessageChannel;
  let server: WorkerServer;
  let remote: RemoteEngine;
  let stopped: boolean;
  let broken: Error | null;
  let told: unknown[];

  beforeEach(() => {
    channel = new MessageChannel();
    stopped = false;
    broken = null;
    told = [];
    ScriptedProbe.log = [];
    server = new WorkerServer(toPort(channel.port1), () => {
      stopped = true;
    });
    const host = {
      diagnostic: (line: Diagnostic) => told.push(line),
      faulted: (fault: ProbeFault) => told.push(fault),
      restarted: (event: object) => told.push(event),
    };
    remote = new RemoteEngine(toPort(channel.port2), [lines], host, (error) => {
      broken = error;
    });
  });
  afterEach(async () => {
    if (!stopped) await remote.call('stop', null).catch(() => {});
    channel.port1.close();
  });

  it('starts, answers and stops', async () => {
    expect(await remote.call('start', start(probe('a')))).toEqual({});
    expect(await remote.call('stats', null)).toMatchObject({ events: 0 });
    expect((await remote.call('snapshot', null)).families.length).toBeGreaterThan(0);
    expect(await remote.call('addTree', 1)).toBeNull();
    ScriptedProbe.last.exchange('x', '!');
    const { stats, snapshot } = await remote.call('stop', null);
    expect(stats.exchanges).toEqual({ lines: 1 });
    expect(snapshot.families.map(({ name }) => name)).toContain('lines.server.duration');
    expect([stopped, ScriptedProbe.log]).toEqual([true, ['start a', 'stop a']]);
  });

  it('sends exchanges, whole again with their protocol, only while somebody reads', async () => {
    await remote.call('start', start(probe('a')));
    const read: Exchange[] = [];
    ScriptedProbe.last.exchange('unread', '!');
    remote.listen({ exchange: (exchange) => read.push(exchange), event: null });
    await remote.call('stats', null);
    ScriptedProbe.last.exchange('read', '-no');
    await expect.poll(() => read.length).toBe(1);
    expect(read[0]).toMatchObject({
      name: 'read',
      definition: lines,
      request: { text: '?read' },
      startUnixNano: expect.any(BigInt),
      attributes: { 'error.type': 'no', 'server.port': 80 },
    });
    remote.listen({ exchange: null, event: null });
    await remote.call('stats', null);
    ScriptedProbe.last.exchange('unread', '!');
    await remote.call('stop', null);
    expect(read).toHaveLength(1);
  });

  it('sends what it holds before it says that it has stopped', async () => {
    await remote.call('start', start(probe('a')));
    const seen: string[] = [];
    const events: ProbeEvent[] = [];
    remote.listen({ exchange: ({ name }) => seen.push(name), event: (event) => events.push(event) });
    await remote.call('stats', null);
    for (let n = 0; n < 600; n++) ScriptedProbe.last.exchange(`n${n}`, '!');
    ScriptedProbe.last.dependencies.emit({ event: 'last' });
    await remote.call('stop', null);
    expect([seen.length, seen[0], seen.at(-1), events.length]).toEqual([600, 'n0', 'n599', 1]);
  });

  it('passes on errors with their class', async () => {
    const wrong = remote.call('start', start(probe('a', { tex: 1 })));
    await expect(wrong).rejects.toMatchObject({ name: 'ConfigurationError', code: 'UNKNOWN_OPTION' });
    await expect(remote.call('stats', null)).rejects.toThrowError('has not started');
  });

  it('says which plugin it can’t find', async () => {
    const missing = { ...probe('a'), exportName: 'nobody' };
    await expect(remote.call('start', start(missing))).rejects.toMatchObject({ code: 'PLUGIN_UNREACHABLE' });
    const elsewhere = { ...probe('a'), module: 'file:///nowhere.js' };
    await expect(remote.call('start', start(elsewhere))).rejects.toMatchObject({ code: 'PLUGIN_UNREACHABLE' });
  });

  it('passes on faults of probes', async () => {
    await remote.call('start', start(probe('a')));
    ScriptedProbe.last.dependencies.fault(new Error('gone'));
    await expect.poll(() => told.length).toBe(1);
    expect(told[0]).toMatchObject({ probe: 'a', faults: 1, retryMs: 1000, error: { message: 'gone' } });
  });

  it('is reconfigured, with probes by their addresses', async () => {
    await remote.call('start', start(probe('a')));
    await remote.call('reconfigure', { probes: [probe('b', { text: 'x' })] });
    await remote.call('reconfigure', { targets: ['port=80'] });
    expect(ScriptedProbe.log).toEqual(['start a', 'start b', 'stop a', 'stop b', 'start b']);
    await expect(remote.call('reconfigure', { targets: ['prot=80'] })).rejects.toMatchObject({
      code: 'SELECTOR_INVALID',
    });
  });

  it('counts what the other thread had no room for', async () => {
    await remote.call('start', start(probe('a')));
    remote.dropped(5);
    expect((await remote.call('stats', null)).lost).toEqual({ 'stream-full': 5 });
  });

  it('cleans up before it says that it broke down', async () => {
    await remote.call('start', start(probe('a')));
    await server.broke(new Error('out of luck'));
    await expect.poll(() => broken?.message).toBe('out of luck');
    expect(ScriptedProbe.log).toEqual(['start a', 'stop a']);
  });

  it('refuses all calls once it is known to be gone', async () => {
    await remote.call('start', start(probe('a')));
    const pending = remote.call('stats', null);
    remote.fail(new Error('no more'));
    await expect(pending).rejects.toThrowError('no more');
    await expect(remote.call('stats', null)).rejects.toThrowError('no more');
    remote.listen({ exchange: null, event: null });
    await server.broke(new Error('end'));
  });
});
