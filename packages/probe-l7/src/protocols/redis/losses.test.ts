import { describe, expect, it } from 'vitest';
import { Conversation } from '../conversation.fixture.js';
import { redis } from './index.js';
import type { RedisRequest, RedisResponse } from './messages.js';

const start = (options = {}) => new Conversation({ protocols: [redis], ...options });
const command = (...words: string[]) =>
  `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`;
const bulk = (text: string) => `$${text.length}\r\n${text}\r\n`;

describe('redis with parts that nobody captured', () => {
  it('steps over values of known length', () => {
    const talk = start();
    for (const key of ['a', 'b']) {
      talk.client(command('SET', key, 'x'.repeat(50_000)), 40).server('+OK\r\n');
      talk.client(command('GET', key)).server(bulk('x'.repeat(50_000)), 20);
    }
    const exchanges = talk.close();
    expect(exchanges.map((e) => [e.name, e.request.truncated, e.response?.truncated])).toEqual(
      ['SET', 'GET', 'SET', 'GET'].map((name) => [name, undefined, undefined]),
    );
    expect(exchanges[1]!.responseTiming!.bytes).toBe(50_010);
    expect(talk.stats.desyncs).toBe(0);
  });

  it('gives the captured part of a key that was cut', () => {
    const talk = start()
      .client(command('GET', 'k'.repeat(300)), 100)
      .server('$-1\r\n');
    const [exchange] = talk.close();
    expect(exchange!.request).toMatchObject({ truncated: true, argCount: 1 });
    expect(exchange!.request.resource).toMatch(/^k{50,99}$/);
  });

  it('reports a command whose last arguments went unseen, and the next', () => {
    const talk = start()
      .client(command('MSET', ...Array(200).fill('abcd')), 300)
      .server('+OK\r\n');
    talk.client(command('GET', 'next')).server('$-1\r\n');
    expect(talk.close().map((e) => [e.request.resource, e.request.truncated, e.status])).toEqual([
      ['abcd', true, 'OK'],
      ['next', undefined, 'OK'],
    ]);
    expect(talk.stats.desyncs).toBe(0);
  });

  it('reports an array of which only the beginning was captured, whatever the rest looks like', () => {
    const talk = start().client(command('LRANGE', 'l', '0', '-1'));
    talk.server(`*1000\r\n${bulk('abcd').repeat(400)}`, 200);
    for (let i = 0; i < 3; i++) talk.server(bulk('abcd').repeat(200), 100);
    talk.client(command('GET', 'next')).server(bulk('n'));
    const exchanges = talk.close();
    expect(exchanges.map((e) => [e.name, e.response?.truncated])).toEqual([
      ['LRANGE', true],
      ['GET', undefined],
    ]);
    expect(exchanges[0]!.response).toMatchObject({ count: 1000 });
  });

  it('pairs nothing wrongly with a hole at any place', () => {
    const words = ['a', 'bb', 'ccc', 'dddd', 'eeeee'];
    const requests = words.map((word) => command('ECHO', word));
    const responses = words.map((word, i) => (i === 2 ? `*2\r\n${bulk(word)}:3\r\n` : bulk(word)));
    const sizes = [1, 2, -1, 4, 5];
    for (const holeInRequests of [true, false]) {
      const total = (holeInRequests ? requests : responses).join('').length;
      for (let at = 0; at < total; at++) {
        const talk = start({ mask: false });
        let passed = 0;
        const say = (fromClient: boolean, text: string) => {
          const hole = fromClient === holeInRequests ? at - passed : -1;
          if (fromClient === holeInRequests) passed += text.length;
          const send = (part: string) => part && (fromClient ? talk.client(part) : talk.server(part));
          if (hole < 0 || hole >= text.length) {
            send(text);
            return;
          }
          send(text.slice(0, hole));
          talk.miss(fromClient, Math.min(9, text.length - hole));
          send(text.slice(hole + 9));
        };
        words.forEach((_, i) => {
          say(true, requests[i]!);
          say(false, responses[i]!);
        });
        for (const exchange of talk.close()) {
          const request = exchange.request as RedisRequest;
          const response = exchange.response as RedisResponse | null;
          if (response === null || request.truncated || response.truncated) continue;
          const index = words.indexOf(request.resource!);
          const size = response.type === 'array' ? -1 : response.length;
          expect([request.resource, size], `hole at ${at}`).toEqual([request.resource, sizes[index]]);
        }
      }
    }
  });

  it('joins a pipeline in its middle at the next whole command', () => {
    const talk = start({ fromStart: false, role: null, pinned: false });
    talk.client(`alue\r\n${command('GET', '1')}`).server(`${bulk('old')}${bulk('one')}`);
    talk.client(command('GET', '2') + command('GET', '3')).server(bulk('two') + bulk('three'));
    talk.client(command('GET', '4')).server(bulk('four'));
    const pairs = talk.close().map((e) => `${e.request.resource} ${(e.response as RedisResponse).length}`);
    for (const pair of pairs) expect(['1 3', '2 3', '3 5', '4 4']).toContain(pair);
    expect(pairs).toContain('4 4');
  });
});

describe('redis and a hostile peer', () => {
  it.each([
    '*-x\r\n',
    '*99999999999\r\n',
    `*${'1'.repeat(40)}`,
    '*1\r\n:1\r\n',
    '*1\r\n$-1\r\n',
    '*1\r\n$99999999999999\r\n',
    '*1\r\n$3\r\nGETx\r\n',
    '*1\r\n$3\r\n\0\0\0\r\n',
    'POST / HTTP/1.1\r\n\r\n',
    '\x16\x03\x01\x00\xa5\x01\n',
    'SET "unclosed\r\n',
    'x'.repeat(20_000),
  ])('refuses what is no command (%j)', (text) => {
    const talk = start().client(text);
    expect(talk.close()).toEqual([]);
    expect(talk.stats.parseErrors).toEqual({ redis: 1 });
  });

  it.each([
    'x\r\n',
    ':1x\r\n',
    '$5\r\nabcdefg\r\n',
    '$-2\r\n',
    '*1\r\n?\r\n',
    '#y\r\n',
    '_x\r\n',
    '.\r\n',
    ';1\r\n',
    `${'*1\r\n'.repeat(40)}`,
    ':'.padEnd(100, '1'),
  ])('counts what is no reply and goes on (%j)', (text) => {
    const talk = start().client(command('GET', '1')).server(text);
    expect(talk.stats.parseErrors).toEqual({ redis: 1 });
    talk.client(command('GET', '2')).server(bulk('a')).client(command('GET', '3')).server(bulk('a'));
    expect(talk.close().map((e) => e.request.resource)).toContain('3');
  });

  it('costs a bounded amount when commands never end', () => {
    const talk = start().client('*1000000\r\n$3\r\nDEL\r\n');
    const began = process.cpuUsage().user;
    for (let i = 0; i < 3000; i++) talk.client(`$100\r\n${'k'.repeat(100)}\r\n`.repeat(10));
    expect(process.cpuUsage().user - began).toBeLessThan(2e6);
    expect((talk.close()[0]?.request as RedisRequest | undefined)?.args.length ?? 0).toBeLessThanOrEqual(32);
  });
});
