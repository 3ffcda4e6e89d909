import { describe, expect, it } from 'vitest';
import { pcapOf, readBytes, type TimedPacket } from './fake-capture.js';
import { ipv4, ipv6, udp } from './fake-packets.js';

const payload = 'abcdefghijklmnopqrstuvwxyz'.repeat(4);
const datagram = udp(5353, 53, payload);

function fragment(start: number, end: number, identification = 7): Buffer {
  const fields = { protocol: 17, identification, fragmentOffset: start, moreFragments: end < datagram.length };
  return ipv4(datagram.subarray(start, end), fields);
}

function fragment6(start: number, end: number): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt16BE(start | (end < datagram.length ? 1 : 0), 2);
  header.writeUInt32BE(99, 4);
  return ipv6(datagram.subarray(start, end), 17, [[44, header]]);
}

const read = (packets: TimedPacket[]) => {
  const { connections, stats } = readBytes(pcapOf(packets));
  return { texts: connections.map((connection) => connection.stream(true)), lost: stats.lostFragments, connections };
};

describe('fragments', () => {
  it.each([
    ['in order', [0, 1, 2]],
    ['backwards', [2, 1, 0]],
    ['mixed up', [1, 2, 0]],
  ])('of IPv4 are put together when they come %s', (_name, order) => {
    const pieces = [fragment(0, 40), fragment(40, 80), fragment(80, datagram.length)];
    expect(read(order.map((index, at) => [at, pieces[index]!]))).toMatchObject({ texts: [payload], lost: 0 });
  });

  it('of IPv6 are put together', () => {
    const pieces: TimedPacket[] = [
      [0, fragment6(48, datagram.length)],
      [1, fragment6(0, 48)],
    ];
    expect(read(pieces).texts).toEqual([payload]);
  });

  it('may repeat and overlap', () => {
    const packets: TimedPacket[] = [
      [0, fragment(0, 40)],
      [1, fragment(0, 40)],
      [2, fragment(24, 80)],
      [3, fragment(72, datagram.length)],
    ];
    expect(read(packets).texts).toEqual([payload]);
  });

  it('of two datagrams are kept apart by their identification', () => {
    const packets: TimedPacket[] = [
      [0, fragment(0, 40, 1)],
      [1, fragment(0, 40, 2)],
      [2, fragment(40, datagram.length, 2)],
      [50, fragment(40, datagram.length, 1)],
    ];
    expect(read(packets).texts).toEqual([payload + payload]);
  });

  it('that never are complete are counted', () => {
    expect(read([[0, fragment(0, 40)]])).toMatchObject({ texts: [], lost: 1 });
  });

  it('do not wait for the rest longer than 30 seconds', () => {
    const packets: TimedPacket[] = [
      [0, fragment(0, 40)],
      [31_000, fragment(40, datagram.length)],
    ];
    expect(read(packets)).toMatchObject({ texts: [], lost: 2 });
  });

  it('are known up to the first byte that was not captured', () => {
    const first = fragment(0, 40);
    const packets: TimedPacket[] = [
      [0, first.subarray(0, first.length - 10), first.length],
      [1, fragment(40, datagram.length)],
    ];
    const { connections } = read(packets);
    expect(connections[0]!.chunks[0]).toMatchObject({ length: payload.length, text: payload.slice(0, 22) });
  });

  it('without their last one hold a bounded number of datagrams', () => {
    const packets = Array.from({ length: 1000 }, (_, index) => [index, fragment(0, 40, index + 1)] as TimedPacket);
    expect(read(packets)).toMatchObject({ texts: [], lost: 1000 });
  });

  it('that overlap hold no more than twice their datagram', () => {
    const large = ipv4(Buffer.alloc(60_000), { protocol: 17, identification: 3, moreFragments: true });
    const packets = Array.from({ length: 9 }, (_, index) => [index, large] as TimedPacket);
    expect(read(packets)).toMatchObject({ texts: [], lost: 3 });
  });

  it('that would make more than 64 KiB are refused', () => {
    const bad = ipv4(Buffer.alloc(100), { protocol: 17, identification: 3, fragmentOffset: 65_528 });
    expect(read([[0, bad]])).toMatchObject({ texts: [] });
  });
});
