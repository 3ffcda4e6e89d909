import { beforeEach, describe, expect, it } from 'vitest';
import type { Chunk, ConnectionInfo, Exchange, FlowIdentity, FlowTuple } from '../contracts/index.js';
import { defineProtocol } from '../define-protocol.js';
import { FlowPlane } from '../runtime/flow-plane.js';
import { Pipeline } from './pipeline.js';

/** `?` asks, `=` answers, `!` tells. */
const marks = defineProtocol({
  apiVersion: 1,
  name: 'marks',
  description: 'one byte each',
  support: { versions: ['1'], limits: [] },
  match: 'fifo',
  metric: { name: 'marks.duration' },
  detect: {
    rules: (['?', '=', '!'] as const).map((bytes) => ({
      direction: bytes === '=' ? 'response' : 'request',
      transports: ['tcp', 'udp', 'unix'],
      match: [{ offset: 0, bytes }],
    })),
  },
  createStream: (_direction, context) => ({
    read({ bytes, start }) {
      const kind = ({ 63: 'request', 61: 'response', 33: 'oneway' } as const)[bytes[start]!];
      if (kind === undefined) return context.fail('no mark');
      context.emit({ kind });
      return 1;
    },
  }),
  describe: () => ({ name: 'mark', status: null, error: null }),
});

/** Like HTTP: its requests name the server. */
const named = { ...marks, name: 'named', attributes: () => ({ 'server.address': 'shop', 'server.port': 80 }) };

const same = (value: string) => value;
const vip = { address: '10.96.0.10', port: 80 };
const pod = { address: '10.244.1.7', port: 8080 };
const router = { address: '10.0.0.254', port: 61000 };
const client = { address: '10.0.0.2', port: 40000 };
const identity: FlowIdentity = { server: pod, client: null, virtual: vip, method: 'conntrack' };
const tuple: FlowTuple = { transport: 'tcp', client, server: vip, netns: 0 };

class Bench {
  readonly plane = new FlowPlane();
  readonly seen: Exchange[] = [];
  time = 1_000_000_000;
  readonly pipeline: Pipeline;
  readonly #positions = new Map<unknown, [number, number]>();

  constructor(protocol = marks) {
    this.pipeline = new Pipeline({
      protocols: [protocol],
      clock: { now: () => this.time, toUnixNano: (at) => BigInt(at) },
      redactor: { enabled: false, sql: same, url: same, value: same, header: (_name, value) => value },
      onExchange: (exchange) => this.seen.push(exchange),
      flows: this.plane,
    });
  }

  open(info: Partial<ConnectionInfo> = {}) {
    const ends = { local: client, remote: vip, role: 'client', transport: 'tcp' } as const;
    return this.pipeline.open({ ...ends, observed: true, pid: 0, fromStart: true, protocol: null, ...info });
  }

  send(connection: ReturnType<Bench['open']>, outgoing: boolean, text: string): void {
    const positions = this.#positions.get(connection) ?? [0, 0];
    this.#positions.set(connection, positions);
    const bytes = new TextEncoder().encode(text);
    const chunk: Chunk = {
      ...{ outgoing, position: positions[Number(outgoing)]!, length: bytes.length, bytes, start: 0, end: bytes.length },
      ...{ view: new DataView(bytes.buffer), at: this.time, pid: 0, tid: 0, unit: 0, sequence: -1 },
    };
    positions[Number(outgoing)]! += bytes.length;
    this.pipeline.data(connection, chunk);
  }

  ask(connection: ReturnType<Bench['open']>): void {
    this.send(connection, true, '?');
    this.send(connection, false, '=');
  }

  get servers(): (string | undefined)[] {
    return this.seen.map(({ server }) => server?.address);
  }
}

describe('the peers of exchanges', () => {
  let bench: Bench;
  beforeEach(() => {
    bench = new Bench();
  });

  it('are those of the socket while nobody writes mappings, without any delay', () => {
    bench.ask(bench.open());
    expect(bench.servers).toEqual([vip.address]);
  });

  it('are the real ones, and the virtual address stays as an attribute', () => {
    bench.plane.provide();
    bench.plane.learn(tuple, identity, 0);
    bench.ask(bench.open());
    expect(bench.seen[0]).toMatchObject({ client, server: pod });
    expect(bench.seen[0]!.attributes).toMatchObject({
      'server.address': pod.address,
      'server.port': pod.port,
      'network.peer.address': pod.address,
      'sonde.virtual.address': vip.address,
      'sonde.virtual.port': vip.port,
    });
  });

  it('take the place of the name by which a request calls its server, which stays as an attribute', () => {
    bench = new Bench(named);
    bench.ask(bench.open());
    bench.plane.provide();
    bench.plane.learn(tuple, identity, 0);
    bench.ask(bench.open());
    expect(bench.seen[0]!.attributes).toMatchObject({ 'server.address': 'shop', 'server.port': 80 });
    expect(bench.seen[1]!.attributes).toMatchObject({
      'server.address': pod.address,
      'server.port': pod.port,
      'sonde.virtual.name': 'shop',
    });
  });

  it('are the real clients on the side of a server that sees translated ones', () => {
    bench.plane.provide();
    const seen: FlowTuple = { transport: 'tcp', client: router, server: pod, netns: 0 };
    bench.plane.learn(seen, { server: pod, client, virtual: vip, method: 'conntrack' }, 0);
    const connection = bench.open({ role: 'server', local: pod, remote: router });
    bench.send(connection, false, '?');
    bench.send(connection, true, '=');
    expect(bench.seen[0]).toMatchObject({ client, server: pod, side: 'server' });
    expect(bench.seen[0]!.attributes['client.address']).toBe(client.address);
  });

  it('are completed by a mapping that comes later, in the order of the connection', () => {
    bench.plane.provide();
    const connection = bench.open();
    bench.ask(connection);
    bench.ask(connection);
    expect(bench.seen).toEqual([]);
    bench.time += 20e6;
    bench.pipeline.releaseHeld();
    expect(bench.seen).toEqual([]);
    bench.plane.learn(tuple, identity, 0);
    bench.ask(connection);
    expect(bench.seen).toEqual([]);
    bench.pipeline.releaseHeld();
    expect(bench.servers).toEqual([pod.address, pod.address, pod.address]);
    const starts = bench.seen.map(({ startUnixNano }) => startUnixNano);
    expect(starts).toEqual([...starts].sort());
  });

  it('are waited for no longer than 100 ms', () => {
    bench.plane.provide();
    bench.ask(bench.open());
    bench.time += 100e6;
    bench.pipeline.releaseHeld();
    expect(bench.servers).toEqual([vip.address]);
  });

  it('are waited for by a bounded number of exchanges', () => {
    bench.plane.provide();
    const connections = Array.from({ length: 4100 }, (_, port) => bench.open({ local: { ...client, port } }));
    for (const connection of connections) bench.ask(connection);
    expect(bench.seen).toHaveLength(4);
    bench.pipeline.flush();
    expect(bench.seen).toHaveLength(4100);
  });

  it('are not waited for where every writer is prompt and the exchange was answered', () => {
    bench.plane.provide({ catchUp: () => {} });
    bench.ask(bench.open());
    expect(bench.servers).toEqual([vip.address]);
    bench.send(bench.open(), true, '!');
    expect(bench.seen).toHaveLength(1);
    bench.plane.learn(tuple, identity, 0);
    bench.pipeline.releaseHeld();
    expect(bench.servers).toEqual([vip.address, pod.address]);
  });

  it('are looked up once for a TCP connection', () => {
    let asked = 0;
    bench.plane.provide({ catchUp: () => void asked++ });
    const connection = bench.open();
    for (let i = 0; i < 5; i++) bench.ask(connection);
    expect(asked).toBe(1);
  });

  it('are looked up for each exchange of a datagram socket, whose translation may change', () => {
    bench.plane.provide({ catchUp: () => {} });
    const udp: FlowTuple = { ...tuple, transport: 'udp' };
    const connection = bench.open({ transport: 'udp', local: { address: '0.0.0.0', port: 40000 } });
    bench.plane.learn(udp, identity, 0);
    bench.ask(connection);
    bench.time += 60e9;
    bench.plane.learn(udp, { ...identity, server: { ...pod, address: '10.244.2.9' } }, bench.time);
    bench.ask(connection);
    bench.plane.forget(udp, bench.time);
    bench.time += 60e9;
    bench.ask(connection);
    expect(bench.servers).toEqual([pod.address, '10.244.2.9', vip.address]);
    expect(bench.seen[0]!.attributes['sonde.virtual.address']).toBe(vip.address);
    expect(bench.seen[2]!.attributes['sonde.virtual.address']).toBeUndefined();
  });

  it('are never those of an earlier connection of the same port', () => {
    bench.plane.provide({ catchUp: () => {} });
    bench.plane.learn(tuple, identity, 0);
    const first = bench.open();
    bench.ask(first);
    bench.pipeline.close(first, bench.time);
    bench.plane.forget(tuple, bench.time);
    bench.time += 1e6;
    bench.ask(bench.open());
    expect(bench.servers).toEqual([pod.address, vip.address]);
  });

  it('play no part on unix sockets and in captures', () => {
    bench.plane.provide();
    const path = { address: '/run/x', port: null };
    bench.ask(bench.open({ transport: 'unix', local: null, remote: path }));
    bench.ask(bench.open({ observed: false }));
    expect(bench.servers).toEqual(['/run/x', vip.address]);
  });
});
