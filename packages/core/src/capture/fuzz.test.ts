import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CaptureError } from './capture-error.js';
import { pcapOf, readBytes, type TimedPacket } from './fake-capture.js';
import { ethernet, ipv4, ipv6, tcp, udp } from './fake-packets.js';
import { LinkType } from './packet.js';

const packets: Buffer[] = [
  ethernet(ipv4(tcp({ sequence: 1, payload: 'hello', flags: 'S' }))),
  ethernet(
    ipv4(tcp({ from: 80, to: 4000, sequence: 9, acknowledgment: 7, payload: 'world' }), {
      source: '10.0.0.2',
      destination: '10.0.0.1',
    }),
  ),
  ethernet(ipv6(udp(53, 5353, 'datagram'), 17, [[60, Buffer.alloc(8)]]), [[0x8100, 1]]),
  ethernet(ipv4(Buffer.alloc(40), { protocol: 47 })),
  ethernet(ipv4(udp(1, 4789, Buffer.alloc(60, 8)), { protocol: 17, moreFragments: true })),
];
const file = pcapOf(
  packets.map((packet, at) => [at, packet] as TimedPacket),
  LinkType.ethernet,
);

function expectGood(bytes: Uint8Array): void {
  const { problem, stats } = readBytes(bytes);
  expect(problem === null || problem instanceof CaptureError).toBe(true);
  expect(stats.packets).toBeLessThanOrEqual(bytes.length / 16);
}

describe('whatever a file holds', () => {
  it('nothing but a CaptureError comes of changed bytes', () => {
    const change = fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(change, (changes) => {
        const bytes = Buffer.from(file);
        for (const [at, value] of changes) bytes[at] = value;
        expectGood(bytes);
      }),
      { numRuns: 1500 },
    );
  });

  it.each(Object.entries(LinkType))('nothing comes of noise in packets of link type %s', (_name, linkType) => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 120 }), { maxLength: 10 }), (noise) => {
        expectGood(
          pcapOf(
            noise.map((packet, at) => [at, packet] as TimedPacket),
            linkType,
          ),
        );
      }),
      { numRuns: 150 },
    );
  });

  it('nothing but a CaptureError comes of noise behind the head of a pcapng file', () => {
    const head = Buffer.from('0a0d0d0a1c0000004d3c2b1a01000000ffffffffffffffff1c000000', 'hex');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => expectGood(Buffer.concat([head, noise]))),
      { numRuns: 500 },
    );
  });
});

describe('however segments are cut, mixed up and sent again', () => {
  const text = Array.from({ length: 400 }, (_, index) => String.fromCharCode(97 + (index % 26))).join('');

  it('the stream is the same', () => {
    const pieces = fc.array(fc.tuple(fc.nat(text.length - 1), fc.integer({ min: 1, max: 80 })), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(pieces, fc.integer({ min: 0, max: 2 ** 32 - 1 }), (cuts, initial) => {
        const segments: TimedPacket[] = [[0, ipv4(tcp({ sequence: initial, flags: 'S' }))]];
        const send = (start: number, end: number) =>
          segments.push([
            segments.length,
            ipv4(tcp({ sequence: initial + 1 + start, payload: text.slice(start, end) })),
          ]);
        for (const [start, length] of cuts) send(start, Math.min(text.length, start + length));
        for (let start = 0; start < text.length; start += 50) send(start, start + 50);
        const { connections, stats } = readBytes(pcapOf(segments));
        expect(connections[0]!.stream(true)).toBe(text);
        expect(stats.tcp.gaps).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it('what is missing is a gap of the right length', () => {
    const lost = fc.uniqueArray(fc.integer({ min: 0, max: 7 }), { maxLength: 6 });
    fc.assert(
      fc.property(lost, (indexes) => {
        const packets: TimedPacket[] = [[0, ipv4(tcp({ sequence: 0, flags: 'S' }))]];
        for (let index = 0; index < 8; index++) {
          if (indexes.includes(index)) continue;
          packets.push([
            index,
            ipv4(tcp({ sequence: 1 + index * 50, payload: text.slice(index * 50, index * 50 + 50) })),
          ]);
        }
        packets.push([9, ipv4(tcp({ sequence: 401, payload: '!' }))]);
        const { connections, stats } = readBytes(pcapOf(packets));
        const stream = connections[0]!.stream(true).replace(/\[(\d+)\]/g, (_, length) => '?'.repeat(Number(length)));
        expect(stream).toHaveLength(401);
        for (const [index, character] of [...stream].entries()) {
          if (index < 400) expect(character).toBe(indexes.includes(Math.floor(index / 50)) ? '?' : text[index]);
        }
        expect(stats.tcp.missingBytes).toBe(indexes.length * 50);
      }),
      { numRuns: 100 },
    );
  });
});
