import { describe, expect, it } from 'vitest';
import { endpoint, unixEndpoint } from './addresses.js';

const v4 = 2;
const v6 = 10;

function view(...bytes: number[]): DataView {
  const memory = new Uint8Array(16);
  memory.set(bytes);
  return new DataView(memory.buffer);
}

function groups(...words: number[]): DataView {
  const result = new DataView(new ArrayBuffer(16));
  words.forEach((word, index) => {
    result.setUint16(2 * index, word);
  });
  return result;
}

describe('endpoint', () => {
  it('writes IPv4 addresses', () => {
    expect(endpoint(view(192, 168, 0, 254), 0, v4, 80)).toEqual({ address: '192.168.0.254', port: 80 });
  });

  it('writes IPv4 addresses of IPv6 sockets as the other end writes them', () => {
    expect(endpoint(view(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 1), 0, v6, 1)?.address).toBe('10.0.0.1');
  });

  // RFC 5952, section 4.
  it.each([
    [groups(0x2001, 0xdb8, 0, 0, 0, 0, 2, 1), '2001:db8::2:1'],
    [groups(0x2001, 0xdb8, 0, 1, 1, 1, 1, 1), '2001:db8:0:1:1:1:1:1'],
    [groups(0x2001, 0, 0, 1, 0, 0, 0, 1), '2001:0:0:1::1'],
    [groups(0x2001, 0xdb8, 0, 0, 1, 0, 0, 1), '2001:db8::1:0:0:1'],
    [groups(0, 0, 0, 0, 0, 0, 0, 1), '::1'],
    [groups(0, 0, 0, 0, 0, 0, 0, 0), '::'],
    [groups(0xfe80, 0, 0, 0, 0, 0, 0, 0), 'fe80::'],
    [groups(1, 2, 3, 4, 5, 6, 7, 0xabcd), '1:2:3:4:5:6:7:abcd'],
  ])('writes IPv6 addresses in their one canonical form (%#)', (bytes, text) => {
    expect(endpoint(bytes, 0, v6, 0)?.address).toBe(text);
  });

  it('knows no other family', () => {
    expect(endpoint(view(), 0, 1, 0)).toBeNull();
  });
});

describe('unixEndpoint', () => {
  const bytes = (text: string, size = 108) => {
    const memory = new Uint8Array(size);
    memory.set(Buffer.from(text, 'latin1'));
    return memory;
  };

  it('ends a path at its NUL', () => {
    expect(unixEndpoint(bytes('/run/x.sock'), 12)).toEqual({ address: '/run/x.sock', port: null });
    expect(unixEndpoint(bytes('/run/x.sock'), 5)).toEqual({ address: '/run/', port: null });
  });

  it('keeps all of an abstract name, and writes @ before it', () => {
    expect(unixEndpoint(bytes('\0name'), 5)).toEqual({ address: '@name', port: null });
  });

  it('has no endpoint for a socket without name, or with a length that lies', () => {
    expect(unixEndpoint(bytes(''), 0)).toBeNull();
    expect(unixEndpoint(bytes('/x'), 109)).toBeNull();
    expect(unixEndpoint(bytes('/x'), -1)).toBeNull();
  });
});
