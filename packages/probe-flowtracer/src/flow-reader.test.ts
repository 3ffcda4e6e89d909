import { beforeEach, describe, expect, it } from 'vitest';
import { flow_flags, flow_kind } from './flow.gen.js';
import { Flow, type FlowFacts } from './flow.js';
import { FlowReader } from './flow-reader.js';
import { facts, flowRecord } from './records.fixture.js';

describe('FlowReader', () => {
  const told: unknown[] = [];
  let reader: FlowReader;
  beforeEach(() => {
    told.length = 0;
    reader = new FlowReader({
      begin: (entry, given) => told.push(['begin', entry, given]),
      end: (entry, at, count) => {
        const flow = new Flow(facts());
        count(flow);
        told.push(['end', entry, at, flow.sent, flow.received, flow.last]);
      },
      unsupported: (given) => told.push(['unsupported', given]),
    });
  });

  const read = (bytes: Uint8Array) => reader.record(new DataView(bytes.buffer), 0, bytes.length);

  it('reads who a flow connects, how, and whose it is', () => {
    const flags = flow_flags.FLOW_FROM_START | flow_flags.FLOW_MASQUERADED;
    read(flowRecord({ kind: flow_kind.FLOW_BEGIN, entry: 2 ** 52 + 1, flags, tgid: 7, comm: 'curl' }));
    const process = { pid: 7, name: 'curl' };
    expect(told).toEqual([['begin', 2 ** 52 + 1, facts({ masqueraded: true, process })]]);
  });

  it('reads IPv6 and UDP', () => {
    const address = (last: number) => [0xfd, 0x96, ...new Array(13).fill(0), last];
    const addresses = [address(1), address(2), address(3), address(1)];
    read(flowRecord({ kind: flow_kind.FLOW_BEGIN, family: 10, protocol: 17, addresses, flags: 0 }));
    const [, , given] = told[0] as [string, number, FlowFacts];
    expect(given).toMatchObject({ transport: 'udp', fromStart: false });
    expect(given.original).toEqual({
      source: { address: 'fd96::1', port: 40000 },
      destination: { address: 'fd96::2', port: 80 },
    });
    expect(given.reply.source).toEqual({ address: 'fd96::3', port: 8080 });
  });

  it('reads what an ended flow carried', () => {
    read(flowRecord({ kind: flow_kind.FLOW_END, entry: 3, at: 6000, packets: [5, 4], bytes: [500, 40_000_000_000] }));
    const traffic = [
      { packets: 5, bytes: 500 },
      { packets: 4, bytes: 40_000_000_000 },
    ];
    expect(told).toEqual([['end', 3, 6000, ...traffic, 5000]]);
  });

  it('reads what is not supported', () => {
    read(flowRecord({ kind: flow_kind.FLOW_UNSUPPORTED }));
    expect((told[0] as string[])[0]).toBe('unsupported');
  });

  it('counts records that can not be true, and goes on', () => {
    read(new Uint8Array(0));
    read(flowRecord({ kind: flow_kind.FLOW_BEGIN }).slice(0, 100));
    read(flowRecord({ kind: 77 }));
    read(flowRecord({ kind: flow_kind.FLOW_BEGIN }));
    expect([reader.events, reader.malformed, told.length]).toEqual([4, 3, 1]);
  });
});
