import { describe, expect, it } from 'vitest';
import { readStatusLine } from './status-line.js';

const read = (text: string) => readStatusLine(Buffer.from(text, 'latin1'), 0, text.length);

describe('readStatusLine', () => {
  it.each([
    ['HTTP/1.1 200 OK\r\n', 200, 'OK', 'HTTP/1.1'],
    ['HTTP/1.0 404 Not Found\n', 404, 'Not Found', 'HTTP/1.0'],
    ['HTTP/1.1 204 \r\n', 204, null, 'HTTP/1.1'],
    ['HTTP/1.1 999\r\n', 999, null, 'HTTP/1.1'],
  ])('reads %j', (text, status, reason, version) => {
    expect(read(text)).toEqual({ status, reason, version });
  });

  it.each(['HTTP/1.1 20\r\n', 'HTTP/2.0 200 OK\r\n', 'HTTP/1.1 0x0 OK\r\n', 'HTTP/1.1 099 Low\r\n', '\n'])(
    'finds no status line in %j',
    (text) => expect(read(text)).toBeNull(),
  );
});
