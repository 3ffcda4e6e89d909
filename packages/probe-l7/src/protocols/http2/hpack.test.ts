import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Case, decodeBlock, readStory } from './hpack.fixture.js';
import { HpackDecoder } from './hpack.js';

const folder = new URL('./samples/hpack/', import.meta.url);
const stories = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => ({ file, cases: readStory(new URL(file, folder)) }));

const whole = (...bytes: number[]) => decodeBlock(new HpackDecoder(true, true), Uint8Array.from(bytes));
const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

/** Decodes blocks from `from` on, without what came before; gives how many fields were unknown, and what was wrong. */
function joinAt(cases: readonly Case[], from: number) {
  const decoder = new HpackDecoder(false, true);
  const wrong: string[] = [];
  let unknown = 0;
  for (const { wire, headers: expected } of cases.slice(from)) {
    const { end, headers } = decodeBlock(decoder, wire);
    if (end !== 'whole' || headers.length !== expected.length) wrong.push(`${end}, ${headers.length} fields`);
    headers.forEach(([name, value], i) => {
      if (name === null || value === null) unknown++;
      if (name !== null && name !== expected[i]?.[0]) wrong.push(`${name} for ${expected[i]?.[0]}`);
      if (value !== null && value !== expected[i]?.[1]) wrong.push(`${value} for ${expected[i]?.[1]}`);
    });
  }
  return { unknown, wrong };
}

describe('header compression on stories of another encoder', () => {
  it.each(stories)('reads every block of $file', ({ cases }) => {
    const decoder = new HpackDecoder(true, true);
    for (const { wire, headers } of cases) expect(decodeBlock(decoder, wire)).toEqual({ end: 'whole', headers });
  });

  it.each(stories)('joined at any block of $file, knows less and nothing wrong', ({ cases }) => {
    let known = Number.POSITIVE_INFINITY;
    for (let from = cases.length - 1; from >= 0; from--) {
      const { unknown, wrong } = joinAt(cases, from);
      expect(wrong, `joined at block ${from}`).toEqual([]);
      if (from === 0) known = unknown;
    }
    expect(known, 'joined at the first block, everything is known').toBe(0);
  });

  it.each(stories)('having missed any block of $file, gives nothing wrong after it', ({ cases }) => {
    for (let missed = 0; missed < cases.length; missed++) {
      const decoder = new HpackDecoder(true, true);
      cases.forEach(({ wire, headers: expected }, index) => {
        if (index === missed) {
          decoder.table.forget();
          return;
        }
        const { headers } = decodeBlock(decoder, wire);
        for (const [i, [name, value]] of headers.entries()) {
          if (name !== null) expect(name).toBe(expected[i]![0]);
          if (value !== null) expect(value).toBe(expected[i]![1]);
        }
      });
    }
  });
});

describe('header compression by the examples of RFC 7541, appendix C', () => {
  it('reads requests with Huffman coding, one after the other (C.4)', () => {
    const decoder = new HpackDecoder(true, true);
    const read = (block: string) => decodeBlock(decoder, hex(block)).headers.map(([, value]) => value);
    expect(read('8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff')).toEqual(['GET', 'http', '/', 'www.example.com']);
    expect(read('8286 84be 5886 a8eb 1064 9cbf')).toEqual(['GET', 'http', '/', 'www.example.com', 'no-cache']);
    expect(read('8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf')).toEqual([
      ...['GET', 'https', '/index.html', 'www.example.com', 'custom-value'],
    ]);
    expect(decoder.table).toMatchObject({ count: 3, size: 164 });
  });

  it('evicts as the encoder does (C.6)', () => {
    const decoder = new HpackDecoder(true, true);
    decoder.table.resize(256);
    const first =
      '4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3';
    expect(decodeBlock(decoder, hex(first)).headers[0]).toEqual([':status', '302']);
    expect(decoder.table).toMatchObject({ count: 4, size: 222 });
    expect(decodeBlock(decoder, hex('4883 640e ffc1 c0bf')).headers[0]).toEqual([':status', '307']);
    expect(decoder.table).toMatchObject({ count: 4, size: 222 });
    expect(decodeBlock(decoder, hex('c2')).end, 'the entry that was evicted').toBe('malformed');
  });
});

describe('header compression of blocks that are not right', () => {
  it.each([
    ['index 0', [0x80]],
    ['an index beyond a table that is known', [0xbe]],
    ['a number without end', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]],
    ['a change of size after a field', [0x82, 0x20]],
    ['a Huffman string with eight bits of padding', [0x00, 0x81, 0xff, 0x00]],
    ['a Huffman string that holds its end', [0x00, 0x84, 0xff, 0xff, 0xff, 0xff, 0x00]],
  ])('refuses %s', (_what, bytes) => {
    expect(whole(...bytes).end).toBe('malformed');
  });

  it('says where a block is cut, and keeps what came before', () => {
    const block = hex('8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff');
    for (let length = 0; length < block.length; length++) {
      const { end, headers } = decodeBlock(new HpackDecoder(true, true), block.subarray(0, length));
      expect(end).toBe(length > 3 ? 'cut' : 'whole');
      expect(headers).toHaveLength(Math.min(length, 3));
    }
  });

  it('takes any bytes, also as a table that was joined late', () => {
    const block = fc.uint8Array({ maxLength: 200 });
    fc.assert(
      fc.property(fc.array(block, { maxLength: 8 }), fc.boolean(), (blocks, fromStart) => {
        const decoder = new HpackDecoder(fromStart);
        for (const bytes of blocks) {
          decodeBlock(decoder, bytes);
          expect(decoder.table.size).toBeLessThanOrEqual(65_536);
        }
      }),
    );
  });

  it('makes no text of a value that nobody reports', () => {
    const decoder = new HpackDecoder(true);
    const cookie = Buffer.concat([hex('6005'), Buffer.from('a=b;c'), hex('be')]);
    expect(decodeBlock(decoder, cookie).headers).toEqual([
      ['cookie', null],
      ['cookie', null],
    ]);
    expect(decoder.table.size).toBe('cookie'.length + 5 + 32);
  });
});
