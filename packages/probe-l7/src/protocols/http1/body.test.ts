import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChunkedBody } from './body.js';

/** Steps over a body that comes in pieces; gives where it ended. */
function read(text: string, size: number): { body: ChunkedBody; end: number } {
  const bytes = Buffer.from(text, 'latin1');
  const body = new ChunkedBody();
  let at = 0;
  for (let end = 0; end < bytes.length && !body.done && body.fault === null; ) {
    end = Math.min(bytes.length, end + size);
    if (at < end) at = body.advance(bytes, at, end);
  }
  return { body, end: at };
}

describe('ChunkedBody', () => {
  it('finds the end of any chunked body, however it is cut', () => {
    const chunk = fc.tuple(
      fc.string({ minLength: 1, maxLength: 300, unit: fc.constantFrom('a', '\r', '\n', '0') }),
      fc.constantFrom('', ';x=y', ' ', '; q="1"'),
    );
    const trailers = fc.array(fc.constantFrom('A: b\r\n', 'Expires: never\r\n'), { maxLength: 2 });
    fc.assert(
      fc.property(
        fc.array(chunk, { maxLength: 5 }),
        trailers,
        fc.integer({ min: 1, max: 60 }),
        (chunks, fields, size) => {
          const data = chunks
            .map(([text, extension]) => `${text.length.toString(16)}${extension}\r\n${text}\r\n`)
            .join('');
          const text = `${data}0\r\n${fields.join('')}\r\n`;
          const { body, end } = read(`${text}next`, size);
          expect(body).toMatchObject({
            done: true,
            fault: null,
            size: chunks.reduce((sum, [part]) => sum + part.length, 0),
          });
          expect(end).toBe(text.length);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('says beyond the window where the next size stands', () => {
    const body = new ChunkedBody();
    expect(body.advance(Buffer.from('400\r\nabc'), 0, 8)).toBe(5 + 1024 + 2);
    expect(body).toMatchObject({ done: false, size: 1024, shortestEnd: 5 });
    expect(body.advance(Buffer.from('0\r\n'), 0, 3)).toBe(3);
    expect(body.shortestEnd).toBe(2);
  });

  it.each([
    ['', null],
    ['zz\r\n', 'chunk size'],
    ['\r\n', 'chunk size'],
    ['-1\r\n', 'chunk size'],
    ['fffffffffffffffff\r\n', 'chunk size'],
    ['3\r\nabcX\r\n', 'chunk end'],
    [`3;${'x'.repeat(5000)}`, 'chunk size'],
  ])('refuses %j with %j', (text, fault) => {
    expect(read(text, 10_000).body.fault).toBe(fault);
  });

  it('begins anew', () => {
    const { body } = read('1\r\na\r\n0\r\n\r\n', 100);
    body.reset();
    expect(body).toMatchObject({ done: false, size: 0, fault: null, shortestEnd: 5 });
  });
});
