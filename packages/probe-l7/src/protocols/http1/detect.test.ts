import type { Direction, Input } from '@sonde/core';
import { describe, expect, it } from 'vitest';
import { Conversation } from '../conversation.fixture.js';
import { detect } from './detect.js';
import { http1 } from './index.js';

const look = (text: string, direction: Direction) => {
  const bytes = Buffer.from(`##${text}##`, 'latin1');
  const input: Input = { bytes, view: new DataView(bytes.buffer), start: 2, end: bytes.length - 2, at: 0 };
  return detect.confirm!(input, direction);
};

describe('recognising http1', () => {
  it.each([
    'GET / HTTP/1.1\r\n',
    'GET / HTTP/1.0\n',
    'M-SEARCH * HTTP/1.1\r\nHOST: x',
    'OPTIONS * HTTP/1.1\r\n\r\n',
    'CONNECT a:443 HTTP/1.1\r\n',
    `GET /${'a'.repeat(1000)}`,
  ])('takes %j for a request', (text) => expect(look(text, 'request')).toBe('yes'));

  it.each(['G', 'GET', 'GET ', 'GET /a', 'GET /a ', 'GET /a HTT', 'GET /a HTTP/1.1', 'PATCH /abc HTTP/1.'])(
    'wants more of %j',
    (text) => expect(look(text, 'request')).toBe('more'),
  );

  it.each([
    'OPTIONS rtsp://a/ RTSP/1.0\r\n',
    'OPTIONS sip:a@b SIP/2.0\r\n',
    'PRI * HTTP/2.0\r\n\r\n',
    'get key\r\n',
    'GET key\r\n',
    'GET  / HTTP/1.1\r\n',
    'GET / HTTP/1.1x',
    'GET /\x01 HTTP/1.1\r\n',
    `${'A'.repeat(30)} / HTTP/1.1\r\n`,
    `GET ${'a'.repeat(1000)}`,
    '\x16\x03\x01\x02\x00',
    ' / HTTP/1.1\r\n',
  ])('takes %j for none', (text) => expect(look(text, 'request')).toBe('no'));

  it('knows a status line', () => {
    for (const text of ['HTTP/1.1 200 OK\r\n', 'HTTP/1.0 404\r\n', 'HTTP/1.1 500 \n'])
      expect(look(text, 'response')).toBe('yes');
    for (const text of ['HTTP/', 'HTTP/1.1 20', 'HTTP/1.1 200']) expect(look(text, 'response')).toBe('more');
    for (const text of ['HTTP/2 200 OK\r\n', 'HTTP/1.1 2000\r\n', 'HTTP/1.1 20x ', 'HTTP/1.1-200 ', 'HTTP/1.1 000 '])
      expect(look(text, 'response')).toBe('no');
  });

  it('finds a connection by either side, whoever was seen first', () => {
    const unknown = { protocols: [http1], pinned: false, role: null, fromStart: false };
    const byRequest = new Conversation(unknown).client('GET /a HTTP/1.1\r\n\r\n');
    expect(byRequest.server('HTTP/1.1 204 x\r\n\r\n').close()[0]).toMatchObject({ name: 'GET /a', status: 204 });
    const byResponse = new Conversation(unknown).server('HTTP/1.1 204 x\r\n\r\n').client('BREW /a HTTP/1.1\r\n\r\n');
    const [exchange] = byResponse.server('HTTP/1.1 418 x\r\nContent-Length: 0\r\n\r\n').close();
    expect(exchange).toMatchObject({ name: 'HTTP /a', status: 418, client: { port: 40_000 } });
  });
});
