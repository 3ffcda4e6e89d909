import { describe, expect, it } from 'vitest';
import { Conversation, type Script, summary } from '../conversation.fixture.js';
import { redis } from './index.js';
import type { RedisRequest, RedisResponse } from './messages.js';

const start = (options = {}) => new Conversation({ protocols: [redis], ...options });

/** A command as clients send it. */
const command = (...words: string[]) =>
  `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word, 'latin1')}\r\n${word}\r\n`).join('')}`;

/** A talk with most of what Redis has. */
const TALK: Script = [
  [true, command('HELLO', '3', 'AUTH', 'default', 'secret')],
  [false, '%2\r\n$6\r\nserver\r\n$5\r\nredis\r\n$5\r\nproto\r\n:3\r\n'],
  [true, command('set', 'user:1', 'a value', 'EX', '10')],
  [false, '+OK\r\n'],
  [true, `${command('GET', 'user:1')}${command('GET', 'none')}${command('INCR', 'user:1')}PING\r\n`],
  [false, '$7\r\na value\r\n_\r\n-WRONGTYPE Operation against a key\r\n+PONG\r\n'],
  [true, command('HGETALL', 'h')],
  [false, '|1\r\n+ttl\r\n:3600\r\n%1\r\n$1\r\nf\r\n*2\r\n:1\r\n%0\r\n'],
  [false, '>2\r\n$10\r\ninvalidate\r\n*1\r\n$6\r\nuser:1\r\n'],
  [true, command('MULTI') + command('SET', 'a', '1') + command('LRANGE', 'l', '0', '-1') + command('EXEC')],
  [false, '+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n+OK\r\n*3\r\n$1\r\nx\r\n$-1\r\n-ERR inner\r\n'],
  [true, command('EVAL', "return redis.call('get', KEYS[1])", '1', 'k', 'argument')],
  [false, '!21\r\nSYNTAX invalid syntax\r\n'],
  [true, command('MSET', 'a', '1', 'b', '2') + command('CONFIG', 'SET', 'requirepass', 'secret')],
  [false, '+OK\r\n=15\r\ntxt:Some string\r\n'],
  [true, command('ZSCORE', 'z', 'm') + command('X') + command('DEBUG', 'BIG') + command('SMEMBERS', 's')],
  [false, ',-1.5e3\r\n#t\r\n(-3492890328409238509324850943850943825024385\r\n~2\r\n+a\r\n+b\r\n'],
  [true, command('XRANGE', 's', '-', '+') + command('GET', 'stream')],
  [false, '*?\r\n:1\r\n*?\r\n+a\r\n.\r\n.\r\n$?\r\n;4\r\nHell\r\n;1\r\no\r\n;0\r\n'],
  [true, command('BLPOP', 'q', '0')],
  [false, '*-1\r\n'],
  [true, command('LPUSH', 'q', 'x'.repeat(3000))],
  [false, ':1\r\n'],
];

describe('redis', () => {
  it('reads a talk with every type of reply', () => {
    const exchanges = start().play(TALK).close();
    const seen = exchanges.map((e) => [
      e.name,
      e.request.resource,
      (e.response as RedisResponse | null)?.type,
      e.error,
    ]);
    expect(seen).toEqual([
      ['HELLO', '3', 'map', null],
      ['SET', 'user:1', 'simple', null],
      ['GET', 'user:1', 'bulk', null],
      ['GET', 'none', 'nil', null],
      ['INCR', 'user:1', 'error', 'WRONGTYPE'],
      ['PING', null, 'simple', null],
      ['HGETALL', 'h', 'map', null],
      ['INVALIDATE', null, undefined, null],
      ['MULTI', null, 'simple', null],
      ['SET', 'a', 'simple', null],
      ['LRANGE', 'l', 'simple', null],
      ['EXEC', null, 'array', null],
      ['EVAL', 'k', 'error', 'SYNTAX'],
      ['MSET', 'a', 'simple', null],
      ['CONFIG SET', 'SET', 'verbatim', null],
      ['ZSCORE', 'z', 'double', null],
      ['X', null, 'boolean', null],
      ['DEBUG BIG', 'BIG', 'bignum', null],
      ['SMEMBERS', 's', 'set', null],
      ['XRANGE', 's', 'array', null],
      ['GET', 'stream', 'bulk', null],
      ['BLPOP', 'q', 'nil', null],
      ['LPUSH', 'q', 'integer', null],
    ]);
  });

  it('says the same however the bytes are cut', () => {
    const whole = start().play(TALK).close().map(summary);
    for (const size of [1, 2, 3, 5, 7, 13, 100]) {
      const talk = start().play(TALK, size);
      expect(talk.close().map(summary), `pieces of ${size}`).toEqual(whole);
      expect(talk.stats.parseErrors).toEqual({});
      expect(talk.stats.unmatched).toEqual({});
    }
  });

  it('gives what a command and its reply say', () => {
    const [exchange] = start()
      .client(command('LRANGE', 'mylist', '0', '299'))
      .server('*2\r\n:1\r\n:2\r\n')
      .close();
    expect(exchange!.request).toEqual({
      kind: 'request',
      operation: 'LRANGE',
      resource: 'mylist',
      args: ['mylist', '0', '299'],
      argCount: 3,
      database: 0,
    });
    expect(exchange!.response).toEqual({ kind: 'response', type: 'array', count: 2 });
    expect(exchange).toMatchObject({ status: 'OK', error: null });
  });

  it('gives status, prefix and text of an error, without the arguments that Redis quotes', () => {
    const talk = start().client(command('FOO', 'secret') + command('GET', 'abcd'));
    talk.server(
      "-ERR unknown command 'FOO', with args beginning with: 'secret' \r\n-NOAUTH Authentication required.\r\n",
    );
    const [unknown, denied] = talk.close();
    expect(unknown).toMatchObject({ status: 'ERR', error: 'ERR', response: { message: 'ERR unknown command ?' } });
    expect(denied).toMatchObject({ error: 'NOAUTH', response: { message: 'NOAUTH Authentication required.' } });
  });

  it.each([
    [['ACL', 'SETUSER'], "ERR Error in modifier '>it's pw': Syntax error", 'ERR Error in modifier ?: Syntax error'],
    [['GET', 'k'], "ERR no such thing as 'pw", 'ERR no such thing as ?'],
    [['EVALSHA', 'abc', '0'], 'ERR user_script:1: pw', 'ERR ?'],
    [['FCALL', 'f', '0'], 'pw', 'ERR ?'],
    [['GET', 'k'], 'MOVED 3999 127.0.0.1:6381', 'MOVED 3999 127.0.0.1:6381'],
  ])('masks what the error of %j quotes: %s', (words, error, message) => {
    const [exchange] = start()
      .client(command(...words))
      .server(`-${error}\r\n`)
      .close();
    expect((exchange!.response as RedisResponse).message).toBe(message);
    const [plain] = start({ mask: false })
      .client(command(...words))
      .server(`-${error}\r\n`)
      .close();
    expect((plain!.response as RedisResponse).message).toBe(error);
  });

  it.each([
    [['AUTH', 'user', 'pw'], ['?', '?'], null],
    [['HELLO', '3', 'AUTH', 'u', 'pw'], ['3', '?', '?', '?'], '3'],
    [['SET', 'k', 'v', 'EX', '1'], ['k', '?', '?', '?'], 'k'],
    [['MSET', 'a', 'v', 'b', 'v'], ['a', '?', 'b', '?'], 'a'],
    [['HSET', 'h', 'f', 'v', 'g', 'v'], ['h', 'f', '?', 'g', '?'], 'h'],
    [['CONFIG', 'SET', 'requirepass', 'pw'], ['SET', 'requirepass', '?'], 'SET'],
    [['ACL', 'SETUSER', 'bob', '>pw'], ['SETUSER', 'bob', '?'], 'SETUSER'],
    [['MIGRATE', 'h', '1', 'k', '0', '9', 'AUTH', 'pw'], ['h', '1', 'k', '0', '9', '?', '?'], 'h'],
    [['JSON.SET', 'doc', '$', '{}'], ['doc', '?', '?'], 'doc'],
    [['PUBLISH', 'orders', 'body'], ['orders', '?'], 'orders'],
    [['ECHO', 'text'], ['?'], null],
    [['AUHT', 'pw'], ['?'], null],
    [['EVAL', "return 'pw'", '1', 'k', 'pw'], ['?', '1', 'k', '?'], 'k'],
    [['EVAL', "return 'pw'", '0', 'pw'], ['?', '0', '?'], null],
    [['EVAL', "return 'pw'", '9', 'pw'], ['?', '9', '?'], null],
    [['EVAL', "return 'pw'", 'pw', 'pw'], ['?', '?', '?'], null],
    [['FCALL', 'f', '1', 'k', 'pw'], ['f', '1', 'k', '?'], 'f'],
    [['CLIENT', 'SETNAME', 'pw'], ['SETNAME', '?'], 'SETNAME'],
    [['DEBUG', 'SET', 'pw'], ['SET', '?'], 'SET'],
    [['LATENCY', 'pw1'], ['?'], null],
    [['CONFIG', 'FOO', 'pw', 'pw'], ['FOO', '?', '?'], 'FOO'],
    [['COMMAND', 'GETKEYS', 'AUTH', 'pw'], ['GETKEYS', '?', '?'], 'GETKEYS'],
  ])('masks the values of %j', (words, args, resource) => {
    const [exchange] = start()
      .client(command(...words))
      .server('+OK\r\n')
      .close();
    expect(exchange!.request).toMatchObject({ args, resource, argCount: words.length - 1 });
    const [open] = start({ mask: false })
      .client(command(...words))
      .server('+OK\r\n')
      .close();
    expect((open!.request as RedisRequest).args).toEqual(words.slice(1));
  });

  it('knows the selected database', () => {
    const talk = start().client(command('SELECT', '3')).server('+OK\r\n').client(command('SELECT', '99'));
    talk.server('-ERR DB index is out of range\r\n').client(command('GET', 'a')).server('$-1\r\n');
    talk.client(command('MULTI')).server('+OK\r\n').client(command('SELECT', '5')).server('+QUEUED\r\n');
    talk.client(command('EXEC')).server('*1\r\n+OK\r\n').client(command('GET', 'b')).server('$-1\r\n');
    expect(talk.close().map((e) => (e.request as RedisRequest).database)).toEqual([0, 3, 3, 3, 3, null, null]);
    const late = start({ fromStart: false }).client(command('GET', 'a')).server('$-1\r\n');
    expect(late.close()[0]!.request).toMatchObject({ database: null });
  });

  it('takes inline commands with quotes', () => {
    const talk = start({ mask: false }).client(`SET "a key" 'v \\x' "q\\"r"\r\n\r\nget k\n`).server('+OK\r\n$-1\r\n');
    expect(talk.close().map((e) => (e.request as RedisRequest).args)).toEqual([['a key', 'v \\x', 'q\\"r'], ['k']]);
  });

  it('lists some of very many arguments and counts all', () => {
    const keys = Array.from({ length: 5000 }, (_, i) => `key:${i}`);
    const talk = start().play(
      [
        [true, command('DEL', ...keys)],
        [false, ':5000\r\n'],
      ],
      1000,
    );
    const request = talk.close()[0]!.request as RedisRequest;
    expect(request).toMatchObject({ argCount: 5000, resource: 'key:0' });
    expect(request.args).toHaveLength(32);
  });
});

describe('redis and channels', () => {
  const message = (kind: string, ...rest: string[]) =>
    `*${rest.length + 1}\r\n${[kind, ...rest].map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`;
  const confirm = (type: string, kind: string, channel: string, count: number) =>
    `${type}3\r\n$${kind.length}\r\n${kind}\r\n$${channel.length}\r\n${channel}\r\n:${count}\r\n`;

  it.each(['*', '>'])('confirms a subscription once for all channels, and reports messages one-way (%s)', (type) => {
    const talk = start().client(command('SUBSCRIBE', 'a', 'b'));
    talk.server(confirm(type, 'subscribe', 'a', 1)).server(confirm(type, 'subscribe', 'b', 2));
    talk.server(message('message', 'a', 'hello').replace('*', type)).client(command('PSUBSCRIBE', 'p*'));
    talk.server(confirm(type, 'psubscribe', 'p*', 3) + message('pmessage', 'p*', 'p1', 'x').replace('*', type));
    talk.client(command('PING')).server('*2\r\n$4\r\npong\r\n$0\r\n\r\n');
    talk
      .client(command('UNSUBSCRIBE'))
      .server(confirm(type, 'unsubscribe', 'a', 2) + confirm(type, 'unsubscribe', 'b', 1));
    const exchanges = talk.close();
    expect(exchanges.map((e) => [e.name, e.request.resource, e.status])).toEqual([
      ['SUBSCRIBE', 'a', 'OK'],
      ['MESSAGE', 'a', null],
      ['PSUBSCRIBE', 'p*', 'OK'],
      ['PMESSAGE', 'p1', null],
      ['PING', null, 'OK'],
      ['UNSUBSCRIBE', null, 'OK'],
    ]);
    expect(talk.stats.unmatched).toEqual({});
  });

  it('takes an array that begins with "message" for a reply where nobody subscribed', () => {
    const talk = start()
      .client(command('LRANGE', 'l', '0', '-1'))
      .server(message('message', 'a', 'b'));
    expect(talk.close()[0]).toMatchObject({ name: 'LRANGE', response: { type: 'array', count: 3 } });
  });

  it('is no subscriber any more once the last channel is left', () => {
    const talk = start()
      .client(command('SUBSCRIBE', 'a'))
      .server(confirm('*', 'subscribe', 'a', 1));
    talk.client(command('UNSUBSCRIBE')).server(confirm('*', 'unsubscribe', 'a', 0));
    talk.client(command('LRANGE', 'l', '0', '-1')).server(message('message', 'a', 'b'));
    expect(talk.close().map((e) => e.name)).toEqual(['SUBSCRIBE', 'UNSUBSCRIBE', 'LRANGE']);
  });

  it('sees the messages of a subscriber whom it joins late', () => {
    const talk = start({ fromStart: false }).server('ge\r\n$1\r\nx\r\n');
    talk.server(message('message', 'a', 'x')).server(message('message', 'b', 'y'));
    expect(talk.close().map((e) => e.request.resource)).toEqual(['a', 'b']);
  });
});

describe('redis and replies that are left out', () => {
  it('awaits none while the client wants none', () => {
    const talk = start().client(
      command('CLIENT', 'REPLY', 'OFF') + command('SET', 'a', '1') + command('CLIENT', 'REPLY', 'ON'),
    );
    talk
      .server('+OK\r\n')
      .client(command('CLIENT', 'REPLY', 'SKIP') + command('SET', 'b', '1') + command('GET', 'b'))
      .server('$1\r\n1\r\n');
    expect(talk.close().map((e) => [e.name, e.request.resource, e.status])).toEqual([
      ['CLIENT REPLY', 'REPLY', null],
      ['SET', 'a', null],
      ['CLIENT REPLY', 'REPLY', 'OK'],
      ['CLIENT REPLY', 'REPLY', null],
      ['SET', 'b', null],
      ['GET', 'b', 'OK'],
    ]);
    expect(talk.stats.unmatched).toEqual({});
  });

  it('steps over what MONITOR shows, until RESET', () => {
    const talk = start()
      .client(command('MONITOR'))
      .server('+OK\r\n+1339518083.107412 [0 127.0.0.1:60866] "keys" "*"\r\n');
    talk
      .server('+1339518087.877697 [0 127.0.0.1:60866] "get" "secret"\r\n')
      .client(command('RESET'))
      .server('+RESET\r\n');
    expect(talk.close().map((e) => e.name)).toEqual(['MONITOR', 'RESET']);
    expect(talk.stats.unmatched).toEqual({});
  });

  it('leaves a replication stream alone', () => {
    const talk = start()
      .client(command('PSYNC', '?', '-1'))
      .server('\n\n+FULLRESYNC 8de1787ba490483314a4d30f1c628bc5025eb761 0\r\n');
    talk.server('$176\r\nREDIS0011').client(command('REPLCONF', 'ACK', '0'));
    expect(talk.close().map((e) => e.name)).toEqual(['PSYNC']);
    expect(talk.stats.parseErrors).toEqual({});
  });
});
