import { describe, expect, it } from 'vitest';
import type { Chunk, ConnectionInfo, Exchange, Message, Protocol } from '../contracts/index.js';
import { defineProtocol } from '../define-protocol.js';
import { Pipeline } from './pipeline.js';

interface Line extends Message {
  text: string;
}

/** `?text\n` asks, `=text\n` answers, `!text\n` tells, `*N\n` announces a body of N bytes that belongs to an answer. */
function lineProtocol(overrides: Partial<Protocol> = {}): Protocol {
  return defineProtocol<Line>({
    apiVersion: 1,
    name: 'line',
    description: 'lines',
    support: { versions: ['1'], limits: [] },
    match: 'fifo',
    metric: { name: 'line.duration' },
    detect: {
      rules: [
        { direction: 'request', match: [{ offset: 0, bytes: '?' }] },
        { direction: 'response', match: [{ offset: 0, bytes: '=' }] },
        { direction: 'response', match: [{ offset: 0, bytes: '*' }] },
      ],
    },
    createStream: (_direction, context) => ({
      read({ bytes, start, end }) {
        const newline = bytes.indexOf(10, start);
        if (newline < 0 || newline >= end) return 0;
        const text = String.fromCharCode(...bytes.subarray(start + 1, newline));
        const consumed = newline + 1 - start;
        switch (bytes[start]) {
          case 63:
            context.emit({ kind: 'request', text });
            return consumed;
          case 61:
            context.emit({ kind: 'response', text });
            return consumed;
          case 33:
            context.emit({ kind: 'oneway', text });
            return consumed;
          case 42:
            context.emit({ kind: 'response', text: `body ${text}` });
            return consumed + Number(text);
          default:
            return context.fail('not a line');
        }
      },
    }),
    describe: (request, response) => ({ name: request.text, status: response?.text ?? null, error: null }),
    ...(overrides as object),
  });
}

class Bench {
  readonly seen: Exchange[] = [];
  readonly pipeline: Pipeline;
  #positions = [0, 0];
  time = 1000;

  constructor(protocols = [lineProtocol()]) {
    this.pipeline = new Pipeline({
      protocols,
      clock: { now: () => this.time, toUnixNano: (at) => BigInt(at) },
      redactor: { enabled: false, sql: same, url: same, value: same, header: (_name, value) => value },
      onExchange: (exchange) => this.seen.push(exchange),
    });
  }

  open(info: Partial<ConnectionInfo> = {}) {
    return this.pipeline.open({
      transport: 'tcp',
      role: 'server',
      observed: true,
      local: { address: '10.0.0.1', port: 80 },
      remote: { address: '10.0.0.2', port: 4000 },
      pid: 7,
      fromStart: true,
      protocol: null,
      ...info,
    });
  }

  send(
    connection: ReturnType<Bench['open']>,
    outgoing: boolean,
    text: string,
    options: { lose?: boolean; captured?: number } = {},
  ) {
    const bytes = new TextEncoder().encode(text);
    const position = this.#positions[outgoing ? 1 : 0]!;
    this.#positions[outgoing ? 1 : 0] = position + bytes.length;
    this.time += 10;
    if (options.lose) return;
    const chunk: Chunk = {
      outgoing,
      position,
      length: bytes.length,
      bytes,
      view: new DataView(bytes.buffer),
      start: 0,
      end: Math.min(bytes.length, options.captured ?? bytes.length),
      at: this.time,
      pid: 7,
      tid: 8,
      unit: 0,
      sequence: (5000 + position) >>> 0,
    };
    this.pipeline.data(connection, chunk);
  }

  get pairs() {
    return this.seen.map(
      (exchange) => `${(exchange.request as Line).text}>${(exchange.response as Line | null)?.text ?? '-'}`,
    );
  }
}

const same = (text: string) => text;

describe('pipeline', () => {
  it('pairs a request with its response and measures both', () => {
    const bench = new Bench();
    const c = bench.open();
    bench.send(c, false, '?a\n');
    bench.send(c, true, '=b\n');
    expect(bench.pairs).toEqual(['a>b']);
    const [exchange] = bench.seen;
    expect(exchange).toMatchObject({
      protocol: 'line',
      side: 'server',
      durationNs: 10,
      name: 'a',
      status: 'b',
      error: null,
    });
    expect(exchange!.requestTiming).toEqual({ start: 1010, end: 1010, bytes: 3, sequence: 5000, tid: 8 });
    expect(exchange!.responseTiming).toMatchObject({ start: 1020, end: 1020, bytes: 3, sequence: 5000 });
    expect(exchange!.client).toEqual({ address: '10.0.0.2', port: 4000 });
    expect(exchange!.attributes).toMatchObject({
      'server.port': 80,
      'network.peer.port': 4000,
      'network.type': 'ipv4',
    });
  });

  it('finds the same pairs at every split of the bytes', () => {
    const text = '?a\n?bb\n?c\n';
    for (let cut = 1; cut < text.length; cut++) {
      const bench = new Bench();
      const c = bench.open();
      bench.send(c, false, text.slice(0, cut));
      bench.send(c, false, text.slice(cut));
      for (const byte of '=x\n*4\nbody=z\n') bench.send(c, true, byte);
      expect(bench.pairs).toEqual(['a>x', 'bb>body 4', 'c>z']);
      expect(bench.seen.map((exchange) => exchange.responseTiming!.bytes)).toEqual([3, 7, 3]);
    }
  });

  it('steps over a body that was not captured, and ends the response with its last byte', () => {
    const bench = new Bench();
    const c = bench.open();
    bench.send(c, false, '?a\n?b\n');
    bench.send(c, true, `*100\n${'x'.repeat(60)}`, { captured: 8 });
    bench.send(c, true, `${'x'.repeat(40)}=2\n`);
    expect(bench.pairs).toEqual(['a>body 100', 'b>2']);
    expect(bench.seen[0]!.responseTiming).toMatchObject({ start: 1020, end: 1030, bytes: 105 });
    expect(bench.seen[1]!.responseTiming!.sequence).toBe(5000 + 105);
  });

  it('joins late: holds pairs until the order has proved itself', () => {
    const bench = new Bench();
    const c = bench.open({ fromStart: false, role: null });
    bench.send(c, true, '=stray\n');
    bench.send(c, false, '?a\n');
    bench.send(c, true, '=1\n');
    expect(bench.pairs).toEqual([]);
    bench.send(c, false, '?b\n');
    expect(bench.pairs).toEqual(['a>1']);
    bench.send(c, true, '=2\n');
    expect(bench.pairs).toEqual(['a>1', 'b>2']);
  });

  it('reports no pair when a stray answer shows that the order was shifted', () => {
    const bench = new Bench();
    const c = bench.open({ fromStart: false });
    bench.send(c, false, '?b\n');
    bench.send(c, true, '=answer to an earlier one\n');
    bench.send(c, true, '=answer to b\n');
    bench.send(c, false, '?c\n');
    bench.send(c, true, '=3\n');
    bench.send(c, false, '?d\n');
    expect(bench.pairs).toEqual(['c>3']);
    expect(bench.pipeline.stats().unmatched).toMatchObject({ ambiguous: 1, 'response-without-request': 1 });
  });

  it('trusts the order no longer once an answer came that nobody had asked for', () => {
    const bench = new Bench();
    const c = bench.open();
    bench.send(c, false, '?a\n');
    bench.send(c, true, '=1\n=stray\n');
    bench.send(c, false, '?b\n');
    bench.send(c, true, '=2\n');
    expect(bench.pairs).toEqual(['a>1']);
    bench.send(c, false, '?c\n');
    expect(bench.pairs).toEqual(['a>1', 'b>2']);
  });

  it('joins a client that overlaps requests without a pause, once the queue ran empty often enough', () => {
    const bench = new Bench();
    const c = bench.open({ fromStart: false });
    for (let i = 0; i < 20; i++) {
      bench.send(c, false, `?a${i}\n`);
      bench.send(c, false, `?b${i}\n`);
      bench.send(c, true, `=a${i}\n`);
      bench.send(c, true, `=b${i}\n`);
      if (i === 10) expect(bench.pairs).toEqual([]);
    }
    bench.pipeline.flush();
    expect(bench.pairs).toHaveLength(40);
    expect(bench.pairs.every((pair) => pair.split('>')[0] === pair.split('>')[1])).toBe(true);
    expect(bench.pipeline.stats().unmatched).toEqual({});
  });

  it('counts a lost event as a gap, gives up what it hides, and finds the next message', () => {
    const bench = new Bench();
    const c = bench.open();
    bench.send(c, false, '?a\n');
    bench.send(c, true, '=1\n', { lose: true });
    bench.send(c, false, '?b\n');
    bench.send(c, true, '=2\n');
    bench.send(c, false, '?c\n');
    bench.send(c, true, '=3\n');
    bench.send(c, false, '?d\n');
    expect(bench.pairs).not.toContain('a>2');
    expect(bench.pairs).toContain('c>3');
    expect(bench.pipeline.stats()).toMatchObject({ gaps: 1, gapBytes: 3 });
  });

  it('pairs what was asked before a loss of requests, and nothing behind it until the order is proven', () => {
    const bench = new Bench();
    const c = bench.open();
    bench.send(c, false, '?a\n?b\n?c\n?d\n', { captured: 8 });
    bench.send(c, true, '=a\n=b\n');
    bench.send(c, false, '?e\n');
    expect(bench.pairs).toEqual(['a>a', 'b>b']);
    bench.send(c, true, '=c\n=d\n');
    bench.send(c, true, '=e\n');
    for (const word of ['f', 'g', 'h']) {
      bench.send(c, false, `?${word}\n`);
      bench.send(c, true, `=${word}\n`);
    }
    bench.pipeline.close(c, bench.time);
    expect(bench.pairs).toEqual(['a>a', 'b>b', 'f>f', 'g>g', 'h>h']);
    expect(bench.pipeline.stats().unmatched).toMatchObject({ ambiguous: 1 });
  });

  it('trusts no request that waits once responses are missing', () => {
    const bench = new Bench();
    const c = bench.open();
    bench.send(c, false, '?a\n?b\n?c\n?lost\n', { captured: 9 });
    bench.send(c, true, '=a\n=b\n', { captured: 3 });
    bench.send(c, true, '=c\n');
    bench.pipeline.close(c, bench.time);
    expect(bench.pairs).toEqual(['a>a']);
  });

  it('finds its way after a late start whose first answer went by before answers were seen', () => {
    const bench = new Bench();
    const c = bench.open({ fromStart: false, positions: { outgoing: 0, incoming: 0 } });
    for (let n = 0; n < 50; n++) {
      bench.send(c, false, `?${n}\n`);
      bench.send(c, true, `=${n}\n`, { lose: n === 0 });
    }
    expect(bench.pairs.slice(0, 2)).toEqual(['2>2', '3>3']);
    expect(bench.pairs.every((pair) => pair.split('>')[0] === pair.split('>')[1])).toBe(true);
    expect(bench.pairs.length).toBeGreaterThanOrEqual(47);
  });

  it('takes what it saw and could not recognise for no loss', () => {
    const bench = new Bench();
    const c = bench.open({ positions: { outgoing: 0, incoming: 0 } });
    bench.send(c, true, 'welcome\n');
    for (let n = 0; n < 3; n++) {
      bench.send(c, false, `?${n}\n`);
      bench.send(c, true, `=${n}\n`);
    }
    expect(bench.pipeline.stats().gaps).toBe(0);
    bench.pipeline.close(c, bench.time);
    expect(bench.pairs).toEqual(['0>0', '1>1', '2>2']);
  });

  it('counts the bytes that no parser could read or step over, and no others', () => {
    const bench = new Bench();
    const c = bench.open();
    bench.send(c, false, '?a\n');
    bench.send(c, true, '=1\n');
    expect(bench.pipeline.stats().unreadBytes).toEqual({});
    bench.send(c, false, '?lost\n', { lose: true });
    // The hole shows with the next chunk, whose beginning is no boundary.
    bench.send(c, false, 'rest\n');
    bench.send(c, false, '?b\n');
    bench.send(c, true, '=2\n');
    expect(bench.pipeline.stats().unreadBytes).toEqual({ line: 6 + 5 });
  });

  it('reports a request without an answer when the connection closes, and when it waits too long', () => {
    const bench = new Bench();
    const c = bench.open();
    bench.send(c, false, '?a\n');
    bench.pipeline.close(c, 2000);
    expect(bench.seen[0]).toMatchObject({ response: null, error: 'no response', durationNs: null });
    const late = new Bench();
    const d = late.open();
    late.send(d, false, '?a\n?b\n');
    late.pipeline.tick(late.time + 61e9);
    expect(late.seen.map((exchange) => exchange.error)).toEqual(['timeout', 'timeout']);
    late.send(d, true, '=1\n=2\n');
    late.send(d, false, '?c\n');
    late.send(d, true, '=3\n');
    expect(late.pairs.at(-1)).toBe('c>3');
  });

  it('survives a plugin that tells messages without end of the same bytes', () => {
    const circling = lineProtocol({
      createStream: (_direction: string, context: { emit(message: Message): void }) => ({
        read() {
          context.emit({ kind: 'control' });
          return 0;
        },
      }),
    } as unknown as Partial<Protocol>);
    const bench = new Bench([circling]);
    bench.send(bench.open(), false, '?a\n');
    expect(bench.pipeline.stats().parseErrorReasons).toEqual({ 'line: the parser goes round in circles': 1 });
  });

  it('survives a plugin that throws, and stops trusting a protocol that keeps failing', () => {
    const broken = lineProtocol({
      createStream: () => ({
        read() {
          throw new TypeError('bug');
        },
      }),
    });
    const bench = new Bench([broken]);
    const c = bench.open();
    for (let i = 0; i < 30; i++) bench.send(c, false, '?a\n');
    expect(bench.seen).toEqual([]);
    expect(bench.pipeline.stats().parserFaults).toBeGreaterThan(2);
    expect(c.ignored).toBe(true);
  });

  it('waits for more bytes when a look is too short', () => {
    const bench = new Bench([
      lineProtocol({
        detect: {
          rules: [{ direction: 'request', match: [{ offset: 0, bytes: '?' }] }],
          confirm: ({ start, end }) => (end - start < 3 ? 'more' : 'yes'),
        },
      }),
    ]);
    const c = bench.open({ role: null, fromStart: true });
    for (const byte of '?a\n') bench.send(c, false, byte);
    bench.send(c, true, '=1\n');
    expect(bench.pairs).toEqual(['a>1']);
    expect(bench.seen[0]!.requestTiming).toMatchObject({ start: 1010, end: 1030 });
  });

  it('emits one-way messages at once', () => {
    const bench = new Bench();
    const c = bench.open();
    bench.send(c, false, '?a\n');
    bench.send(c, true, '=1\n!news\n');
    expect(bench.pairs).toEqual(['a>1', 'news>-']);
    expect(bench.seen[1]!.error).toBeNull();
  });
});
