import { describe, expect, it } from 'vitest';
import { Conversation, summary, toBytes } from '../conversation.fixture.js';
import { memcached } from './index.js';

const open = () => new Conversation({ protocols: [memcached] });
const header = (magic: number, opcode: number, key: number, body: number, status = 0) => {
  const bytes = Buffer.alloc(24);
  bytes[0] = magic;
  bytes[1] = opcode;
  bytes.writeUInt16BE(key, 2);
  bytes.writeUInt16BE(status, 6);
  bytes.writeUInt32BE(body, 8);
  return bytes;
};

describe('memcached', () => {
  it('reads a pipeline wherever it is split', () => {
    const asked = 'get a b\r\nset k 1 0 4\r\nEND\r\r\nincr n 1\r\n';
    const answered = 'VALUE b 0 5\r\nEND\r\n\r\nEND\r\nSTORED\r\n12\r\n';
    const whole = open().client(asked).server(answered).close().map(summary);
    expect(whole.map((e) => [e.name, e.status])).toEqual([
      ['GET', 'VALUE'],
      ['SET', 'STORED'],
      ['INCR', 'NUMBER'],
    ]);
    expect(whole[0]).toMatchObject({ request: { keyCount: 2 }, response: { hits: 1, valueBytes: 5 } });
    for (let at = 1; at < answered.length; at++) {
      const talk = open();
      const cut = Math.min(at, asked.length - 1);
      talk.client(asked.slice(0, cut)).client(asked.slice(cut));
      talk.server(answered.slice(0, at)).server(answered.slice(at));
      expect(talk.close().map(summary), `split at ${at}`).toEqual(whole);
    }
  });

  it('steps over values of which only the beginning was captured', () => {
    const value = 'x'.repeat(50_000);
    const talk = open()
      .client(`set k 0 0 50000\r\n${value}\r\n`, 100)
      .server('STORED\r\n')
      .client('get k\r\n')
      .server(`VALUE k 0 50000\r\n${value}\r\nEND\r\n`, 50_000)
      .client('delete k\r\n')
      .server('DELETED\r\n');
    const exchanges = talk.close();
    expect(exchanges[0]).toMatchObject({ name: 'SET', status: 'STORED', request: { valueBytes: 50_000 } });
    expect(exchanges.at(-1)).toMatchObject({ name: 'DELETE', status: 'DELETED' });
    expect(talk.stats.parseErrors).toEqual({});
  });

  it('finds its way back after bytes were lost', () => {
    const talk = open().client('get a\r\n').server('END\r\n').miss(true, 40).miss(false, 30);
    for (let i = 0; i < 3; i++) talk.client('set k 0 0 1\r\n1\r\n').server('STORED\r\n');
    const exchanges = talk.close();
    expect(exchanges.filter((e) => e.name === 'SET').length).toBeGreaterThanOrEqual(2);
    for (const { name, status } of exchanges) expect(status).toBe(name === 'GET' ? 'END' : 'STORED');
  });

  it('takes a command without a proper length for one without a value', () => {
    const talk = open().client('set k 0 0 -1\r\n').server('CLIENT_ERROR bad data chunk\r\n');
    talk.client('get k\r\n').server('END\r\n');
    expect(talk.close().map((e) => [e.name, e.error])).toEqual([
      ['SET', 'CLIENT_ERROR'],
      ['GET', null],
    ]);
  });

  it.each([
    ['a body shorter than its key', header(0x80, 0, 10, 5)],
    ['a body of 4 GiB', header(0x80, 1, 1, 0xffff_ffff)],
    ['an operation that nobody knows', header(0x80, 0x7e, 0, 0)],
  ])('refuses %s', (_, bytes) => {
    const talk = open().client(bytes);
    expect(talk.close()).toEqual([]);
    expect(Object.keys(talk.stats.parseErrors)).not.toEqual([]);
  });

  it('keeps no values and no login of the binary protocol', () => {
    const login = Buffer.concat([header(0x80, 0x21, 5, 17), toBytes('PLAIN\0user\0secret')]);
    const talk = open()
      .client(login)
      .server(header(0x81, 0x21, 0, 0, 0x20));
    const [exchange] = talk.close();
    expect(exchange).toMatchObject({ name: 'SASL_AUTH', status: 'AUTH_ERROR', error: 'AUTH_ERROR' });
    expect(JSON.stringify([summary(exchange!), exchange!.attributes])).not.toContain('secret');
  });

  it('finds its way back at the answer to a counter', () => {
    const talk = open().client('set n 0 0 2\r\n10\r\n').miss(false, 8);
    for (let n = 0; n < 3; n++) talk.client('incr n 1\r\n').server(`${11 + n}\r\n`);
    const counted = talk.close().filter(({ name, status }) => name === 'INCR' && status === 'NUMBER');
    expect(counted.length).toBeGreaterThanOrEqual(2);
    expect(talk.stats.parseErrors).toEqual({});
  });
});
