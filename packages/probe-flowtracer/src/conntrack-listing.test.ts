import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseConntrackLine } from './conntrack-listing.js';
import { networkNamespaces, readConntrack } from './conntrack-seed.js';

const DNAT =
  'ipv4     2 tcp      6 431999 ESTABLISHED src=10.244.0.2 dst=10.96.0.10 sport=40000 dport=80 src=10.244.1.2 dst=10.244.0.2 sport=8080 dport=40000 [ASSURED] mark=0 zone=7 use=2';
const UDP6 =
  'ipv6     10 udp      17 29 src=fd44:0000:0000:0000:0000:0000:0000:0002 dst=fd96:0000:0000:0000:0000:0000:0000:0010 sport=5000 dport=53 packets=1 bytes=72 [UNREPLIED] src=fd44:0001:0000:0000:0000:0000:0000:0002 dst=fd44:0000:0000:0000:0000:0000:0000:0001 sport=5353 dport=6000 packets=0 bytes=0 mark=0 use=2';
const PLAIN =
  'ipv4     2 tcp      6 431999 ESTABLISHED src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 src=10.0.0.2 dst=10.0.0.1 sport=2 dport=1 [ASSURED] mark=0 use=1';
const context = { netns: 4, now: 99 };

describe('a line of /proc/net/nf_conntrack', () => {
  it('is a flow, if it is translated', () => {
    expect(parseConntrackLine(DNAT, context)).toMatchObject({
      transport: 'tcp',
      original: { source: { address: '10.244.0.2', port: 40000 }, destination: { address: '10.96.0.10', port: 80 } },
      reply: { source: { address: '10.244.1.2', port: 8080 }, destination: { address: '10.244.0.2', port: 40000 } },
      netns: 4,
      zone: 7,
      first: 99,
      fromStart: false,
    });
    expect(parseConntrackLine(PLAIN, context)).toBeNull();
  });

  it('may be of IPv6, with accounting, and without a reply', () => {
    expect(parseConntrackLine(UDP6, context)).toMatchObject({
      transport: 'udp',
      original: { source: { address: 'fd44::2', port: 5000 }, destination: { address: 'fd96::10', port: 53 } },
      reply: { source: { address: 'fd44:1::2', port: 5353 }, destination: { address: 'fd44::1', port: 6000 } },
    });
  });

  it.each([
    ['over', DNAT.replace('ESTABLISHED', 'TIME_WAIT')],
    ['closed', DNAT.replace('ESTABLISHED', 'CLOSE')],
    ['of another protocol', DNAT.replace('tcp      6', 'icmp     1')],
    ['cut off', DNAT.slice(0, 120)],
    ['without ports', DNAT.replaceAll(/[sd]port=\d+/g, '')],
    ['of impossible ports', DNAT.replace('sport=40000', 'sport=400000')],
    ['of impossible addresses', UDP6.replace('dst=fd96', 'dst=fd96:1')],
    ['empty', ''],
    ['noise', '\u0000 src= dst= tcp'],
  ])('is nothing, if it is %s', (_what, line) => {
    expect(parseConntrackLine(line, context)).toBeNull();
  });
});

describe('the listing of all namespaces', () => {
  const proc = mkdtempSync(join(tmpdir(), 'sonde-proc-'));
  afterAll(() => rmSync(proc, { recursive: true }));
  const process = (pid: number, netns: number, listing: string | null) => {
    mkdirSync(join(proc, String(pid), 'ns'), { recursive: true });
    mkdirSync(join(proc, String(pid), 'net'));
    symlinkSync(`net:[${netns}]`, join(proc, String(pid), 'ns', 'net'));
    if (listing !== null) writeFileSync(join(proc, String(pid), 'net', 'nf_conntrack'), listing);
  };
  process(1, 100, `${PLAIN}\n${DNAT}\n`);
  process(2, 100, `${UDP6}\n`);
  process(3, 200, UDP6);
  process(4, 300, null);
  mkdirSync(join(proc, '5'));
  mkdirSync(join(proc, 'net'));

  it('is read once for each namespace, and leaves out what can not be read', async () => {
    expect([...networkNamespaces(proc).keys()].sort()).toEqual([100, 200, 300]);
    const flows = await readConntrack({ now: 1, maximum: 10, proc });
    expect(flows.map(({ netns, transport }) => [netns, transport])).toEqual([
      [100, 'tcp'],
      [200, 'udp'],
    ]);
  });

  it('is cut where more flows are listed than may be kept', async () => {
    expect(await readConntrack({ now: 1, maximum: 1, proc })).toHaveLength(1);
  });
});
