import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { FlowIdentity, FlowWriter, ProbeDependencies, ProbeEvent } from '@sonde/core';
import { Btf, generateDecoders, type NativeObject, possibleCpus, ReplayBackend } from '@sonde/ebpf';
import { beforeEach, describe, expect, it } from 'vitest';
import { counter, flow_kind } from './flow.gen.js';
import { flowtracer } from './index.js';
import { flowRecord, kernelFlow } from './records.fixture.js';

/** A backend without a kernel that remembers what was loaded. */
class Backend extends ReplayBackend {
  object: NativeObject | null = null;

  override loadObject(request: Parameters<ReplayBackend['loadObject']>[0]): NativeObject {
    this.object = super.loadObject(request);
    return this.object;
  }

  map(name: string) {
    return this.object!.maps.find(({ info }) => info.name === name)!;
  }

  write(record: Uint8Array): void {
    this.writeRecord(this.map('events'), record);
  }

  put(map: string, key: Uint8Array, value: Uint8Array): void {
    this.mapOperation(this.map(map), { kind: 'update', key, value, flags: 0 });
  }
}

const key = (number: number, size: 4 | 8) => {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(number);
  return new Uint8Array(bytes.subarray(0, size));
};

function setUp(options: object = {}) {
  const backend = new Backend();
  const events: ProbeEvent[] = [];
  const learnt: FlowIdentity[] = [];
  const counts = new Map<string, number>();
  const faults: Error[] = [];
  const writers = new Set<FlowWriter | undefined>();
  const { definition } = flowtracer();
  const probe = definition.create(
    {
      backend,
      clock: { now: () => 7_000, toUnixNano: (at: number) => BigInt(at) },
      identity: { lookup: (pid: number) => ({ pid, container: 'c'.repeat(64), pod: null }) },
      logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
      metrics: {
        observe: () => () => {},
        counter: (name: string) => ({
          add: (value: number, attributes: Record<string, unknown> = {}) => {
            const series = `${name} ${attributes['server.address'] ?? ''} ${attributes['network.io.direction'] ?? ''}`;
            counts.set(series.trim(), (counts.get(series.trim()) ?? 0) + value);
          },
        }),
      },
      flows: {
        learn: (_tuple: unknown, identity: FlowIdentity) => learnt.push(identity),
        forget: () => {},
        provide: (writer?: FlowWriter) => {
          writers.add(writer);
          return () => writers.delete(writer);
        },
      },
      emit: (event: ProbeEvent) => events.push(event),
      fault: (error: Error) => faults.push(error),
    } as unknown as ProbeDependencies,
    definition.options.parse({ seed: false, ...options }) as never,
  );
  return { backend, probe, events, learnt, counts, faults, writers };
}

describe('the flowtracer probe', () => {
  let parts: ReturnType<typeof setUp>;
  beforeEach(async () => {
    parts = setUp({ events: 'all' });
    await parts.probe.start();
    return () => parts.probe.stop();
  });

  it('tells the plane what the kernel has told, as soon as the plane asks', () => {
    parts.backend.write(flowRecord({ kind: flow_kind.FLOW_BEGIN }));
    expect(parts.learnt).toEqual([]);
    for (const writer of parts.writers) writer!.catchUp();
    expect(parts.learnt.map(({ server }) => server)).toEqual([{ address: '10.244.1.2', port: 8080 }]);
  });

  it('reports a flow at its begin and its end, and counts it by backend', () => {
    parts.backend.write(flowRecord({ kind: flow_kind.FLOW_BEGIN, tgid: 9, comm: 'curl' }));
    parts.backend.write(flowRecord({ kind: flow_kind.FLOW_END, at: 5000, packets: [6, 5], bytes: [600, 900] }));
    parts.probe.drain!();
    expect(parts.events).toMatchObject([
      { event: 'flowtracer.flow', state: 'begin', packets: null, durationNs: null },
      {
        state: 'closed',
        start: '1970-01-01T00:00:00.000001000Z',
        durationNs: 4000,
        translation: 'dnat',
        virtual: { address: '10.96.0.10', port: 80 },
        packets: { sent: 6, received: 5 },
        bytes: { sent: 600, received: 900 },
        process: { pid: 9, name: 'curl', container: 'c'.repeat(64) },
      },
    ]);
    expect(Object.fromEntries(parts.counts)).toEqual({
      'sonde.nat.flows 10.244.1.2': 1,
      'sonde.nat.packets 10.244.1.2 transmit': 6,
      'sonde.nat.packets 10.244.1.2 receive': 5,
      'sonde.nat.io 10.244.1.2 transmit': 600,
      'sonde.nat.io 10.244.1.2 receive': 900,
    });
  });

  it('reports what it does not follow', () => {
    parts.backend.write(flowRecord({ kind: flow_kind.FLOW_UNSUPPORTED }));
    parts.probe.drain!();
    expect(parts.events).toMatchObject([{ event: 'flowtracer.unsupported', reason: 'nat64' }]);
    expect(parts.counts.get('sonde.nat.unsupported')).toBe(1);
  });

  it('reports open flows when it stops, with the kernel’s last counters, and writes no more', async () => {
    parts.backend.write(flowRecord({ kind: flow_kind.FLOW_BEGIN }));
    parts.backend.put('flows', key(1, 8), kernelFlow({ packets: [70, 60], bytes: [7000, 6000] }));
    await parts.probe.stop();
    await parts.probe.stop();
    expect(parts.events.at(-1)).toMatchObject({ state: 'open', packets: { sent: 70, received: 60 } });
    expect(parts.writers.size).toBe(0);
    expect(parts.probe.stats!().events).toBe(1);
  });

  it('accounts for what was lost', () => {
    parts.backend.write(new Uint8Array(8));
    const perCpu = new Uint8Array(8 * possibleCpus()).fill(0);
    perCpu[0] = 2;
    parts.backend.put('counters', key(counter.COUNTER_RING_FULL, 4), perCpu);
    parts.probe.drain!();
    expect(parts.probe.stats!().lost).toEqual({ 'malformed-record': 1, 'ring-full': 2, 'too-many-flows': 0 });
  });

  it('keeps quiet, where it only serves other probes', async () => {
    const quiet = setUp({ events: 'none' });
    await quiet.probe.start();
    quiet.backend.write(flowRecord({ kind: flow_kind.FLOW_BEGIN }));
    quiet.backend.write(flowRecord({ kind: flow_kind.FLOW_END }));
    await quiet.probe.stop();
    expect([quiet.events.length, quiet.learnt.length, quiet.faults.length]).toEqual([0, 1, 0]);
  });

  it.each([{ ringBytes: 5000 }, { maxFlows: 1 }, { events: 'some' }, { udpIdleSeconds: 0 }, { unknown: 1 }])(
    'refuses the options %j',
    (options) => {
      expect(flowtracer().definition.options.safeParse(options).success).toBe(false);
    },
  );

  it('reads records by decoders that are up to date', () => {
    const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));
    const expected = generateDecoders(Btf.open(file('../bpf/flowtracer.x86_64.bpf.o')), {
      structs: ['flow_record', 'flow'],
      enums: ['flow_kind', 'flow_flags', 'counter'],
      origin: 'bpf2ts from flowtracer.x86_64.bpf.o',
    });
    expect(readFileSync(file('./flow.gen.ts'), 'utf8')).toBe(expected);
  });
});
