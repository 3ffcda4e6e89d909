import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FakeBackend } from '../test/support/fake-backend.js';
import { FakeRing } from '../test/support/fake-ring.js';
import { createMap } from './map.js';
import { MapType } from './map-type.js';
import { type RingHandlers, RingReader } from './ring-reader.js';

function open(ring: FakeRing, handlers: Partial<RingHandlers> = {}) {
  const backend = new FakeBackend();
  backend.ring = ring;
  const definition = { name: 'ring', type: MapType.ringBuffer, keySize: 0, valueSize: 0, maxEntries: ring.size };
  const map = createMap(definition, backend);
  const records: string[] = [];
  const reader = new RingReader(map, {
    onRecord: (bytes, _, start, end) => records.push(Buffer.from(bytes.slice(start, end)).toString()),
    ...handlers,
  });
  return { reader, records, map };
}

const text = (value: string) => Buffer.from(value);

describe('draining', () => {
  test('hands out records in their order and gives their room back', () => {
    const ring = new FakeRing(4096);
    const { reader, records } = open(ring);
    ring.write(text('one'));
    ring.write(text(''));
    ring.write(text('three is longer'));
    expect(reader.drain()).toBe(3);
    expect(records).toEqual(['one', '', 'three is longer']);
    expect(ring.consumed).toBe(ring.produced);
    expect(reader.stats).toEqual({ records: 3, bytes: 18, pendingBytes: 0 });
  });

  test('stops at a record that is not submitted yet, and goes on when it is', () => {
    const ring = new FakeRing(4096);
    const { reader, records } = open(ring);
    ring.write(text('a'));
    const slow = ring.reserve(text('b'));
    ring.write(text('c'));
    expect(reader.drain()).toBe(1);
    expect(ring.consumed).toBe(16n);
    expect(reader.drain()).toBe(0);
    ring.submit(slow as bigint);
    expect(reader.drain()).toBe(2);
    expect(records).toEqual(['a', 'b', 'c']);
  });

  test('passes over discarded records, also over the last one', () => {
    const ring = new FakeRing(4096);
    const { reader, records } = open(ring);
    ring.write(text('a'));
    ring.write(text('dropped'), true);
    ring.write(text('b'));
    ring.write(text('dropped'), true);
    expect(reader.drain()).toBe(2);
    expect(records).toEqual(['a', 'b']);
    expect(ring.consumed).toBe(ring.produced);
  });

  test('hands out at most as many as it is told', () => {
    const ring = new FakeRing(1 << 16);
    const { reader, records } = open(ring);
    for (let index = 0; index < 600; index++) ring.write(text(String(index)));
    expect(reader.drain(0)).toBe(0);
    expect(reader.drain(257)).toBe(257);
    expect(reader.drain(1)).toBe(1);
    expect(records.at(-1)).toBe('257');
    expect(reader.drain()).toBe(342);
  });

  test('leaves what arrives meanwhile for the next time', () => {
    const ring = new FakeRing(4096);
    let budget = 5;
    const { reader } = open(ring, { onRecord: () => budget-- > 0 && ring.write(text('again')) });
    ring.write(text('first'));
    expect(reader.drain()).toBe(1);
    expect(reader.drain()).toBe(1);
  });

  test('reads records across the end of the ring', () => {
    const ring = new FakeRing(4096);
    const { reader, records } = open(ring);
    const sent: string[] = [];
    for (let index = 0; index < 2000; index++) {
      const payload = String(index).padEnd(index % 97, '.');
      sent.push(payload);
      expect(ring.write(text(payload))).toBe(true);
      if (index % 7 === 0) reader.drain();
    }
    reader.drain();
    expect(records).toEqual(sent);
  });

  test.each([0x7fff_ffc0n, 0xffff_ffc0n, 0x7_ffff_ffc0n])('goes on where positions pass %s', (position) => {
    const ring = new FakeRing(4096, position);
    const { reader, records } = open(ring);
    for (let round = 0; round < 20; round++) {
      ring.write(text(`round ${round}`));
      ring.write(text('x'.repeat(100)));
      expect(reader.drain()).toBe(2);
      expect(ring.consumed).toBe(ring.produced);
    }
    expect(records.length).toBe(40);
    expect(ring.consumed > position).toBe(true);
  });

  test('goes on where another reader has ended', () => {
    const ring = new FakeRing(4096);
    const first = open(ring);
    ring.write(text('a'));
    first.reader.drain();
    ring.write(text('b'));
    const second = open(ring);
    expect(second.reader.stats.pendingBytes).toBe(16);
    second.reader.drain();
    expect(second.records).toEqual(['b']);
  });

  test('gives room back while a long drain is under way', () => {
    const ring = new FakeRing(1 << 16);
    const free: bigint[] = [];
    const { reader } = open(ring, { onRecord: () => free.push(ring.produced - ring.consumed) });
    while (ring.write(text('12345678')));
    reader.drain();
    expect(free.length).toBe(4096);
    expect(Number(free.at(-1))).toBeLessThan(ring.size / 8);
  });
});

describe('a handler that throws', () => {
  test('ends the drain behind the record that it threw on', () => {
    const ring = new FakeRing(4096);
    const seen: number[] = [];
    const { reader } = open(ring, {
      onRecord: (bytes, _, start) => {
        seen.push(bytes[start]!);
        if (seen.length === 2) throw new Error('mine');
      },
    });
    for (const letter of 'abc') ring.write(text(letter));
    expect(() => reader.drain()).toThrow('mine');
    expect(reader.drain()).toBe(1);
    expect(Buffer.from(seen).toString()).toBe('abc');
  });

  test('is reported, where somebody listens, and the drain goes on', () => {
    const ring = new FakeRing(4096);
    const errors: unknown[] = [];
    const { reader } = open(ring, {
      onRecord: (bytes, _, start) => {
        if (bytes[start] !== 97) throw new Error(String.fromCharCode(bytes[start]!));
      },
      onError: (error) => errors.push((error as Error).message),
    });
    for (const letter of 'abca') ring.write(text(letter));
    expect(reader.drain()).toBe(4);
    expect(errors).toEqual(['b', 'c']);
  });

  test('may not drain from within', () => {
    const ring = new FakeRing(4096);
    const { reader } = open(ring, { onRecord: () => reader.drain() });
    ring.write(text('a'));
    expect(() => reader.drain()).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
    expect(reader.drain()).toBe(0);
  });
});

describe('closing', () => {
  test('from within a handler ends the drain at once', () => {
    const ring = new FakeRing(4096);
    let calls = 0;
    const { reader } = open(ring, {
      onRecord: () => {
        calls++;
        reader.close();
      },
    });
    for (const letter of 'abc') ring.write(text(letter));
    expect(reader.drain()).toBe(1);
    expect(calls).toBe(1);
    expect(ring.closed).toBe(1);
    expect(ring.consumed).toBe(0n);
  });

  test('is idempotent, and a closed reader says so', () => {
    const ring = new FakeRing(4096);
    const { reader, map } = open(ring);
    ring.write(text('a'));
    reader.close();
    reader.close();
    reader[Symbol.dispose]();
    map.close();
    expect(ring.closed).toBe(1);
    expect(reader.stats.pendingBytes).toBe(0);
    expect(() => reader.drain()).toThrow(expect.objectContaining({ code: 'CLOSED' }));
    expect(() => reader.start()).toThrow(expect.objectContaining({ code: 'CLOSED' }));
  });

  test('happens with the map', () => {
    const ring = new FakeRing(4096);
    const { reader, map } = open(ring);
    map.close();
    expect(ring.closed).toBe(1);
    expect(() => reader.drain()).toThrow(expect.objectContaining({ code: 'CLOSED' }));
  });
});

describe('a started reader', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('waits longer while nothing arrives, up to its longest wait', () => {
    const ring = new FakeRing(4096);
    const { reader, records } = open(ring);
    reader.start({ minMs: 1, maxMs: 16 });
    vi.advanceTimersByTime(1000);
    ring.write(text('a'));
    vi.advanceTimersByTime(16);
    expect(records).toEqual(['a']);
    expect(vi.getTimerCount()).toBe(1);
    reader.stop();
    reader.stop();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('hurries while much arrives', () => {
    const ring = new FakeRing(4096);
    const { reader, records } = open(ring);
    reader.start({ minMs: 1, maxMs: 16 });
    vi.advanceTimersByTime(100);
    for (let index = 0; index < 20; index++) ring.write(text('12345678'));
    vi.advanceTimersToNextTimer();
    expect(records.length).toBe(20);
    ring.write(text('a'));
    vi.advanceTimersByTime(1);
    expect(records.length).toBe(21);
    reader.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('comes back at once when it left something', () => {
    const ring = new FakeRing(1 << 16);
    const { reader, records } = open(ring);
    for (let index = 0; index < 100; index++) ring.write(text('x'));
    reader.start({ limit: 10 });
    vi.advanceTimersByTime(11);
    expect(records.length).toBe(100);
    reader.close();
  });

  test('stays closed when its handler closes it', () => {
    const ring = new FakeRing(4096);
    const { reader } = open(ring, { onRecord: () => reader.close() });
    ring.write(text('a'));
    reader.start();
    vi.advanceTimersByTime(5);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('stays stopped when its handler stops it', () => {
    const ring = new FakeRing(4096);
    const { reader } = open(ring, { onRecord: () => reader.stop() });
    ring.write(text('a'));
    reader.start();
    vi.advanceTimersByTime(5);
    expect(vi.getTimerCount()).toBe(0);
  });
});
