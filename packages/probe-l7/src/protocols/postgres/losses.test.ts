import type { Exchange } from '@sonde/core';
import { describe, expect, it } from 'vitest';
import { Conversation, type Script, toBytes } from '../conversation.fixture.js';
import {
  bind,
  bound,
  columns,
  execute,
  frame,
  parse,
  parsed,
  query,
  ready,
  row,
  sample,
  sync,
  tag,
} from './frames.fixture.js';
import { postgres } from './index.js';
import type { PostgresRequest, PostgresResponse } from './messages.js';

const open = (options = {}) => new Conversation({ protocols: [postgres], mask: false, ...options });
const big = 100_000;

/** What identifies a pair: the times at which its parts begin, and all that the answer says. */
const pair = (exchange: Exchange) => {
  const response = exchange.response as PostgresResponse | null;
  return `${exchange.startUnixNano} ${exchange.responseTiming?.start} ${exchange.status} ${response?.tag} ${response?.rows}`;
};
/** A request that lost its Execute counts as parse or bind. */
const whole = (exchange: Exchange) =>
  exchange.request.operation !== 'parse' &&
  exchange.request.operation !== 'bind' &&
  exchange.response !== null &&
  exchange.response.truncated !== true &&
  exchange.request.truncated !== true;

describe('postgres with parts that nobody captured', () => {
  it('steps over rows, parameters and copied data of known length', () => {
    const talk = open();
    for (let turn = 0; turn < 2; turn++) {
      talk.client(query('select a')).server(columns('a'));
      talk.server(row('x'.repeat(big)), 50).server(row('y') + tag('SELECT 2') + ready());
      talk
        .client(bind('', 's', 'p'.repeat(big)), 100)
        .client(execute() + sync)
        .server(bound + tag('INSERT 0 1') + ready());
      talk.client(query('copy t from stdin')).server(frame('G', '\0\0\0'));
      talk
        .client(frame('d', 'z'.repeat(big)), 20)
        .client(frame('c'))
        .server(tag('COPY 9') + ready());
    }
    const exchanges = talk.close();
    expect(exchanges.map((exchange) => (exchange.response as PostgresResponse).tag)).toEqual(
      [1, 2].flatMap(() => ['SELECT 2', 'INSERT 0 1', 'COPY 9']),
    );
    expect(exchanges.every(whole)).toBe(true);
    expect(talk.stats.desyncs).toBe(0);
  });

  it('gives the captured part of a statement that was cut', () => {
    const talk = open()
      .client(query(`select ${'a'.repeat(500)}`), 60)
      .server(tag('SELECT 1') + ready());
    talk
      .client(parse('s', `select ${'b'.repeat(500)}`), 60)
      .client(sync)
      .server(parsed + ready());
    const [first, second] = talk.close();
    expect(first!.request).toMatchObject({ operation: 'query', truncated: true });
    expect(first!.request.resource).toMatch(/^select a{40,60}$/);
    expect(second!.request).toMatchObject({ operation: 'parse', statement: 's', truncated: true });
  });

  it('keeps 32 KiB of a statement, however long it is', () => {
    const talk = open()
      .client(query('x'.repeat(200_000)))
      .server(tag('SELECT 1') + ready());
    talk.client(query('select 1')).server(tag('SELECT 1') + ready());
    const [first, second] = talk.close();
    expect(first!.request.resource).toHaveLength(32_768);
    expect(first!.request.truncated).toBe(true);
    expect(second!.request.resource).toBe('select 1');
  });

  it('finds the end of an answer of which the middle is missing', () => {
    const talk = open()
      .client(query('select 1'))
      .server(columns('a') + row('1'));
    talk.miss(false, 5000).server(row('half').slice(3) + tag('SELECT 99') + ready());
    talk.client(query('select 2')).server(tag('SELECT 2') + ready());
    const [first, second] = talk.close();
    expect(first!.response).toMatchObject({ truncated: true, tag: null });
    expect(second!.response).toMatchObject({ tag: 'SELECT 2' });
    expect(talk.stats).toMatchObject({ desyncs: 1, resyncs: 1 });
  });

  it.each(['simple', 'extended', 'copy', 'pgbench-pipeline'])(
    'pairs nothing wrongly with a hole anywhere in %s',
    (name) => {
      const script = sample(name);
      const right = new Set(open().play(script).close().map(pair));
      for (let lost = 0; lost < script.length; lost++) {
        for (const hole of holes(script[lost]![1] as Uint8Array)) {
          const talk = playWithHole(script, lost, hole);
          for (const exchange of talk.close().filter(whole)) expect([...right]).toContain(pair(exchange));
          expect(talk.stats.parserFaults).toBe(0);
        }
      }
    },
  );

  it.each(['simple', 'extended', 'copy', 'pipelined', 'pgbench-pipeline'])(
    'pairs nothing wrongly when it joins %s at any chunk',
    (name) => {
      const script = sample(name);
      const right = new Set(open().play(script).close().map(pair));
      for (let from = 1; from < script.length; from++) {
        const talk = open({ fromStart: false, role: null, pinned: false });
        talk.time += 1000 * from;
        const seen = talk.play(script.slice(from)).close();
        for (const exchange of seen.filter(whole)) expect([...right]).toContain(pair(exchange));
        expect(talk.stats).toMatchObject({ parserFaults: 0, parseErrors: {} });
      }
    },
  );

  it.each(['simple', 'pgbench-pipeline'])('misses no request of %s from where it joins', (name) => {
    const script = sample(name);
    const starts = open()
      .play(script)
      .close()
      .map((exchange) => Number(exchange.startUnixNano));
    // The last chunk is a client's good-bye, too little to be recognised by.
    for (let from = 4; from < script.length - 2; from++) {
      const talk = open({ fromStart: false, role: null, pinned: false });
      talk.time += 1000 * from;
      const joined = talk.time;
      const seen = talk.play(script.slice(from)).close();
      const times = seen.map((exchange) => Number(exchange.startUnixNano)).sort();
      expect(times).toEqual(starts.filter((start) => start > joined));
    }
  });

  it('is right from the next message on when it joins a prepared session', () => {
    const turn: Script = [
      [true, bind('', 'S_7', 'x') + execute() + sync],
      [false, `${bound}${row('1')}${tag('SELECT 1')}${ready()}`],
    ];
    const talk = open({ fromStart: false, role: null, pinned: false }).play([
      ...turn.slice(1),
      ...turn,
      ...turn,
      ...turn,
    ]);
    const seen = talk.close();
    expect(seen.map((exchange) => (exchange.request as PostgresRequest).statement)).toEqual(['S_7', 'S_7', 'S_7']);
    expect(seen.map((exchange) => exchange.durationNs)).toEqual([1000, 1000, 1000]);
  });

  it('gives up a request whose answer passed before anybody looked', () => {
    const one = bind('', 'a') + execute() + sync;
    const talk = open({ fromStart: false })
      .client(one)
      .client(one)
      .server(bound + tag('SELECT 1') + ready());
    expect(talk.close().map((exchange) => exchange.durationNs)).toEqual([1000]);
    expect(talk.stats.unmatched).toEqual({ abandoned: 1 });
  });

  it('trusts nothing unnamed after a loss', () => {
    const talk = open().client(parse('', 'select 1') + bind('', '') + execute() + sync);
    talk.server(parsed + bound + tag('SELECT 1') + ready()).miss(true, 40);
    talk.client(bind('', '') + execute() + sync).server(bound + tag('SELECT 2') + ready());
    const seen = talk.close();
    expect(seen.map((exchange) => exchange.request.resource)).toEqual(['select 1', null]);
  });
});

describe('postgres with hostile peers', () => {
  it('survives any bytes, and counts what it could not read', () => {
    let seed = 42;
    const random = () => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fff_ffff;
      return seed;
    };
    for (let round = 0; round < 300; round++) {
      const script = sample(round % 2 === 0 ? 'simple' : 'extended').map(([client, data]) => {
        const bytes = Uint8Array.from(toBytes(data));
        for (let i = 0; i < 3; i++) bytes[random() % bytes.length] = random() & 0xff;
        return [client, bytes] as const;
      });
      const talk = open({ fromStart: round % 3 !== 0 }).play(script, 1 + (random() % 200));
      talk.close();
      expect(talk.stats.parserFaults).toBe(0);
    }
  });

  it('refuses a length that no message has', () => {
    const talk = open().client(query('select 1')).server('Z\xff\xff\xff\xffI');
    talk.close();
    expect(talk.stats.parseErrorReasons).toEqual({ 'postgres: not a backend message': 1 });
  });

  it('remembers a bounded number of statements', () => {
    const talk = open({ fromStart: false });
    for (let i = 0; i < 3000; i++) talk.client(parse(`s${i}`, `select ${i}`) + sync).server(parsed + ready());
    for (const name of ['s0', 's2999'])
      talk.client(bind('', name) + execute() + sync).server(bound + tag('SELECT 1') + ready());
    expect(
      talk
        .close()
        .slice(-2)
        .map((exchange) => exchange.request.resource),
    ).toEqual([null, 'select 2999']);
  });
});

function holes(bytes: Uint8Array): [number, number][] {
  const all: [number, number][] = [[0, bytes.length]];
  for (let at = 0; at < bytes.length; at += Math.max(1, Math.floor(bytes.length / 12))) {
    all.push([at, Math.min(bytes.length, at + 1)], [at, Math.min(bytes.length, at + 20)], [at, bytes.length]);
  }
  return all;
}

function playWithHole(script: Script, lost: number, [from, to]: [number, number]): Conversation {
  const talk = open();
  script.forEach(([client, data], index) => {
    const bytes = toBytes(data);
    const at = talk.time;
    // However it is cut, a chunk has one time.
    const say = (part: Uint8Array) => {
      talk.time = at;
      return client ? talk.client(part) : talk.server(part);
    };
    if (index !== lost) {
      say(bytes);
      return;
    }
    if (from > 0) say(bytes.subarray(0, from));
    talk.miss(client, to - from);
    if (to < bytes.length) say(bytes.subarray(to));
    talk.time = at + 1000;
  });
  return talk;
}
