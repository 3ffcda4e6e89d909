import { describe, expect, it } from 'vitest';
import { type ByteArray, RepeatedValues } from './repeated-values.js';

const array: ByteArray = {
  at: (view, record, index) => view.getUint8(record + index),
  bytes: (view, record) => new Uint8Array(view.buffer, view.byteOffset + record, 16),
};
const record = (bytes: ArrayLike<number>) => {
  const memory = new Uint8Array(32);
  memory.set(Array.from(bytes), 8);
  return new DataView(memory.buffer);
};

describe('RepeatedValues', () => {
  it('writes IPv4 addresses, however many there are', () => {
    const values = new RepeatedValues();
    for (let round = 0; round < 2; round++) {
      for (let n = 0; n < 6000; n++) {
        expect(values.ipv4(array, record([250, 0, n >> 8, n & 255]), 8)).toBe(`250.0.${n >> 8}.${n & 255}`);
      }
    }
  });

  const process = (values: RepeatedValues, pid: number, name: string) =>
    values.process(pid, array, record(Buffer.from(name)), 8);

  it('gives the same process again, unless its name has changed', () => {
    const values = new RepeatedValues();
    const first = process(values, 7, 'curl');
    expect(first).toEqual({ pid: 7, name: 'curl' });
    expect(process(values, 7, 'curl')).toBe(first);
    for (const name of ['cur', 'curly', 'wget', '', 'sixteen-letters!']) {
      expect(process(values, 7, name)).toEqual({ pid: 7, name });
    }
    expect(process(values, 8, 'curl')).toEqual({ pid: 8, name: 'curl' });
  });

  it('reads names beyond ASCII, and those that are no UTF-8', () => {
    const values = new RepeatedValues();
    for (let round = 0; round < 2; round++) {
      expect(process(values, 7, 'größe').name).toBe('größe');
      expect(values.process(8, array, record([0xff, 0x41]), 8).name).toBe('\ufffdA');
    }
  });

  it('goes on with more processes than it keeps', () => {
    const values = new RepeatedValues();
    for (let pid = 1; pid < 10_000; pid++) expect(process(values, pid, `p${pid % 7}`).name).toBe(`p${pid % 7}`);
  });
});
