import type { Exchange } from '@sonde/core';
import { describe, expect, it } from 'vitest';
import { Conversation, type Script, toBytes } from '../conversation.fixture.js';
import { mysql } from './index.js';
import type { MysqlResponse } from './messages.js';
import {
  column,
  eof,
  execute,
  ok,
  packet,
  packets,
  prepare,
  prepareOk,
  query,
  resultSet,
  sample,
  text,
} from './packets.fixture.js';

const open = (options = {}) => new Conversation({ protocols: [mysql], mask: false, ...options });
const late = { fromStart: false, role: null, pinned: false } as const;

/** What identifies a pair: the times at which its parts begin, and all that the answer says. */
const pair = (exchange: Exchange) => {
  const response = exchange.response as MysqlResponse | null;
  return `${exchange.startUnixNano} ${exchange.responseTiming?.start} ${exchange.status} ${response?.result} ${response?.rows}`;
};
const whole = (exchange: Exchange) =>
  exchange.response !== null && exchange.response.truncated !== true && exchange.request.truncated !== true;

describe('mysql with parts that nobody captured', () => {
  it('steps over rows and parameters of known length', () => {
    const talk = open({ fromStart: false });
    for (let turn = 0; turn < 2; turn++) {
      talk.client(query('select a')).server(packets(1, '\x01', column('a'), eof()));
      talk.server(packet(4, text('x'.repeat(60_000))), 40).server(packets(5, text('y'), eof()));
      talk.client(execute(5, 'p'.repeat(60_000)), 30).server(packet(1, ok(1)));
    }
    const seen = talk.close();
    expect(seen.map((exchange) => (exchange.response as MysqlResponse).rows)).toEqual([2, undefined, 2, undefined]);
    expect(seen.every(whole)).toBe(true);
    expect(talk.stats.desyncs).toBe(0);
  });

  it('gives the captured part of a statement that was cut', () => {
    const talk = open({ fromStart: false })
      .client(query(`select ${'a'.repeat(500)}`), 60)
      .server(packet(1, ok()));
    const [exchange] = talk.close();
    expect(exchange!.request).toMatchObject({ truncated: true });
    expect(exchange!.request.resource).toMatch(/^select a{40,60}$/);
  });

  it('finds the next answer when the rest of one is missing', () => {
    const talk = open({ fromStart: false })
      .client(query('select 1'))
      .server(packets(1, '\x01', column('a'), eof(), text('a')));
    talk.miss(false, 500).server(packets(9, text('b'), eof()));
    talk.client(query('select 2')).server(resultSet(1, ['c']));
    const seen = talk.close();
    expect(seen.filter(whole).map((exchange) => exchange.request.resource)).toEqual(['select 2']);
  });

  it.each(['text', 'multi', 'prepared', 'mariadb-pipelined', 'infile'])(
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

  it.each(['text', 'multi', 'prepared', 'mariadb-pipelined'])(
    'pairs nothing wrongly when it joins %s at any chunk',
    (name) => {
      const script = sample(name);
      const right = new Set(open().play(script).close().map(pair));
      for (let from = 1; from < script.length; from++) {
        const talk = open(late);
        talk.time += 1000 * from;
        for (const exchange of talk.play(script.slice(from)).close().filter(whole))
          expect([...right]).toContain(pair(exchange));
        expect(talk.stats).toMatchObject({ parserFaults: 0, parseErrors: {} });
      }
    },
  );

  it.each(['text', 'prepared'])('misses no request of %s from where it joins', (name) => {
    const script = sample(name);
    const starts = open()
      .play(script)
      .close()
      .map((exchange) => Number(exchange.startUnixNano));
    // The last chunk is a client's good-bye, too little to be recognised by.
    for (let from = 4; from < script.length - 2; from++) {
      const talk = open(late);
      talk.time += 1000 * from;
      const joined = talk.time;
      const seen = talk.play(script.slice(from)).close();
      const times = seen.map((exchange) => Number(exchange.startUnixNano)).sort();
      expect(times).toEqual(starts.filter((start) => start > joined));
    }
  });

  it('is right from the next command on when it joins in the middle of an answer', () => {
    const rows = Array.from({ length: 50 }, (_, n) => `${n}`);
    const talk = open(late).server(packets(40, ...rows.map(text), eof()));
    for (let i = 0; i < 3; i++) talk.client(query(`select ${i}`)).server(resultSet(1, rows.slice(0, i)));
    const seen = talk.close();
    expect(seen.map((exchange) => (exchange.response as MysqlResponse).rows)).toEqual([0, 1, 2]);
    expect(seen.map((exchange) => exchange.durationNs)).toEqual([1000, 1000, 1000]);
  });

  it('gives up a command whose answer passed before anybody looked', () => {
    const talk = open({ fromStart: false })
      .client(query('select 1'))
      .client(query('select 2'))
      .server(packet(1, ok(7)));
    expect(talk.close().map((exchange) => exchange.request.resource)).toEqual(['select 2']);
    expect(talk.stats.unmatched).toEqual({ abandoned: 1 });
  });

  it('does not believe an answer whose sequence number is not the next', () => {
    const talk = open()
      .client(query('select 1'))
      .server(packet(5, ok()))
      .server(packet(1, ok(3)));
    expect((talk.close()[0]!.response as MysqlResponse).affectedRows).toBe(3);
  });
});

describe('mysql with hostile peers', () => {
  it('survives any bytes, and counts what it could not read', () => {
    let seed = 7;
    const random = () => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fff_ffff;
      return seed >> 4;
    };
    for (let round = 0; round < 300; round++) {
      const script = sample(['text', 'prepared', 'mariadb-pipelined'][round % 3]!).map(([client, data]) => {
        const bytes = Uint8Array.from(toBytes(data));
        for (let i = 0; i < 3; i++) bytes[random() % bytes.length] = random() & 0xff;
        return [client, bytes] as const;
      });
      const talk = open({ fromStart: round % 2 === 0 }).play(script, 1 + (random() % 200));
      talk.close();
      expect(talk.stats.parserFaults).toBe(0);
    }
  });

  it.each([
    ['a command that does not exist', '\x01\0\0\0\x7f', 'unknown command'],
    ['a command without a code', '\0\0\0\0', 'empty command'],
    ['a command out of sequence', '\x01\0\0\x05\x0e', 'packet out of sequence'],
  ])('refuses %s', (_name, bytes, reason) => {
    const talk = open({ fromStart: false }).client(query('select 1')).server(packet(1, ok())).client(bytes);
    talk.close();
    expect(talk.stats.parseErrorReasons).toEqual({ [`mysql: ${reason}`]: 1 });
  });

  it('remembers a bounded number of statements', () => {
    const talk = open({ fromStart: false });
    for (let i = 1; i < 6000; i++) talk.client(prepare(`select ${i}`)).server(packet(1, prepareOk(i, 0, 0)));
    for (const id of [1, 5999]) talk.client(execute(id)).server(packet(1, ok()));
    expect(
      talk
        .close()
        .slice(-2)
        .map((exchange) => exchange.request.resource),
    ).toEqual([null, 'select 5999']);
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
