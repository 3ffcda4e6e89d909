import { describe, expect, it } from 'vitest';
import { Head } from './head.js';
import { createResponse } from './messages.js';

/** Reads a text in pieces of `size` characters. Gives the head, the message, and what is left as the body. */
function read(text: string, size = text.length) {
  const head = new Head();
  const message = createResponse(1);
  head.start(message);
  const bytes = Buffer.from(text);
  let body = bytes.length;
  for (let at = 0; at < bytes.length && !head.done; at += size) {
    body = head.feed(bytes, at, Math.min(at + size, bytes.length));
  }
  return { head, message, body: text.slice(body) };
}

describe('the head of an answer', () => {
  it('ends at the empty line, however it is cut', () => {
    const text = 'X-Powered-By: PHP\r\nStatus: 404 Not Found\r\nContent-Type:text/html\r\n\r\n<p>Status: 500\r\n\r\n';
    for (let size = 1; size <= text.length; size++) {
      const { head, message, body } = read(text, size);
      expect(head.done).toBe(true);
      expect(message).toMatchObject({ status: 404, contentType: 'text/html' });
      expect(body, `pieces of ${size}`).toBe('<p>Status: 500\r\n\r\n');
    }
  });

  it('may have lines without CR, and no field at all', () => {
    expect(read('status:  301\n\nx')).toMatchObject({ message: { status: 301 }, body: 'x' });
    expect(read('\r\nx')).toMatchObject({ message: { status: 200 }, body: 'x' });
  });

  it('tells nothing before it ends', () => {
    expect(read('Content-Type: text/plain\r\n')).toMatchObject({ head: { done: false }, message: { status: null } });
  });

  it('tells no status that it was not seen to have', () => {
    const { head, message } = read('Content-Type: text/plain\r\n');
    head.cut();
    expect(head.done).toBe(true);
    expect(message).toMatchObject({ status: null, contentType: 'text/plain' });
  });

  it('keeps no long lines, and does not go on for ever', () => {
    const { message } = read(`X: ${'x'.repeat(5000)}\r\nStatus: 202\r\n\r\n`, 100);
    expect(message.status).toBe(202);
    expect(read('x'.repeat(70_000), 1000).head.done).toBe(true);
  });

  it('serves one answer after another', () => {
    const { head } = read('Location: https://example.org\r\n\r\n');
    const next = createResponse(2);
    head.start(next);
    head.feed(Buffer.from('X: 1\r\n\r\n'), 0, 8);
    expect(next.status).toBe(200);
  });
});
