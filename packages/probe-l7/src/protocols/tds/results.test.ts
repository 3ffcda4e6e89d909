import { describe, expect, it } from 'vitest';
import { ResultReader } from './results.js';
import { type Column, columns, N, reader, row, u16, u32, wide } from './wire.fixture.js';

/** A result whose columns were described. */
function described(...all: Column[]): ResultReader {
  const results = new ResultReader();
  const text = reader(columns(all).slice(1));
  expect(results.beginColumns(text)).toBe(all.length);
  while (results.reading) expect(results.step(text, true)).toBe(0);
  expect(text.left).toBe(0);
  return results;
}

describe('a result', () => {
  const text: Column = ['t', `\xe7${u16(20)}\0\0\0\0\0`, u16(4) + wide('ab')];

  it('has its values one after the other', () => {
    const results = described(N, text);
    const values = reader(row([N, text]).slice(1));
    expect(results.beginRow(values, false)).toBe(true);
    expect(results.step(values, true)).toBe(4);
    values.skip(4);
    expect(results.step(values, true)).toBe(4);
    expect(results.reading).toBe(false);
  });

  it('has no values of a row of which all is null', () => {
    const results = described(N, N, N);
    expect(results.beginRow(reader('\x07'), true)).toBe(true);
    expect(results.reading).toBe(false);
  });

  it('waits for the bits of a row that are not there, and for the length of a value', () => {
    const results = described(...Array.from({ length: 9 }, () => N));
    const half = reader('\xff');
    expect([results.beginRow(half, true), half.overrun, results.reading]).toEqual([true, true, false]);
    const bits = reader('\xfe\xff');
    expect([results.beginRow(bits, true), results.step(bits, true), bits.overrun]).toEqual([true, 0, true]);
    expect(results.step(reader('\x04'), true)).toBe(4);
  });

  it('goes on with a description as soon as it is there whole', () => {
    const results = new ResultReader();
    const all = columns([N, N]).slice(1);
    results.beginColumns(reader(all));
    const cut = reader(all.slice(2, 8));
    expect([results.step(cut, true), cut.overrun]).toEqual([0, true]);
    const whole = reader(all.slice(2));
    expect([results.step(whole, true), results.reading]).toEqual([0, true]);
    expect([results.step(whole, true), results.reading]).toEqual([0, false]);
  });

  it('keeps its columns where the next one has none of its own', () => {
    const results = described(N);
    expect(results.beginColumns(reader(u16(0xffff)))).toBe(0);
    expect(results.beginRow(reader(''), false)).toBe(true);
    results.clear();
    expect(results.beginRow(reader(''), false)).toBe(false);
  });

  it('comes in chunks, of which each has a length', () => {
    const results = described(['c', `\xa5${u16(0xffff)}`, '']);
    const chunks = reader(`${'\xfe'}${'\xff'.repeat(7)}${u32(3)}${u32(5)}${u32(0)}`);
    results.beginRow(chunks, false);
    expect(results.step(chunks, true)).toBe(0);
    expect([results.step(chunks, true), results.step(chunks, true), results.reading]).toEqual([3, 5, true]);
    expect([results.step(chunks, true), results.reading]).toEqual([0, false]);
  });
});
