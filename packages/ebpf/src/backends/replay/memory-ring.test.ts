import { describe, expect, it } from 'vitest';
import { MemoryRing } from './memory-ring.js';

describe('MemoryRing', () => {
  it('shows every record in one piece, also across its end', () => {
    const ring = new MemoryRing(4096);
    const words = new Int32Array(ring.producer, ring.dataOffset);
    const data = new Uint8Array(ring.producer, ring.dataOffset);
    const consumed = new BigUint64Array(ring.consumer, 0, 1);
    let position = 0;
    for (let round = 0; round < 300; round++) {
      const record = new Uint8Array(90 + (round % 7)).fill(round);
      expect(ring.write(record)).toBe(true);
      const at = position % ring.size;
      expect(words[at >>> 2]).toBe(record.length);
      expect(data.slice(at + 8, at + 8 + record.length)).toEqual(record);
      position += (record.length + 15) & ~7;
      Atomics.store(consumed, 0, BigInt(position));
    }
  });

  it('refuses what does not fit, and takes it when there is room again', () => {
    const ring = new MemoryRing(4096);
    expect(ring.write(new Uint8Array(4089))).toBe(false);
    expect(ring.write(new Uint8Array(4000))).toBe(true);
    expect(ring.pending).toBe(4008);
    expect(ring.write(new Uint8Array(100))).toBe(false);
    Atomics.store(new BigUint64Array(ring.consumer, 0, 1), 0, 4008n);
    expect(ring.write(new Uint8Array(100))).toBe(true);
    expect(ring.pending).toBe(112);
  });

  it('says that it was closed', () => {
    const ring = new MemoryRing(4096);
    expect(ring.open).toBe(true);
    ring.close();
    expect(ring.open).toBe(false);
  });
});
