import { describe, expect, it } from 'vitest';
import { type FieldValue, HeadScanner, INVALID_LENGTH } from './head.js';

const scanner = new HeadScanner();
let bytes: Buffer;

/** Scans the fields of a head, between bytes that don't belong to it. */
function scan(text: string): number {
  bytes = Buffer.from(`:\n${text}\r\n\r\nhost: trap\r\n\r\n`, 'latin1');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return scanner.scan(bytes, view, 2, 2 + text.length) - 2;
}
const value = ({ start, end }: FieldValue) => (start < 0 ? null : bytes.toString('latin1', start, end));

describe('HeadScanner', () => {
  it('finds the end of a head, after CRLF or LF', () => {
    expect(scan('A: 1\r\nB: 2\r\n\r\nbody')).toBe(14);
    expect(scan('A: 1\nB: 2\n\nbody')).toBe(11);
    expect(scan('\r\nbody')).toBe(2);
    expect(scan('\nbody')).toBe(1);
  });

  it('wants more of a head that goes on, and gives the fields whose lines are whole', () => {
    const head = 'Host: a\r\nUser-Agent: b\r\n\r\n';
    for (let length = 0; length < head.length; length++) expect(scan(head.slice(0, length)), `${length}`).toBe(-3);
    scan('Host: a\r\nUser-Agent: b');
    expect([value(scanner.host), value(scanner.userAgent)]).toEqual(['a', null]);
  });

  it('knows names in any case, and nothing that merely looks like them', () => {
    scan('HOST:a\r\nuser-agent: b\r\nContent-TYPE: c\r\n\r\n');
    expect([value(scanner.host), value(scanner.userAgent), value(scanner.contentType)]).toEqual(['a', 'b', 'c']);
    scan('Host : a\r\nHosts: b\r\nX-Host: c\r\nHos: d\r\n\r\n');
    expect(value(scanner.host)).toBeNull();
  });

  it('keeps nothing of the head before', () => {
    scan('Host: a\r\nUpgrade: h2c\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n');
    scan('Accept: x\r\n\r\n');
    expect([value(scanner.host), value(scanner.upgrade)]).toEqual([null, null]);
    expect(scanner).toMatchObject({ contentLength: -1, transferEncoding: false, chunked: false });
  });

  it('takes the first of several values, without white space around it', () => {
    scan('Host: \t a b \t\r\nHost: c\r\n\r\n');
    expect(value(scanner.host)).toBe('a b');
    scan('Host:\r\n\r\n');
    expect(value(scanner.host)).toBe('');
  });

  it.each([
    ['Content-Length: 0', 0],
    ['Content-Length: 42', 42],
    ['Content-Length: 42, 42 ,42', 42],
    ['Content-Length: 42\r\nContent-Length: 42', 42],
    ['Content-Length: 42\r\nContent-Length: 43', INVALID_LENGTH],
    ['Content-Length: 42,', INVALID_LENGTH],
    ['Content-Length: +42', INVALID_LENGTH],
    ['Content-Length: 4 2', INVALID_LENGTH],
    ['Content-Length: 0x10', INVALID_LENGTH],
    ['Content-Length: x\r\nContent-Length: 5', INVALID_LENGTH],
  ])('reads the length of %j', (field, length) => {
    scan(`${field}\r\n\r\n`);
    expect(scanner.contentLength).toBe(length);
  });

  it.each([
    ['chunked', true],
    ['Chunked', true],
    ['gzip, chunked', true],
    ['chunked, gzip', false],
    ['gzip\r\nTransfer-Encoding: chunked', true],
    ['xchunked', false],
    ['', false],
  ])('reads the last coding of %j', (field, chunked) => {
    scan(`Transfer-Encoding: ${field}\r\n\r\n`);
    expect(scanner).toMatchObject({ transferEncoding: true, chunked });
  });
});
