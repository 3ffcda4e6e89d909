import { describe, expect, test } from 'vitest';
import { FakeRing } from '../test/support/fake-ring.js';
import { RecordWalk } from './record-walk.js';

const low = (position: bigint) => Number(BigInt.asIntN(32, position));

function walkOf(ring: FakeRing, position = 0n, each: (start: number, end: number) => void = () => undefined) {
  return new RecordWalk(ring, low(position), { onRecord: (_bytes, _view, start, end) => each(start, end) });
}

describe('a step', () => {
  test('ends at the position that it is given, not at the last record', () => {
    const ring = new FakeRing(4096);
    const walk = walkOf(ring);
    ring.write(new Uint8Array(8));
    const middle = low(ring.produced);
    ring.write(new Uint8Array(8));
    walk.step(middle, 100);
    expect([walk.low, walk.records, walk.bytes]).toEqual([middle, 1, 8]);
  });

  test('counts records that are handed out, and not those that are discarded', () => {
    const ring = new FakeRing(4096);
    const walk = walkOf(ring);
    for (let index = 0; index < 10; index++) ring.write(new Uint8Array(3), index % 2 === 0);
    walk.step(low(ring.produced), 3);
    expect([walk.records, walk.bytes]).toEqual([3, 9]);
    walk.step(low(ring.produced), 3);
    expect([walk.records, walk.low]).toEqual([5, low(ring.produced)]);
  });

  test('does nothing at a record that is reserved', () => {
    const ring = new FakeRing(4096);
    const walk = walkOf(ring);
    ring.reserve(new Uint8Array(8));
    walk.step(low(ring.produced), 100);
    expect([walk.records, walk.low]).toEqual([0, 0]);
  });

  test('is behind the record whose handler threw', () => {
    const ring = new FakeRing(4096);
    const walk = walkOf(ring, 0n, () => {
      throw new Error('mine');
    });
    ring.write(new Uint8Array(16));
    ring.write(new Uint8Array(16));
    expect(() => walk.step(low(ring.produced), 100)).toThrow('mine');
    expect([walk.records, walk.low]).toEqual([1, 24]);
  });

  test('reads nothing from memory that was taken away', () => {
    const ring = new FakeRing(4096);
    const walk = walkOf(ring);
    ring.write(new Uint8Array(16));
    walk.closed = true;
    walk.step(low(ring.produced), 100);
    expect(walk.records).toBe(0);
  });

  test('hands out places that run on behind the end of the ring', () => {
    const ring = new FakeRing(4096, 4080n);
    const places: number[][] = [];
    const walk = walkOf(ring, 4080n, (start, end) => places.push([start, end]));
    ring.write(new Uint8Array(32));
    ring.write(new Uint8Array(0));
    walk.step(low(ring.produced), 100);
    expect(places).toEqual([
      [4088, 4120],
      [32, 32],
    ]);
  });

  test('steps over the point where the sign of positions changes', () => {
    const position = 0x7fff_fff0n;
    const ring = new FakeRing(4096, position);
    const walk = walkOf(ring, position);
    for (let index = 0; index < 3; index++) ring.write(new Uint8Array(8));
    walk.step(low(ring.produced), 100);
    expect([walk.records, walk.low]).toEqual([3, low(ring.produced)]);
    expect(walk.low).toBeLessThan(0);
  });
});
