import type { ConnectionInfo } from '@sonde/core';
import { describe, expect, it } from 'vitest';
import { Recorder } from '../test/support/recorder.js';
import { Connections } from './connections.js';
import { LentChunk } from './event-reader.js';

const SECOND = 1e9;

const tcp: ConnectionInfo = {
  transport: 'tcp',
  role: 'client',
  observed: true,
  local: { address: '127.0.0.1', port: 4000 },
  remote: { address: '127.0.0.1', port: 80 },
  pid: 1,
  fromStart: true,
  protocol: 'test',
};

function chunk(text: string, fields: Partial<LentChunk> = {}): LentChunk {
  const bytes = Buffer.from(text);
  return Object.assign(new LentChunk(), {
    bytes,
    view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length),
    end: bytes.length,
    length: bytes.length,
    at: SECOND,
    ...fields,
  });
}

function make(maximum = 100) {
  const sink = new Recorder();
  const rejected: number[] = [];
  const forgotten: number[] = [];
  const connections = new Connections({
    sink,
    maximum,
    reject: (cookie) => void rejected.push(cookie),
    forget: (cookie) => void forgotten.push(cookie),
  });
  return { sink, rejected, forgotten, connections };
}

const texts = (sink: Recorder, index = 0) => sink.connections[index]!.chunks.map(({ text }) => text);

describe('Connections', () => {
  it('hands the chunks of a cookie to the connection that it announced', () => {
    const { sink, connections } = make();
    connections.open(1, tcp);
    connections.open(2, { ...tcp, pid: 2 });
    connections.data(2, chunk('b'));
    connections.data(1, chunk('a'));
    connections.data(1, chunk('c'));
    expect(texts(sink, 0)).toEqual(['a', 'c']);
    expect(texts(sink, 1)).toEqual(['b']);
  });

  it('counts chunks of connections that were never announced', () => {
    const { sink, connections } = make();
    connections.data(9, chunk('x'));
    connections.close(9, 0, true, true, false);
    expect(connections.unknown).toBe(1);
    expect(sink.connections).toEqual([]);
  });

  it('closes one direction at a time, and frees the connection with the second', () => {
    const { sink, connections } = make();
    connections.open(1, tcp);
    connections.close(1, 5, true, false, false);
    expect(sink.connections[0]!.closes).toEqual(['out']);
    connections.close(1, 6, true, false, false);
    expect(sink.connections[0]!.closes).toEqual(['out']);
    expect(connections.size).toBe(1);
    connections.close(1, 7, false, true, false);
    expect(sink.connections[0]!.closes).toEqual(['out', 'both']);
    expect(connections.size).toBe(0);
  });

  it('takes what was still to be read of a connection that is gone, and then closes it', () => {
    const { sink, connections } = make();
    connections.open(1, tcp);
    connections.close(1, 10 * SECOND, false, false, true);
    connections.data(1, chunk('rest', { at: 11 * SECOND }));
    connections.drained(12 * SECOND);
    expect(texts(sink)).toEqual(['rest']);
    expect(connections.size).toBe(1);
    connections.drained(16 * SECOND);
    expect(connections.size).toBe(0);
    expect(sink.connections[0]!.closes.at(-1)).toBe('both');
  });

  it('begins a new connection when a cookie is announced again', () => {
    const { sink, connections } = make();
    connections.open(1, tcp);
    connections.open(1, tcp);
    connections.data(1, chunk('x'));
    expect(sink.connections[0]!.closes).toEqual(['both']);
    expect(texts(sink, 1)).toEqual(['x']);
  });

  it('rejects a connection that nobody can read, and passes over what is on its way already', () => {
    const { sink, rejected, connections } = make();
    connections.open(1, tcp);
    connections.data(1, chunk('a'));
    sink.connections[0]!.ignored = true;
    connections.data(1, chunk('b'));
    connections.data(1, chunk('c'));
    expect(rejected).toEqual([1]);
    expect(texts(sink)).toEqual(['a', 'b']);
    expect(sink.connections[0]!.closes).toEqual(['both']);
    expect(connections.unknown).toBe(0);
    connections.open(1, tcp);
    connections.data(1, chunk('d'));
    expect(texts(sink, 1)).toEqual(['d']);
  });

  it('forgets what is idle, and has the kernel announce it again', () => {
    const { sink, forgotten, connections } = make();
    connections.open(1, tcp);
    connections.data(1, chunk('a', { at: 10 * SECOND }));
    connections.drained(600 * SECOND);
    expect(forgotten).toEqual([]);
    connections.drained(911 * SECOND);
    expect(forgotten).toEqual([1]);
    expect(sink.connections[0]!.closes).toEqual(['both']);
    expect(connections.size).toBe(0);
  });

  it('never keeps more connections than it may: the oldest gives way', () => {
    const { sink, forgotten, connections } = make(2);
    for (const cookie of [1, 2, 3]) connections.open(cookie, tcp);
    expect(connections.size).toBe(2);
    expect(connections.evicted).toBe(1);
    expect(forgotten).toEqual([1]);
    expect(sink.connections[0]!.closes).toEqual(['both']);
  });

  it('closes everything at the end', () => {
    const { sink, connections } = make();
    connections.open(1, tcp);
    connections.open(2, { ...tcp, transport: 'udp', remote: null });
    connections.data(2, chunk('x'));
    connections.closeAll(5);
    expect(sink.connections.map(({ closes }) => closes)).toEqual([['both'], ['both']]);
    expect(connections.size).toBe(0);
  });
});

describe('an answer that was reported before its question', () => {
  it('waits for it, and the question is no younger then', () => {
    const { sink, connections } = make();
    connections.open(1, tcp);
    connections.data(1, chunk('answer', { overtakes: true, at: 50 }));
    connections.data(1, chunk('more', { at: 60 }));
    expect(texts(sink)).toEqual([]);
    connections.data(1, chunk('question', { outgoing: true, at: 70 }));
    expect(sink.connections[0]!.chunks.map(({ text, at }) => [text, at])).toEqual([
      ['question', 50],
      ['answer', 50],
      ['more', 60],
    ]);
    connections.data(1, chunk('next', { at: 80 }));
    expect(texts(sink)).toHaveLength(4);
  });

  it('keeps a copy of the bytes, since the ring takes its own back', () => {
    const { sink, connections } = make();
    connections.open(1, tcp);
    const lent = chunk('answer', { overtakes: true });
    connections.data(1, lent);
    lent.bytes.fill(0);
    connections.data(1, chunk('question', { outgoing: true }));
    expect(texts(sink)).toEqual(['question', 'answer']);
  });

  it('waits no longer than two rounds for a question that nobody saw, and then trusts no such hint', () => {
    const { sink, connections } = make();
    connections.open(1, tcp);
    connections.data(1, chunk('a', { overtakes: true }));
    connections.drained(0);
    connections.drained(0);
    expect(texts(sink)).toEqual([]);
    connections.drained(0);
    expect(texts(sink)).toEqual(['a']);
    connections.data(1, chunk('b', { overtakes: true }));
    expect(texts(sink)).toEqual(['a', 'b']);
  });

  it('trusts hints again after a question came by', () => {
    const { sink, connections } = make();
    connections.open(1, tcp);
    connections.data(1, chunk('a', { overtakes: true }));
    for (let i = 0; i < 3; i++) connections.drained(0);
    connections.data(1, chunk('q', { outgoing: true, overtakes: true }));
    connections.data(1, chunk('b', { overtakes: true }));
    expect(texts(sink)).toEqual(['a', 'q']);
  });

  it('holds no more than 64 chunks', () => {
    const { sink, connections } = make();
    connections.open(1, tcp);
    for (let i = 0; i < 64; i++) connections.data(1, chunk(`${i}`, { overtakes: true }));
    expect(texts(sink)).toHaveLength(64);
  });

  it('is delivered before its connection closes', () => {
    const { sink, connections } = make();
    connections.open(1, tcp);
    connections.data(1, chunk('a', { overtakes: true }));
    connections.close(1, 9, true, true, false);
    expect(texts(sink)).toEqual(['a']);
    expect(sink.connections[0]!.closes).toEqual(['both']);
  });
});
