import { describe, expect, it } from 'vitest';
import { skipHeaders } from './headers.js';
import { HEADERS, reader, u16, u32, wide } from './wire.fixture.js';

const TRACE = `${u32(26)}${u16(3)}${'t'.repeat(20)}`;
const QUERY = `${u32(16)}${u16(1)}${'n'.repeat(10)}`;

describe('headers before a statement', () => {
  it.each([
    ['of a transaction', HEADERS],
    ['of several kinds', u32(4 + 18 + 26 + 16) + HEADERS.slice(4) + TRACE + QUERY],
    ['that are empty', u32(4)],
  ])('%s are stepped over', (_what, text) => {
    const all = reader(`${text}rest`);
    expect(skipHeaders(all)).toBe(true);
    expect(all.at).toBe(text.length);
  });

  it.each([
    ['a statement', wide('SELECT 1 FROM orders')],
    ['a length that is none', `${u32(3)}rest of it`],
    ['a header that reaches beyond all of them', `${u32(22)}${u32(50)}${u16(2)}${'\0'.repeat(40)}`],
    ['a header that is shorter than itself', `${u32(22)}${u32(2)}${u16(2)}${'\0'.repeat(40)}`],
    ['a kind that nobody knows', `${u32(22)}${u32(18)}${u16(9)}${'\0'.repeat(40)}`],
    ['the kind 0', `${u32(22)}${u32(18)}${u16(0)}${'\0'.repeat(40)}`],
  ])('are not there before %s', (_what, text) => {
    const all = reader(text);
    expect(skipHeaders(all)).toBe(false);
    expect(all.at).toBe(0);
  });

  it.each([0, 3, 4, 9])('may still come when %d bytes are there', (count) => {
    const all = reader(HEADERS.slice(0, count));
    expect(skipHeaders(all)).toBeNull();
    expect(all.at).toBe(0);
  });
});
