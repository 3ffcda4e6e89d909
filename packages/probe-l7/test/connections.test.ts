import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { METHODS } from './support/capture-methods.js';
import { CaptureSession, faults } from './support/capture-session.js';
import { totalLost } from './support/probe-under-test.js';
import type { RecordedConnection } from './support/recorder.js';
import { pattern } from './support/traffic.js';

/** Messages begin where the pattern does. */
const SIZE = 320;

const side = (connections: RecordedConnection[], role: 'client' | 'server') =>
  connections.find(({ info }) => info.role === role)!;

describe.each(METHODS)('connections, by %s capture', (method) => {
  let session: CaptureSession;

  beforeEach(() => {
    session = new CaptureSession();
  });
  afterEach(() => session.close());

  it.each(['tcp4', 'unix'])(
    'joins connections over %s that were there before, with the next message',
    async (transport) => {
      const program = (await session.launch('traffic', transport, 'write', 'read', SIZE, 3, 4))!;
      program.goOn();
      await program.reaches('half');
      await session.start(method);
      await session.watch(program);
      const connections = session.connectionsOf(program);
      expect(connections.map(({ info }) => info.role).sort()).toEqual(['client', 'server']);
      for (const connection of connections) {
        expect(connection.info.fromStart).toBe(false);
        expect(faults(connection, true, 3 * SIZE)).toEqual([]);
        expect(faults(connection, false, 3 * SIZE)).toEqual([]);
      }
      await session.end(program);
    },
  );

  it('counts what a ring that is too small loses, and keeps every position', async () => {
    await session.start(method, { ringBytes: 4096 });
    const program = (await session.launch('traffic', 'tcp4', 'write', 'read', SIZE, 2, 2000))!;
    await session.watch(program, 'half');
    const lost = session.probe.stats().lost['ring-full']!;
    expect(lost).toBeGreaterThan(0);
    await session.watch(program);
    const connections = session.connectionsOf(program);
    expect(connections).toHaveLength(2);
    for (const { chunks, info } of connections) {
      for (const chunk of chunks) expect(chunk.text).toBe(pattern(chunk.position, chunk.length));
      for (const outgoing of [true, false]) {
        const last = chunks.filter((chunk) => chunk.outgoing === outgoing).at(-1)!;
        expect(last.position + last.length).toBe(2002 * SIZE);
      }
      expect(info.fromStart && chunks[0]!.position > 0).toBe(false);
    }
    const delivered = connections.reduce((sum, { chunks }) => sum + chunks.length, 0);
    // Each end moves 2002 messages in each direction; a lost record is a chunk, or the announcement of a connection.
    expect(4 * 2002 - delivered).toBeLessThanOrEqual(lost);
    await session.end(program);
  });

  it('tells apart the end of one direction, of both, and of what nobody has read yet', async () => {
    await session.start(method);
    const connections = (await session.run('endings', 'half'))!;
    const client = side(connections, 'client');
    const server = side(connections, 'server');
    expect(client.way(false).map(({ length }) => length)).toEqual([64]);
    expect(client.closes).toEqual(['out', 'both']);
    expect(server.closes).toEqual(['in', 'both']);
  });

  it('closes connections that are reset', async () => {
    await session.start(method);
    const connections = (await session.run('endings', 'reset'))!;
    expect(side(connections, 'server').closes).toEqual(['both']);
    expect(side(connections, 'client').closes.length).toBeGreaterThan(0);
  });

  it('sees each of 1000 short connections, and frees them all', async () => {
    await session.start(method);
    const connections = (await session.run('endings', 'many', 1000))!;
    expect(connections).toHaveLength(2000);
    for (const { closes, chunks, info } of connections) {
      expect(closes.at(-1)).toBe('both');
      expect(chunks).toHaveLength(2);
      expect(info.fromStart).toBe(true);
    }
    expect(totalLost(session.probe.stats())).toBe(0);
  });

  it('delivers no answer before its question, whichever thread reads it', async () => {
    await session.start(method);
    const connections = (await session.run('threads', 5000))!;
    const client = side(connections, 'client');
    expect(client.chunks).toHaveLength(10_000);
    client.chunks.forEach((chunk, index) => {
      const number = String(Math.floor(index / 2)).padStart(8, '0');
      expect(chunk.text.slice(6, 14)).toBe(number);
      expect(chunk.outgoing).toBe(index % 2 === 0);
      expect(chunk.at).toBeGreaterThanOrEqual(client.chunks[index - 1]?.at ?? 0);
    });
  });

  it('recognises a connection anew that nobody could read', async () => {
    await session.start(method);
    const data = session.recorder.data.bind(session.recorder);
    session.recorder.data = (connection, chunk) => {
      data(connection, chunk);
      // Both connections are given up at their first chunk.
      const index = session.recorder.connections.indexOf(connection as RecordedConnection);
      if (index < 2) (connection as RecordedConnection).ignored = true;
    };
    const program = (await session.launch('traffic', 'tcp4', 'write', 'read', SIZE, 300, 1))!;
    await session.watch(program, 'half');
    await session.watch(program);
    const [first, , ...again] = session.connectionsOf(program);
    expect(first!.closes).toEqual(['both']);
    expect(again).toHaveLength(2);
    for (const connection of again) {
      expect(connection.info.fromStart).toBe(false);
      for (const { text, position, length } of connection.chunks) expect(text).toBe(pattern(position, length));
      const last = connection.way(true).at(-1)!;
      expect(last.position + last.length).toBe(301 * SIZE);
    }
    await session.end(program);
  });
});
