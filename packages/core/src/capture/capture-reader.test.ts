import { describe, expect, it } from 'vitest';
import { pcapOf, readBytes, START } from './fake-capture.js';
import { ethernet, ipv4, ipv6, tcp, udp } from './fake-packets.js';
import { LinkType } from './packet.js';

const segment = (payload = 'hello') => tcp({ sequence: 1, payload });
const sll = (packet: Uint8Array) =>
  Buffer.concat([Buffer.from([0, 0, 0, 1, 0, 6, 2, 2, 2, 2, 2, 2, 0, 0]), type(packet), packet]);
const sll2 = (packet: Uint8Array) => Buffer.concat([type(packet), Buffer.alloc(18), packet]);
const type = (packet: Uint8Array) => Buffer.from(packet[0]! >> 4 === 6 ? [0x86, 0xdd] : [0x08, 0x00]);
const family = (value: number, little: boolean, packet: Uint8Array) => {
  const head = Buffer.alloc(4);
  if (little) head.writeUInt32LE(value);
  else head.writeUInt32BE(value);
  return Buffer.concat([head, packet]);
};
const mpls = (packet: Uint8Array) =>
  ethernet(Buffer.concat([Buffer.from([0, 1, 0, 64, 0, 2, 1, 64]), packet]), [], 0x8847);
const pppoe = (packet: Uint8Array) =>
  ethernet(Buffer.concat([Buffer.from([0x11, 0, 0, 1, 0, packet.length + 2, 0, 0x21]), packet]), [], 0x8864);

const gre = (type: number, inner: Uint8Array, key = false) =>
  ipv4(Buffer.concat([Buffer.from([key ? 0x20 : 0, 0, type >> 8, type & 255, ...(key ? [0, 0, 0, 9] : [])]), inner]), {
    protocol: 47,
  });
const vxlan = (inner: Uint8Array) =>
  ipv4(udp(50_000, 4789, Buffer.concat([Buffer.from([8, 0, 0, 0, 0, 0, 7, 0]), ethernet(inner)])), { protocol: 17 });
const geneve = (inner: Uint8Array) =>
  ipv4(udp(50_000, 6081, Buffer.concat([Buffer.from([1, 0, 0x65, 0x58, 0, 0, 7, 0, 1, 2, 3, 4]), ethernet(inner)])), {
    protocol: 17,
  });

describe('a capture', () => {
  it.each([
    ['Ethernet', LinkType.ethernet, ethernet(ipv4(segment()))],
    [
      'Ethernet with padding behind the packet',
      LinkType.ethernet,
      Buffer.concat([ethernet(ipv4(segment())), Buffer.alloc(9, 0xff)]),
    ],
    ['a VLAN', LinkType.ethernet, ethernet(ipv4(segment()), [[0x8100, 7]])],
    [
      'QinQ',
      LinkType.ethernet,
      ethernet(ipv4(segment()), [
        [0x88a8, 7],
        [0x8100, 8],
      ]),
    ],
    ['MPLS', LinkType.ethernet, mpls(ipv4(segment()))],
    ['PPPoE', LinkType.ethernet, pppoe(ipv4(segment()))],
    ['Linux cooked capture', LinkType.linuxSll, sll(ipv4(segment()))],
    ['Linux cooked capture v2', LinkType.linuxSll2, sll2(ipv4(segment()))],
    ['BSD loopback, little endian', LinkType.null, family(2, true, ipv4(segment()))],
    ['BSD loopback, big endian', LinkType.null, family(2, false, ipv4(segment()))],
    ['OpenBSD loopback', LinkType.loop, family(2, false, ipv4(segment()))],
    ['raw IP', LinkType.raw, ipv4(segment())],
    ['raw IP as DLT_RAW', LinkType.rawBsd, ipv4(segment())],
    ['raw IPv4', LinkType.ipv4, ipv4(segment())],
    ['IPv4 with options', LinkType.ipv4, ipv4(segment(), { options: Buffer.from([1, 1, 1, 0]) })],
    ['a packet larger than 64 KiB, by offload', LinkType.ipv4, ipv4(segment(), { totalLength: 0 })],
    ['GRE', LinkType.raw, gre(0x0800, ipv4(segment()))],
    ['GRE with a key', LinkType.raw, gre(0x0800, ipv4(segment()), true)],
    ['GRE that carries Ethernet', LinkType.raw, gre(0x6558, ethernet(ipv4(segment())))],
    ['VXLAN', LinkType.raw, vxlan(ipv4(segment()))],
    ['GENEVE', LinkType.raw, geneve(ipv4(segment()))],
    ['IP in IP', LinkType.raw, ipv4(ipv4(segment()), { protocol: 4 })],
  ])('of %s is read', (_name, linkType, packet) => {
    const { connections, stats } = readBytes(pcapOf([[0, packet]], linkType));
    expect(
      connections.map((connection) => [connection.info.local, connection.info.remote, connection.stream(true)]),
    ).toEqual([[{ address: '10.0.0.1', port: 4000 }, { address: '10.0.0.2', port: 80 }, 'hello']]);
    expect(stats.skipped).toEqual({});
  });

  it.each([
    ['raw IPv6', LinkType.ipv6, ipv6(segment())],
    ['Ethernet', LinkType.ethernet, ethernet(ipv6(segment()))],
    ['loopback', LinkType.null, family(30, true, ipv6(segment()))],
    [
      'hop-by-hop, routing and destination options',
      LinkType.ipv6,
      ipv6(segment(), 6, [
        [0, Buffer.from([0, 0, 1, 4, 0, 0, 0, 0])],
        [43, Buffer.from([0, 2, ...Array(22).fill(0)])],
        [60, Buffer.from([0, 0, 1, 4, 0, 0, 0, 0])],
      ]),
    ],
    ['an authentication header', LinkType.ipv6, ipv6(segment(), 6, [[51, Buffer.from([0, 4, ...Array(22).fill(0)])]])],
    ['6in4', LinkType.raw, ipv4(ipv6(segment()), { protocol: 41 })],
  ])('of IPv6 is read: %s', (_name, linkType, packet) => {
    const { connections } = readBytes(pcapOf([[0, packet]], linkType));
    expect(connections.map((connection) => [connection.info.local, connection.stream(true)])).toEqual([
      [{ address: 'fd00::1', port: 4000 }, 'hello'],
    ]);
  });

  it('keeps wall-clock time to the nanosecond', () => {
    const { connections, clock } = readBytes(
      pcapOf([
        [0, ipv4(segment('a'))],
        [1.000001, ipv4(tcp({ sequence: 2, payload: 'b' }))],
      ]),
    );
    expect(connections[0]!.chunks.map(({ at }) => clock.toUnixNano(at))).toEqual([START, START + 1_000_001n]);
  });

  it('tells about each second that passes', () => {
    const times: number[] = [];
    const packets = [0, 400, 1000, 1500, 5000].map((at) => [at, ipv4(segment())] as [number, Buffer]);
    readBytes(pcapOf(packets), { onTime: (now) => times.push(now) });
    expect(times).toEqual([1e9, 5e9]);
  });

  it('hands UDP on datagram by datagram', () => {
    const { connections } = readBytes(
      pcapOf([
        [0, ipv4(udp(5353, 53, 'question'), { protocol: 17 })],
        [1, ipv4(udp(53, 5353, 'answer'), { protocol: 17, source: '10.0.0.2', destination: '10.0.0.1' })],
        [2, ipv4(udp(5353, 53, 'more'), { protocol: 17 })],
      ]),
    );
    expect(connections).toHaveLength(1);
    expect(connections[0]!.info).toMatchObject({ transport: 'udp', role: null, local: { port: 5353 } });
    expect(connections[0]!.dialogue()).toEqual(['> question', '< answer', '> more']);
    expect(connections[0]!.chunks[2]).toMatchObject({ position: 8, sequence: -1 });
  });

  it('on all interfaces counts a datagram that passed two of them once, and one sent again twice', () => {
    const datagram = ipv4(udp(5353, 53, 'question'), { protocol: 17, identification: 7 });
    const { connections, stats } = readBytes(
      pcapOf([
        [0, datagram],
        [0.2, datagram],
        [2000, datagram],
      ]),
    );
    expect(connections[0]!.dialogue()).toEqual(['> question', '> question']);
    expect(stats.udp.duplicates).toBe(1);
  });

  it('takes ports that were silent for two minutes for another UDP flow', () => {
    const datagram = ipv4(udp(5353, 53, 'question'), { protocol: 17 });
    const { connections } = readBytes(
      pcapOf([
        [0, datagram],
        [121_000, datagram],
      ]),
    );
    expect(connections.map(({ closed }) => closed)).toEqual([['both'], []]);
  });

  it('counts what it does not look into, by reason', () => {
    const { connections, stats } = readBytes(
      pcapOf(
        [
          [0, ethernet(Buffer.alloc(28), [], 0x0806)],
          [1, ethernet(ipv4(Buffer.alloc(8), { protocol: 1 }))],
          [2, ethernet(ipv4(Buffer.alloc(4)))],
          [3, Buffer.alloc(6)],
          [4, ethernet(Buffer.from([0x4f, 0, 0, 9]), [], 0x0800)],
        ],
        LinkType.ethernet,
      ),
    );
    expect(connections).toEqual([]);
    expect(stats).toMatchObject({
      packets: 5,
      skipped: { 'not-ip': 1, 'other-transport': 1, malformed: 2, 'cut-in-header': 1 },
    });
  });

  it('names the link types that it does not know', () => {
    const { stats } = readBytes(pcapOf([[0, Buffer.alloc(60)]], 127));
    expect(stats).toMatchObject({ skipped: { 'unknown-link-type': 1 }, unknownLinkTypes: [127] });
  });

  it('sends nothing more of a connection that nobody can read', () => {
    const packets = [0, 1, 2].map((at) => [at, ipv4(tcp({ sequence: 1 + at, payload: 'x' }))] as [number, Buffer]);
    const { connections } = readBytes(pcapOf(packets.slice(0, 1)));
    expect(connections[0]!.chunks).toHaveLength(1);
    const ignoring = readBytes(pcapOf(packets), {
      connections: {
        open: () => ({ ignored: true }),
        update() {},
        close() {},
        data() {
          throw new Error('nobody wants it');
        },
      },
    });
    expect(ignoring.problem).toBeNull();
  });
});
