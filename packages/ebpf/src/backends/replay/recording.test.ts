import { describe, expect, it } from 'vitest';
import { noise } from '../../elf/fixtures/build-elf.js';
import { EbpfError } from '../../errors.js';
import { decodeRecording, RecordingEncoder } from './recording.js';

const bytes = (...values: number[]) => new Uint8Array(values);

function recording(...records: [map: string, record: Uint8Array][]): Uint8Array {
  const encoder = new RecordingEncoder();
  return new Uint8Array(
    Buffer.concat([encoder.header(), ...records.map(([map, record]) => encoder.record(map, record))]),
  );
}

const sample = recording(['events', bytes(1, 2)], ['ereignisse', bytes()], ['events', bytes(3)]);

describe('a recording', () => {
  it('gives back its records with their maps, in order', () => {
    expect([...decodeRecording(sample)]).toEqual([
      { map: 'events', record: bytes(1, 2) },
      { map: 'ereignisse', record: bytes() },
      { map: 'events', record: bytes(3) },
    ]);
    expect([...decodeRecording(recording())]).toEqual([]);
  });

  it('keeps its own copy of a leased record', () => {
    const leased = bytes(7);
    const encoded = new RecordingEncoder().record('m', leased);
    leased[0] = 0;
    expect(encoded.at(-1)).toBe(7);
  });

  it('that was cut short ends with its last whole record', () => {
    for (let length = 12; length < sample.length; length++) {
      expect([...decodeRecording(sample.subarray(0, length))].length).toBeLessThan(3);
    }
    expect([...decodeRecording(sample.subarray(0, sample.length - 1))]).toHaveLength(2);
  });

  it('is refused where it is something else, newer, or damaged', () => {
    const newer = sample.slice();
    newer[8] = 2;
    const damaged = sample.slice();
    damaged[12] = 9;
    const unnamed = sample.slice();
    unnamed[12] = 2;
    for (const [bad, message] of [
      [bytes(1, 2, 3), 'not a recording'],
      [newer, 'of version 2'],
      [damaged, 'damaged at byte 12'],
      [unnamed, 'damaged at byte 12'],
    ] as const) {
      expect(() => [...decodeRecording(bad)]).toThrow(message);
    }
  });

  it('is read or refused, whatever was altered', () => {
    const next = noise(11);
    for (let round = 0; round < 2000; round++) {
      const altered = sample.slice();
      altered[next() % altered.length] = next() >>> 24;
      try {
        for (const { record } of decodeRecording(altered)) expect(record.length).toBeLessThan(sample.length);
      } catch (error) {
        if (!(error instanceof EbpfError)) throw error;
      }
    }
  });

  it('refuses a map whose name is too long', () => {
    expect(() => new RecordingEncoder().record('m'.repeat(70_000), bytes())).toThrow(EbpfError);
  });
});
