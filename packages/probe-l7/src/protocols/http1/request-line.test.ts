import { createRedactor } from '@sonde/core';
import { describe, expect, it } from 'vitest';
import { mayBecomeRequestLine, readCutRequestLine, readRequestLine, requestLines } from './request-line.js';

const bytes = (text: string) => Buffer.from(text, 'latin1');
const read = (text: string, masked = true) => readRequestLine(bytes(text), 0, text.length, createRedactor(masked));

describe('readRequestLine', () => {
  it.each([
    ['GET / HTTP/1.1\r\n', 'GET', '/', 'HTTP/1.1'],
    ['OPTIONS * HTTP/1.0\n', 'OPTIONS', '*', 'HTTP/1.0'],
    ['CONNECT shop.example:443 HTTP/1.1\r\n', 'CONNECT', 'shop.example:443', 'HTTP/1.1'],
    ['GET /a b HTTP/1.1\r\n', 'GET', '/a b', 'HTTP/1.1'],
    ['GET /?password=x&a=1 HTTP/1.1\r\n', 'GET', '/?password=?&a=1', 'HTTP/1.1'],
    ['GET //bob:x@h/ HTTP/1.1\r\n', 'GET', '//REDACTED:REDACTED@h/', 'HTTP/1.1'],
    ['GET /cb#access_token=x HTTP/1.1\r\n', 'GET', '/cb#access_token=?', 'HTTP/1.1'],
    ['GET /a;jsessionid=x HTTP/1.1\r\n', 'GET', '/a;jsessionid=REDACTED', 'HTTP/1.1'],
    ['GET /reset/x HTTP/1.1\r\n', 'GET', '/reset/REDACTED', 'HTTP/1.1'],
    ['CONNECT bob:x@h:443 HTTP/1.1\r\n', 'CONNECT', 'REDACTED:REDACTED@h:443', 'HTTP/1.1'],
  ])('reads %j', (text, method, target, version) => {
    expect(read(text)).toEqual({ method, target, version });
  });

  it.each(['GET /\r\n', ' GET / HTTP/1.1\r\n', 'GET / HTTP/2.0\r\n', 'G(T / HTTP/1.1\r\n', '\n'])(
    'finds no request line in %j',
    (text) => expect(read(text)).toBeNull(),
  );

  it('takes lines and waits for beginnings that may become one', () => {
    const may = (text: string) => mayBecomeRequestLine(bytes(text), 0, text.length);
    for (const text of ['', 'GE', 'GET ', 'GET /a', 'GET /a HT', 'GET /a HTTP/1.1\r']) expect(may(text)).toBe(true);
    for (const text of ['GET\x00', 'x'.repeat(65), 'GET x\x01']) expect(may(text)).toBe(false);
  });
});

describe('readCutRequestLine', () => {
  it('reports a target of which enough is there', () => {
    const text = `PUT /${'a'.repeat(300)}`;
    const line = readCutRequestLine(bytes(text), 0, text.length, createRedactor(true));
    expect(line).toEqual({ method: 'PUT', target: text.slice(4), version: 'HTTP/1.1' });
  });

  it.each(['PUT /short', 'P'.repeat(60), 'no request\x00'.padEnd(400)])('reports nothing of %j', (text) => {
    expect(readCutRequestLine(bytes(text), 0, text.length, createRedactor(true))).toBeNull();
  });
});

describe('requestLines', () => {
  it('never shows one agent what another one masks', () => {
    const line = bytes('GET /?token=abc HTTP/1.1\r\n');
    const targets = [false, true, false].map(
      (masked) => requestLines(createRedactor(masked)).take(line, 0, line.length)!.target,
    );
    expect(targets).toEqual(['/?token=abc', '/?token=?', '/?token=abc']);
  });
});
