import type { ConnectionInfo } from '@sonde/core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventReader, type LentChunk } from './event-reader.js';
import { closeRecord, dataRecord, openRecord, unixOpenRecord } from './records.fixture.js';

interface Seen {
  opened: [number, ConnectionInfo][];
  chunks: { cookie: number; text: string; chunk: LentChunk }[];
  closed: unknown[][];
}

function reader() {
  const seen: Seen = { opened: [], chunks: [], closed: [] };
  const events = new EventReader(['http1', 'redis'], {
    open: (cookie, info) => void seen.opened.push([cookie, info]),
    data: (cookie, chunk) => {
      const text = Buffer.from(chunk.bytes.slice(chunk.start, chunk.end)).toString('latin1');
      seen.chunks.push({ cookie, text, chunk: Object.assign(Object.create(null), chunk) });
    },
    close: (...args) => void seen.closed.push(args),
  });
  /** Gives the record its place in the middle of a ring. */
  const feed = (record: Uint8Array) => {
    const ring = new Uint8Array(64 + record.length + 64).fill(0xee);
    ring.set(record, 64);
    events.record(ring, new DataView(ring.buffer), 64, 64 + record.length);
  };
  return { events, seen, feed };
}

describe('EventReader', () => {
  it('lends the bytes of a chunk where they lie, with all that is known of it', () => {
    const { feed, seen } = reader();
    feed(
      dataRecord('GET /', {
        flags: 1 | 2,
        cookie: 2 ** 40 + 3,
        at: 2 ** 50,
        position: 2 ** 33,
        length: 500,
        sequence: 9,
      }),
    );
    expect(seen.chunks).toHaveLength(1);
    const { cookie, text, chunk } = seen.chunks[0]!;
    expect(cookie).toBe(2 ** 40 + 3);
    expect(text).toBe('GET /');
    expect(chunk).toMatchObject({
      outgoing: true,
      position: 2 ** 33,
      length: 500,
      at: 2 ** 50,
      pid: 7,
      tid: 8,
      unit: 0,
      sequence: 9,
      overtakes: false,
      peer: -1,
    });
  });

  it('has no sequence number where the kernel knew none', () => {
    const { feed, seen } = reader();
    feed(dataRecord('x', { flags: 0, sequence: 77 }));
    expect(seen.chunks[0]!.chunk.sequence).toBe(-1);
    expect(seen.chunks[0]!.chunk.outgoing).toBe(false);
  });

  it('finds the payload of a datagram behind its peer', () => {
    const { feed, seen } = reader();
    feed(dataRecord('query', { flags: 4, peer: { address: [10, 0, 0, 1], family: 2, port: 53 } }));
    expect(seen.chunks[0]!.text).toBe('query');
    expect(seen.chunks[0]!.chunk.peer).toBe(64 + 56);
  });

  it('tells who a connection connects', () => {
    const { feed, seen } = reader();
    feed(openRecord({ cookie: 5, role: 2, fromStart: true, protocol: 2 }));
    expect(seen.opened).toEqual([
      [
        5,
        {
          transport: 'tcp',
          role: 'server',
          observed: true,
          local: { address: '127.0.0.1', port: 80 },
          remote: { address: '127.0.0.2', port: 4000 },
          pid: 7,
          fromStart: true,
          protocol: 'redis',
          netns: 4_026_531_840,
          cgroup: 99,
          positions: { incoming: 70, outgoing: 30 },
        },
      ],
    ]);
  });

  it('leaves null what is not known: role, protocol, the other end of an unconnected socket', () => {
    const { feed, seen } = reader();
    feed(openRecord({ transport: 2, protocol: 0, remote: [[0, 0, 0, 0], 0] }));
    feed(openRecord({ protocol: 200, role: 9 }));
    expect(seen.opened[0]![1]).toMatchObject({ transport: 'udp', role: null, protocol: null, remote: null });
    expect(seen.opened[1]![1]).toMatchObject({ role: null, protocol: null });
  });

  it('reads the paths of unix sockets', () => {
    const { feed, seen } = reader();
    feed(unixOpenRecord('/run/db.sock\0', ''));
    expect(seen.opened[0]![1]).toMatchObject({
      transport: 'unix',
      local: { address: '/run/db.sock', port: null },
      remote: null,
    });
  });

  it('tells which way a connection has ended', () => {
    const { feed, seen } = reader();
    feed(closeRecord(1, { cookie: 3, at: 10 }));
    feed(closeRecord(2, { cookie: 3, at: 11 }));
    feed(closeRecord(4, { cookie: 3, at: 12 }));
    expect(seen.closed).toEqual([
      [3, 10, true, false, false],
      [3, 11, false, true, false],
      [3, 12, false, false, true],
    ]);
  });

  it.each([
    ['is shorter than any header', new Uint8Array(23)],
    ['is of an unknown kind', new Uint8Array(64)],
    ['is shorter than its kind asks for', dataRecord('').slice(0, 40)],
    ['claims more captured bytes than it holds', dataRecord('abc', { captured: 4, length: 9 })],
    ['claims more captured bytes than the operation had', dataRecord('abcd', { length: 3 })],
    ['claims four billion captured bytes', dataRecord('abc', { captured: 0xffff_ffff, length: 0xffff_ffff })],
    ['has no room for the peer that it claims', dataRecord('abc', { flags: 4 })],
    ['announces a connection in too few bytes', openRecord().slice(0, 79)],
    ['announces a unix socket without its paths', openRecord({ transport: 3 })],
    ['announces an unknown transport', openRecord({ transport: 9 })],
  ])('counts a record that %s, and leaves it out', (_, record) => {
    const { events, seen, feed } = reader();
    feed(record);
    expect(events.malformed).toBe(1);
    expect(events.events).toBe(1);
    expect([...seen.opened, ...seen.chunks, ...seen.closed]).toEqual([]);
  });

  it('never reads outside of a record, whatever its bytes', () => {
    const { events, seen, feed } = reader();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.integer({ min: 1, max: 3 }), (bytes, kind) => {
        if (bytes.length > 0) bytes[0] = kind;
        seen.chunks.length = 0;
        feed(bytes);
        for (const { chunk } of seen.chunks) {
          expect(chunk.start).toBeGreaterThanOrEqual(64);
          expect(chunk.end).toBeLessThanOrEqual(64 + bytes.length);
          expect(chunk.end - chunk.start).toBeLessThanOrEqual(chunk.length);
        }
      }),
    );
    expect(events.events).toBeGreaterThan(0);
  });
});
