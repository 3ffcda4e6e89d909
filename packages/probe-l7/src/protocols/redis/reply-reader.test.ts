import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReplyReader } from './reply-reader.js';

/** A reply of any type, with its bytes. */
const reply = fc.letrec<{ any: string }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 5 },
    fc
      .constantFrom('+OK', '-ERR no', ':-5', '_', '#t', ',1.5', ',inf', '(123', '$-1', '*-1', '*0', '%0')
      .map((s) => `${s}\r\n`),
    fc.string({ maxLength: 20 }).map((s) => `$${Buffer.byteLength(s)}\r\n${Buffer.from(s).toString('latin1')}\r\n`),
    fc
      .array(fc.string({ minLength: 1, maxLength: 5, unit: 'grapheme-ascii' }))
      .map((parts) => `$?\r\n${parts.map((p) => `;${p.length}\r\n${p}\r\n`).join('')};0\r\n`),
    fc
      .tuple(fc.constantFrom('*', '~', '>'), fc.array(tie('any'), { maxLength: 4 }))
      .map(([t, all]) => `${t}${all.length}\r\n${all.join('')}`),
    fc
      .array(fc.tuple(tie('any'), tie('any')), { maxLength: 3 })
      .map((all) => `%${all.length}\r\n${all.flat().join('')}`),
    fc.array(tie('any'), { maxLength: 4 }).map((all) => `*?\r\n${all.join('')}.\r\n`),
    fc.tuple(tie('any'), tie('any')).map(([a, b]) => `|1\r\n+k\r\n${a}${b}`),
  ),
})).any;

/** Reads `text` in pieces; gives how many replies it was, and what is left. */
function read(text: string, size: number): { replies: number; left: number; fault: string | null } {
  const bytes = Buffer.from(text, 'latin1');
  const reader = new ReplyReader();
  let at = 0;
  let replies = 0;
  for (let end = Math.min(size, bytes.length); ; end = Math.min(end + size, bytes.length)) {
    while (at < end) {
      const next = reader.advance(bytes, at, end);
      if (reader.fault !== null) return { replies, left: bytes.length - next, fault: reader.fault };
      if (reader.done) {
        replies++;
        reader.reset();
      } else if (next === at) break;
      at = next;
    }
    if (end === bytes.length) return { replies, left: bytes.length - at, fault: null };
  }
}

describe('ReplyReader', () => {
  it('finds the end of any reply, however it is cut', () => {
    fc.assert(
      fc.property(fc.array(reply, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 40 }), (all, size) => {
        expect(read(all.join(''), size)).toEqual({ replies: all.length, left: 0, fault: null });
      }),
      { numRuns: 600 },
    );
  });

  it('never comes beyond what a reply says, nor hangs, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60, unit: fc.constantFrom(...'+-:$*%~>|_#,(!=;.?0123\r\nab') }), (text) => {
        const { left } = read(text, 7);
        expect(left).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 2000 },
    );
  });

  it('follows nesting to a bounded depth', () => {
    expect(read(`${'*1\r\n'.repeat(32)}:1\r\n`, 1000)).toMatchObject({ replies: 1 });
    expect(read(`${'*1\r\n'.repeat(33)}:1\r\n`, 1000)).toMatchObject({ fault: 'not a reply: depth' });
  });
});
