import type { ProbeDependencies, ProbeInstance, TargetView } from '@sonde/core';
import { type NativeObject, ReplayBackend } from '@sonde/ebpf';
import { beforeEach, describe, expect, it } from 'vitest';
import { Recorder } from '../test/support/recorder.js';
import { config as Config, verdict } from './event.gen.js';
import { l7 } from './index.js';
import { closeRecord, dataRecord, openRecord } from './records.fixture.js';

/** A backend without a kernel that remembers what was loaded. */
class Backend extends ReplayBackend {
  objects: NativeObject[] = [];

  override loadObject(request: Parameters<ReplayBackend['loadObject']>[0]): NativeObject {
    const object = super.loadObject(request);
    this.objects.push(object);
    return object;
  }

  map(name: string) {
    return this.objects.at(-1)!.maps.find(({ info }) => info.name === name)!;
  }

  write(record: Uint8Array): void {
    this.writeRecord(this.map('events'), record);
  }

  read(map: string, key: Uint8Array, size: number): Uint8Array | null {
    const value = new Uint8Array(size);
    return this.mapOperation(this.map(map), { kind: 'lookup', key, value }) ? value : null;
  }

  config() {
    const bytes = this.read('config', new Uint8Array(4), Config.$size)!;
    return Config.$read(new DataView(bytes.buffer), 0);
  }
}

const key = (number: number, size = 4) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(number));
  return new Uint8Array(bytes.subarray(0, size));
};

function setUp(given: object = {}, targets: Partial<TargetView> = {}) {
  const backend = new Backend();
  const sink = new Recorder();
  const faults: Error[] = [];
  const warnings: string[] = [];
  const listeners = new Set<() => void>();
  const { definition } = l7();
  const probe: ProbeInstance = definition.create(
    {
      backend,
      connections: sink,
      protocols: definition.protocols!,
      targets: {
        all: true,
        ports: [],
        excludedPorts: [],
        map: null,
        onChange: (listener: () => void) => {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
        ...targets,
      },
      logger: { debug: () => {}, info: () => {}, warn: (text: string) => warnings.push(text), error: () => {} },
      metrics: { observe: () => () => {} },
      clock: { now: () => 5_000, toUnixNano: () => 0n },
      fault: (error: Error) => faults.push(error),
    } as unknown as ProbeDependencies,
    definition.options.parse(given) as never,
  );
  return { backend, sink, probe, faults, warnings, listeners };
}

describe('the L7 probe', () => {
  let parts: ReturnType<typeof setUp>;

  beforeEach(async () => {
    parts = setUp({ capture: 'socket', captureBytes: 256 }, { ports: [80, 443], excludedPorts: [22] });
    await parts.probe.start();
    return () => parts.probe.stop();
  });

  it('tells the kernel what to observe', () => {
    expect(parts.backend.config()).toMatchObject({
      generation: 1,
      all: 1,
      self: process.pid,
      started_at: 5000,
      port_count: 2,
      excluded_port_count: 1,
    });
    expect(parts.backend.config().ports.slice(0, 3)).toEqual([80, 443, 0]);
    expect(parts.backend.config().rules).toBeGreaterThan(5);
  });

  it('asks for as many bytes as each protocol wants, and for as many as the options say otherwise', () => {
    const size = (number: number) =>
      new DataView(parts.backend.read('protocols', key(number), 4)!.buffer).getUint32(0, true);
    const sizes = l7().definition.protocols!.map((protocol, index) => [protocol.captureBytes ?? 256, size(index + 1)]);
    for (const [wanted, written] of sizes) expect(written).toBe(wanted);
  });

  it('delivers what is in the ring, and counts it', () => {
    parts.backend.write(openRecord({ cookie: 3 }));
    parts.backend.write(dataRecord('hello', { cookie: 3 }));
    parts.backend.write(new Uint8Array(3));
    parts.probe.drain!();
    expect(parts.sink.connections[0]!.chunks.map(({ text }) => text)).toEqual(['hello']);
    expect(parts.probe.stats!()).toMatchObject({ events: 3, lost: { 'malformed-record': 1, 'ring-full': 0 } });
  });

  it('delivers what is in the ring when it stops, closes all connections, and keeps its account', async () => {
    parts.backend.write(openRecord({ cookie: 3 }));
    parts.backend.write(dataRecord('last', { cookie: 3 }));
    await parts.probe.stop();
    await parts.probe.stop();
    expect(parts.sink.connections[0]!.chunks.map(({ text }) => text)).toEqual(['last']);
    expect(parts.sink.connections[0]!.closes).toEqual(['both']);
    expect(parts.probe.stats!().events).toBe(2);
    expect(parts.listeners.size).toBe(0);
  });

  it('tells the kernel of connections that nobody can read', () => {
    const before = parts.backend.config().generation;
    parts.backend.write(openRecord({ cookie: 3 }));
    const data = parts.sink.data.bind(parts.sink);
    parts.sink.data = (connection, chunk) => {
      data(connection, chunk);
      (connection as { ignored: boolean }).ignored = true;
    };
    parts.backend.write(dataRecord('noise', { cookie: 3 }));
    parts.probe.drain!();
    expect(parts.backend.read('verdicts', key(3, 8), 1)).toEqual(Uint8Array.of(verdict.VERDICT_REJECTED));
    expect(parts.backend.config().generation).toBe(before + 1);
  });

  it('has connections look again when targets change, once for many changes', () => {
    const before = parts.backend.config().generation;
    for (const listener of parts.listeners) for (let i = 0; i < 5; i++) listener();
    parts.probe.drain!();
    parts.probe.drain!();
    expect(parts.backend.config().generation).toBe(before + 1);
  });

  it('reports a fault in what it calls, and goes on with the next record', () => {
    const open = parts.sink.open.bind(parts.sink);
    parts.sink.open = () => {
      throw new Error('sink broke');
    };
    parts.backend.write(openRecord({ cookie: 1 }));
    parts.probe.drain!();
    expect(parts.faults.map(({ message }) => message)).toEqual(['sink broke']);
    parts.sink.open = open;
    parts.backend.write(openRecord({ cookie: 2 }));
    parts.backend.write(closeRecord(3, { cookie: 2 }));
    parts.probe.drain!();
    expect(parts.sink.connections[0]!.closes).toEqual(['both']);
  });
});

describe('options of the L7 probe', () => {
  it.each([
    [{ ringBytes: 5000 }, 'ringBytes'],
    [{ ringBytes: 2048 }, 'ringBytes'],
    [{ captureBytes: 20_000 }, 'captureBytes'],
    [{ capture: 'kprobe' }, 'capture'],
    [{ maxConnections: 0 }, 'maxConnections'],
    [{ unknown: 1 }, 'unknown'],
  ])('refuse %j', (options, name) => {
    const result = l7().definition.options.safeParse(options);
    expect(result.success).toBe(false);
    expect(JSON.stringify(result.error!.issues)).toContain(name);
  });

  it('leave no room for more ports than the kernel takes', async () => {
    const { probe } = setUp({}, { ports: Array.from({ length: 33 }, (_, i) => i + 1) });
    await expect(probe.start()).rejects.toMatchObject({ code: 'PORTS_TOO_MANY' });
    await probe.stop();
  });

  it('set how large the ring is, and for how many connections there is room', async () => {
    const { backend, probe } = setUp({ capture: 'syscall', ringBytes: 65_536, maxConnections: 500 });
    await probe.start();
    expect(backend.map('events').info.maxEntries).toBe(65_536);
    expect(backend.map('connections').info.maxEntries).toBe(500);
    await probe.stop();
  });
});

describe('an L7 probe that cannot start', () => {
  it('leaves nothing behind', async () => {
    const { backend, probe, listeners } = setUp({ capture: 'socket' });
    backend.attach = () => {
      throw new Error('no tracepoint');
    };
    await expect(probe.start()).rejects.toThrow('no tracepoint');
    await probe.stop();
    expect(() => backend.ring(backend.map('events'))).toThrow();
    expect(listeners.size).toBe(0);
  });
});
