import { describe, expect, it } from 'vitest';
import { detect, requestBoundary } from './detect.js';
import { begin, pairs, record, request } from './wire.fixture.js';

const input = (bytes: Uint8Array) => {
  const own = Uint8Array.from(bytes);
  return { bytes: own, view: new DataView(own.buffer), start: 0, end: own.length, at: 0 };
};
const confirm = (bytes: Uint8Array, direction: 'request' | 'response' = 'request') =>
  detect.confirm!(input(bytes), direction);

describe('recognition of fastcgi', () => {
  it.each([
    ['a request', request(1, { REQUEST_METHOD: 'GET' })],
    ['the beginning of one', begin(0x1234, 2, 0)],
    ['a question', record(9, 0, pairs({ FCGI_MAX_CONNS: '' }))],
  ])('knows %s, and waits for it', (_, bytes) => {
    expect(confirm(bytes)).toBe('yes');
    for (let end = 1; end < Math.min(16, bytes.length); end++) expect(confirm(bytes.subarray(0, end))).not.toBe('no');
    expect(confirm(bytes, 'response')).toBe('no');
  });

  it.each([
    ['another version', '02010001000800000001000000000000'],
    ['request 0', '01010000000800000001000000000000'],
    ['a role that is none', '01010001000800000004000000000000'],
    ['flags that are none', '01010001000800000001020000000000'],
    ['reserved bytes that are set', '01010001000800000001000000000001'],
    ['a body of another length', '01010001000900000001000000000000'],
    ['what is no record behind it', '010100010008000000010000000000000504030201000000'],
    ['a record of the application behind it', '010100010008000000010000000000000106000100000000'],
    ['a question for something else', '0109000000080000040048454c4f'],
  ])('turns down %s', (_, hex) => {
    expect(confirm(Buffer.from(hex, 'hex'))).toBe('no');
  });

  it('finds a request within a chunk', () => {
    const rest = Buffer.from('0101000100'.repeat(5), 'hex');
    expect(requestBoundary(input(Buffer.concat([rest, begin(1)])))).toBe(rest.length);
    expect(requestBoundary(input(rest))).toBe(-1);
  });
});
