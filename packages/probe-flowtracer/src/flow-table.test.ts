import type { FlowIdentity, FlowIdentityPlane, FlowTuple } from '@sonde/core';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Flow, FlowFacts } from './flow.js';
import { FlowTable, type KernelState } from './flow-table.js';
import { facts } from './records.fixture.js';

const second = 1e9;
const end = ({ address, port }: { address: string; port: number }) => `${address}:${port}`;

class Bench {
  readonly plane = new Map<string, { identity: FlowIdentity; from: number; until: number | null }>();
  readonly began: Flow[] = [];
  readonly ended: [string, string, number][] = [];
  readonly forgotten: number[] = [];
  states = new Map<number, KernelState>();
  looked = 0;
  readonly table: FlowTable;

  constructor(maxFlows = 100) {
    const key = ({ client, server, netns }: FlowTuple) => `${end(client)} ${end(server)} ${netns}`;
    const plane: Partial<FlowIdentityPlane> = {
      learn: (tuple, identity, from) => void this.plane.set(key(tuple), { identity, from, until: null }),
      forget: (tuple, at) => {
        this.plane.get(key(tuple))!.until = at;
      },
    };
    this.table = new FlowTable({
      plane: plane as FlowIdentityPlane,
      maxFlows,
      idle: { tcp: 100 * second, udp: 10 * second },
      look: (flow) => {
        this.looked++;
        return this.states.get(flow.entry) ?? 'gone';
      },
      forget: (entry) => this.forgotten.push(entry),
      began: (flow) => this.began.push(flow),
      ended: (flow, at, ending) => this.ended.push([end(flow.facts.reply.source), ending, at]),
      unsupported: () => {},
    });
  }
}

const gateway = { address: '10.244.0.1', port: 61_000 };
const other = { address: '10.244.2.2', port: 8080 };
const toOther = (changes: Partial<FlowFacts> = {}) =>
  facts({ reply: { source: other, destination: facts().original.source }, ...changes });
const port = (number: number) => {
  const source = { address: '10.244.0.2', port: number };
  const { original, reply } = facts();
  return facts({ original: { ...original, source }, reply: { ...reply, destination: source } });
};

describe('FlowTable', () => {
  let bench: Bench;
  beforeEach(() => {
    bench = new Bench();
  });

  it('tells the plane who is behind a virtual address, from the first packet to the last', () => {
    bench.table.begin(1, facts());
    const [mapping] = bench.plane.values();
    expect([...bench.plane.keys()]).toEqual(['10.244.0.2:40000 10.96.0.10:80 11']);
    expect(mapping).toMatchObject({ from: 1000, until: null });
    expect(mapping!.identity).toEqual({
      server: { address: '10.244.1.2', port: 8080 },
      client: null,
      virtual: { address: '10.96.0.10', port: 80 },
      method: 'conntrack',
    });
    bench.table.end(1, 9000, () => {});
    expect(mapping!.until).toBe(9000);
    expect(bench.ended).toEqual([['10.244.1.2:8080', 'closed', 9000]]);
    expect(bench.table.size).toBe(0);
  });

  it('tells both ends where the source is translated too', () => {
    bench.table.begin(1, facts({ reply: { ...facts().reply, destination: gateway }, masqueraded: true }));
    expect(bench.began[0]!.translation).toBe('dnat+masquerade');
    const seen = bench.plane.get('10.244.0.1:61000 10.244.1.2:8080 11')!;
    expect(seen.identity).toMatchObject({ client: facts().original.source, virtual: { address: '10.96.0.10' } });
  });

  it('tells the server only where nothing but the source is translated', () => {
    const { original } = facts();
    bench.table.begin(1, facts({ reply: { source: original.destination, destination: gateway } }));
    expect(bench.began[0]!.translation).toBe('snat');
    expect([...bench.plane.keys()]).toEqual(['10.244.0.1:61000 10.96.0.10:80 11']);
    expect([...bench.plane.values()][0]!.identity.virtual).toBeNull();
  });

  it('names the namespace of the client where it is known', () => {
    bench.table.begin(1, facts({ clientNetns: 12 }));
    expect([...bench.plane.keys()]).toEqual(['10.244.0.2:40000 10.96.0.10:80 12']);
  });

  it('dates datagrams a little earlier, and flows that were there before by the beginning', () => {
    bench.table.begin(1, facts({ transport: 'udp', first: 50e6 }));
    expect([...bench.plane.values()][0]!.from).toBe(40e6);
    bench.table.end(1, 60e6, () => {});
    bench.table.begin(2, facts({ fromStart: false, first: 50e6 }));
    expect([...bench.plane.values()][0]!.from).toBe(0);
  });

  it('never lets a reused tuple inherit the old mapping', () => {
    bench.table.begin(1, facts());
    bench.table.begin(2, toOther({ first: 2000 }));
    expect(bench.ended).toEqual([['10.244.1.2:8080', 'reused', 2000]]);
    expect([...bench.plane.values()]).toMatchObject([{ identity: { server: other }, from: 2000, until: null }]);
    bench.table.end(1, 3000, () => {});
    expect([...bench.plane.values()][0]!.until).toBeNull();
  });

  it('takes the memory of a conntrack entry for what it is: another flow, even of the same tuples', () => {
    bench.table.begin(1, facts());
    bench.table.begin(1, port(40_001));
    bench.table.begin(1, { ...port(40_001), first: 5000 });
    expect(bench.ended.map(([, ending]) => ending)).toEqual(['closed', 'closed']);
    expect(bench.table.size).toBe(1);
  });

  it('is not disturbed by a flow that the kernel tells again', () => {
    bench.table.begin(1, facts());
    bench.table.begin(1, facts({ fromStart: false, first: 7000 }));
    expect([bench.began.length, bench.ended.length]).toEqual([1, 0]);
  });

  it('makes a listed flow its own when a packet tells of it', () => {
    bench.table.seed(facts({ fromStart: false }));
    bench.table.begin(5, facts({ fromStart: false, first: 2000 }));
    bench.table.seed(facts({ fromStart: false }));
    expect([bench.began.length, bench.table.size]).toEqual([1, 1]);
    bench.table.end(5, 3000, () => {});
    expect(bench.table.size).toBe(0);
  });

  it('drops a listed flow whose tuple another one has now', () => {
    bench.table.seed(facts({ fromStart: false }));
    bench.table.begin(5, toOther({ first: 2000 }));
    expect(bench.ended.map(([, ending]) => ending)).toEqual(['reused']);
  });

  it('finds ends that nobody told: closed, quiet, or never finished', () => {
    bench.table.begin(1, facts({ first: 0 }));
    bench.table.begin(2, { ...port(2), transport: 'udp', first: 0 });
    bench.table.begin(3, { ...port(3), first: 0 });
    bench.table.begin(4, { ...port(4), first: 0 });
    bench.states = new Map([
      [1, 'closed'],
      [2, 'open'],
      [3, 'closing'],
      [4, 'open'],
    ]);
    bench.table.sweep(8 * second);
    expect(bench.table.size).toBe(3);
    bench.table.sweep(20 * second);
    expect(bench.table.size).toBe(2);
    bench.table.sweep(125 * second);
    expect(bench.ended.map(([, ending]) => ending)).toEqual(['closed', 'idle', 'closed', 'idle']);
    expect(bench.forgotten).toEqual([1, 2, 3, 4]);
  });

  it('looks at few flows at a time, at each of them now and then', () => {
    bench = new Bench(2000);
    for (let number = 1; number <= 1000; number++) {
      bench.table.begin(number, { ...port(number), first: 0 });
      bench.states.set(number, 'open');
    }
    bench.table.sweep(6 * second);
    expect(bench.looked).toBe(256);
    for (let turn = 0; turn < 10; turn++) bench.table.sweep(6 * second);
    expect(bench.looked).toBe(1000);
  });

  it('keeps no more flows than it may, and has the kernel tell again of those that had to go', () => {
    bench = new Bench(64);
    for (let number = 1; number <= 70; number++) bench.table.begin(number, port(number));
    expect([bench.table.size, bench.table.evicted]).toEqual([64, 6]);
    expect(bench.forgotten).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('ends all when the probe stops', () => {
    bench.table.begin(1, facts());
    bench.table.seed({ ...port(9), fromStart: false });
    bench.table.close(9000);
    expect(bench.ended.map(([, ending]) => ending)).toEqual(['open', 'open']);
    expect([...bench.plane.values()].map(({ until }) => until)).toEqual([9000, 9000]);
  });
});
