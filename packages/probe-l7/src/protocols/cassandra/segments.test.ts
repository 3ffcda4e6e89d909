import { describe, expect, it } from 'vitest';
import { Conversation, type Script, summary } from '../conversation.fixture.js';
import { cassandra } from './index.js';
import { crc24, isLz4Header, isPlainHeader, isSelfContained, originalSize, payloadSize } from './segment.js';
import { done, lz4Literals, lz4Segment, query, ready, rows, segment, startup } from './wire.fixture.js';

const V5 = { version: 5 };
const open = () => new Conversation({ protocols: [cassandra] });
const opening: Script = [
  [true, startup(V5)],
  [false, ready(V5)],
];
const select = (stream: number, table = 'orders') => query(`SELECT * FROM ${table}`, { ...V5, stream });

describe('the header of a segment', () => {
  it.each([
    ['210002', '21628d', 3],
    ['0d0002', 'cf07f7', 3],
    ['6400ca0004', 'e531e4', 5],
  ])('has the checksum that a driver or a node computed: %s', (header, checksum, length) => {
    const bytes = Buffer.from(header + checksum, 'hex');
    expect(crc24(bytes, 0, length)).toBe(bytes.readUIntLE(length, 3));
    expect(length === 3 ? isPlainHeader(bytes, 0) : isLz4Header(bytes, 0)).toBe(true);
  });

  it('is told by its checksum, and by no other', () => {
    const plain = segment(Buffer.alloc(300));
    const lz4 = lz4Segment(Buffer.alloc(70_000), 131_071, false);
    expect([isPlainHeader(plain, 0), isLz4Header(plain, 0)]).toEqual([true, false]);
    expect([isPlainHeader(lz4, 0), isLz4Header(lz4, 0)]).toEqual([false, true]);
    for (let bit = 0; bit < 48; bit++) {
      const damaged = Buffer.from(plain);
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      expect(isPlainHeader(damaged, 0), `bit ${bit}`).toBe(false);
    }
  });

  it('gives the sizes and whether envelopes are whole', () => {
    const lz4 = lz4Segment(Buffer.alloc(70_000), 131_071, false);
    expect([payloadSize(lz4, 0), originalSize(lz4, 0), isSelfContained(lz4, 0, true)]).toEqual([
      70_000,
      131_071,
      false,
    ]);
    const plain = segment(Buffer.alloc(131_071));
    expect([payloadSize(plain, 0), isSelfContained(plain, 0, false)]).toEqual([131_071, true]);
  });
});

describe('cassandra in segments', () => {
  it('reads all envelopes of a segment, in pieces of any size', () => {
    const script: Script = [
      ...opening,
      [true, segment(Buffer.concat([select(1, 'a'), select(2, 'b'), select(3, 'c')]))],
      [false, segment(Buffer.concat([rows(1, { ...V5, stream: 3 }), rows(2, { ...V5, stream: 1 })]))],
      [false, segment(done({ ...V5, stream: 2 }))],
    ];
    const whole = open().play(script).close().map(summary);
    expect(whole.map(({ name }) => name)).toEqual(['STARTUP', 'SELECT c', 'SELECT a', 'SELECT b']);
    for (const size of [1, 5, 64]) expect(open().play(script, size).close().map(summary)).toEqual(whole);
  });

  it('steps over the segments of a long envelope, and counts it whole', () => {
    const answered = rows(30_000, { ...V5, stream: 1 });
    const parts = [0, 131_071, 262_142, 393_213]
      .map((at) => answered.subarray(at, at + 131_071))
      .filter((p) => p.length);
    const talk = open()
      .play(opening)
      .client(segment(select(1)))
      .play(
        parts.map((part) => [false, segment(part, false)] as const),
        1400,
      )
      .client(segment(select(1, 'next')))
      .server(segment(done({ ...V5, stream: 1 })));
    const exchanges = talk.close();
    expect(exchanges.map(({ name }) => name)).toEqual(['STARTUP', 'SELECT orders', 'SELECT next']);
    expect(exchanges[1]!.response).toMatchObject({ rows: 30_000 });
    expect(exchanges[1]!.responseTiming!.bytes).toBe(answered.length + parts.length * 10);
  });

  it('reads segments that are compressed, and those that are not worth it', () => {
    const asked = Buffer.concat([select(1, 'a'), select(2, 'b')]);
    const talk = open()
      .client(startup(V5, 'lz4'))
      .server(ready(V5))
      .client(lz4Segment(lz4Literals(asked), asked.length))
      .server(lz4Segment(Buffer.concat([done({ ...V5, stream: 2 }), rows(3, { ...V5, stream: 1 })]), 0));
    expect(talk.close().map(({ name, status }) => `${name} ${status}`)).toEqual([
      'STARTUP OK',
      'SELECT b OK',
      'SELECT a OK',
    ]);
  });

  it('joins a connection at a segment, whichever side speaks first', () => {
    for (const [first, second] of [
      [true, false],
      [false, true],
    ] as const) {
      const talk = new Conversation({ protocols: [cassandra], fromStart: false });
      const say = (client: boolean, stream: number) =>
        client ? talk.client(segment(select(stream))) : talk.server(segment(done({ ...V5, stream })));
      say(first, 8);
      say(second, 8);
      talk.client(segment(select(9))).server(segment(done({ ...V5, stream: 9 })));
      expect(talk.close().filter(({ response }) => response !== null).length, `${first}`).toBeGreaterThan(0);
    }
  });

  it('refuses a header whose checksum is wrong, and finds the next segment', () => {
    const bad = segment(select(1, 'lost'));
    bad[3]! ^= 1;
    const talk = open()
      .play(opening)
      .client(bad)
      .client(segment(select(2)))
      .server(segment(done({ ...V5, stream: 2 })));
    expect(talk.close().map(({ name }) => name)).toEqual(['STARTUP', 'SELECT orders']);
    expect(talk.stats.parseErrors).toEqual({ cassandra: 1 });
  });

  it('refuses what is no LZ4', () => {
    const junk = Buffer.from([0x0f, 0xff, 0xff, 0x00]);
    const talk = open()
      .play(opening)
      .client(lz4Segment(junk, 500))
      .client(lz4Segment(select(2), 0));
    talk.server(lz4Segment(done({ ...V5, stream: 2 }), 0));
    expect(talk.close().map(({ name }) => name)).toEqual(['STARTUP', 'SELECT orders']);
    expect(talk.stats.parseErrors).toEqual({ cassandra: 1 });
  });
});
