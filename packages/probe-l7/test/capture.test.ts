import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { METHODS } from './support/capture-methods.js';
import { CaptureSession, faults } from './support/capture-session.js';
import { totalLost } from './support/probe-under-test.js';
import type { RecordedConnection } from './support/recorder.js';

const SIZE = 300;
const ROUNDS = 5;
const TOTAL = SIZE * ROUNDS;

describe.each(METHODS)('%s capture', (method) => {
  const session = new CaptureSession();

  beforeAll(() => session.start(method));
  afterAll(async () => {
    const stats = await session.close();
    expect(totalLost(stats), JSON.stringify(stats.lost)).toBe(0);
  });

  describe.each(['tcp4', 'tcp6', 'unix', 'udp4', 'udp6', 'udp4c'])('over %s', (transport) => {
    it.each([
      ['write', 'read'],
      ['writev', 'readv'],
      ['pwritev2', 'preadv2'],
      ['send', 'recv'],
      ['sendto', 'recvfrom'],
      ['sendmsg', 'recvmsg'],
      ['sendmmsg', 'recvmmsg'],
      ['sendto', 'peek'],
      ['sendto', 'split'],
    ])('sees every byte of %s and %s once', async (send, receive) => {
      // Only connected sockets can be written to without an address; datagrams can't be read in parts.
      if (
        transport.startsWith('udp') &&
        (receive === 'split' || (transport !== 'udp4c' && !/^sendto|^sendm/.test(send)))
      )
        return;
      const connections = (await session.run('traffic', transport, send, receive, SIZE, ROUNDS))!;
      expect(connections).toHaveLength(2);
      for (const connection of connections) {
        expect(faults(connection, true, TOTAL)).toEqual([]);
        expect(faults(connection, false, TOTAL)).toEqual([]);
        expect(connection.info.fromStart).toBe(true);
        expect(connection.info.protocol).toBe('sonde');
        expect(connection.info.transport).toBe(transport.replace(/\d.*/, ''));
      }
    });
  });

  it.each(['tcp4', 'tcp6'])('gives both ends of %s their roles, addresses and TCP sequence', async (transport) => {
    const connections = (await session.run('traffic', transport, 'write', 'read', SIZE, ROUNDS))!;
    const client = connections.find(({ info }) => info.role === 'client')!;
    const server = connections.find(({ info }) => info.role === 'server')!;
    expect(client.info.local).toEqual(server.info.remote);
    expect(client.info.remote).toEqual(server.info.local);
    expect(client.info.local?.address).toBe(transport === 'tcp4' ? '127.0.0.1' : '::1');
    const first = ({ position, sequence }: { position: number; sequence: number }) => (sequence - position) >>> 0;
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      const base = first(from.way(true)[0]!);
      for (const chunk of [...from.way(true), ...to.way(false)]) expect(first(chunk)).toBe(base);
    }
    for (const { chunks } of connections) {
      for (const chunk of chunks) expect(chunk.tid).toBe(client.info.pid);
    }
  });

  it('dates what was sent before what arrived of it', async () => {
    const before = Number(process.hrtime.bigint());
    const connections = (await session.run('traffic', 'tcp4', 'write', 'read', SIZE, ROUNDS))!;
    const after = Number(process.hrtime.bigint());
    const [one, other] = connections as [RecordedConnection, RecordedConnection];
    for (const [from, to] of [
      [one, other],
      [other, one],
    ] as const) {
      from.way(true).forEach((chunk, index) => {
        expect(chunk.at).toBeLessThanOrEqual(to.way(false)[index]!.at);
        expect(chunk.at).toBeGreaterThan(before);
        expect(chunk.at).toBeLessThan(after);
      });
    }
  });

  it('closes both ends of a connection when its program does', async () => {
    const connections = (await session.run('traffic', 'tcp4', 'write', 'read', SIZE, 1))!;
    for (const { closes } of connections) expect(closes.at(-1)).toBe('both');
  });

  it('names the ends of unix sockets by their paths', async () => {
    const connections = (await session.run('traffic', 'unix', 'write', 'read', SIZE, 1))!;
    const path = `/tmp/sonde-traffic-${connections[0]!.info.pid}`;
    const server = connections.find(({ info }) => info.role === 'server')!;
    const client = connections.find(({ info }) => info.role === 'client')!;
    expect(server.info.local).toEqual({ address: path, port: null });
    expect(client.info.remote).toEqual({ address: path, port: null });
  });

  it.each(['udp4', 'udp6'])('tells the peers of %s sockets that are not connected', async (transport) => {
    const connections = (await session.run('traffic', transport, 'sendto', 'recvfrom', SIZE, ROUNDS))!;
    const [one, other] = connections;
    expect(one!.info.remote?.port).toBe(other!.info.local?.port);
    expect(other!.info.remote?.port).toBe(one!.info.local?.port);
    expect(one!.info.remote?.address).toBe(transport === 'udp4' ? '127.0.0.1' : '::1');
  });

  it.each([
    ['sendfile', 'read', false, true],
    ['splice', 'read', false, true],
    ['write', 'splice', true, false],
    ['write', 'trunc', true, false],
  ] as const)('shows %s to %s as gaps of known length, and no wrong byte', async (send, receive, sent, received) => {
    // The first chunk has to be seen, or nothing is recognised: here the other end shows it.
    const connections = (await session.run('traffic', 'tcp4', send, receive, SIZE, ROUNDS))!;
    expect(connections.length).toBeGreaterThan(0);
    for (const connection of connections) {
      const ways = { out: connection.way(true), in: connection.way(false) };
      if (sent) expect(faults(connection, true, TOTAL)).toEqual([]);
      else for (const chunk of ways.out) expect(chunk.text).toBe('');
      if (received) expect(faults(connection, false, TOTAL)).toEqual([]);
      else for (const chunk of ways.in) expect(chunk.text).toBe('');
    }
  });

  it.each([
    ['uring', 'read'],
    ['write', 'uring'],
  ])('keeps the place in a stream where io_uring takes part (%s to %s)', async (send, receive) => {
    const connections = await session.run('traffic', 'tcp4', send, receive, SIZE, ROUNDS);
    if (connections === null) return; // no io_uring here: nothing to get wrong
    expect(connections).toHaveLength(2);
    for (const connection of connections) {
      const unseen = send === 'uring';
      expect(faults(connection, !unseen, TOTAL)).toEqual([]);
      for (const chunk of connection.way(unseen)) expect(chunk.text).toBe('');
    }
  });

  it('captures no more of a chunk than was asked for, and counts the rest', async () => {
    const connections = (await session.run('traffic', 'tcp4', 'write', 'read', 100_000, 2))!;
    for (const connection of connections) {
      for (const outgoing of [true, false]) {
        const chunks = connection.way(outgoing);
        expect(chunks.reduce((sum, { length }) => sum + length, 0)).toBe(200_000);
        for (const chunk of chunks) expect(chunk.text.length).toBe(Math.min(chunk.length, 16_384));
      }
    }
  });
});
