import { describe, expect, it } from 'vitest';
import { Conversation } from '../conversation.fixture.js';
import { checkSegment, detect } from './detect.js';
import { cassandra } from './index.js';
import {
  answer,
  ask,
  done,
  execute,
  failed,
  i32,
  id,
  long,
  prepare,
  prepared,
  query,
  ready,
  rows,
  segment,
  short,
  startup,
  string,
  u16,
} from './wire.fixture.js';

const input = (bytes: Uint8Array, end = bytes.length) => ({
  bytes,
  view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length),
  start: 0,
  end,
  at: 0,
});
const confirm = (bytes: Uint8Array, client: boolean, end?: number) =>
  detect.confirm!(input(Uint8Array.from(bytes), end), client ? 'request' : 'response');

const REQUESTS: [string, Buffer][] = [
  ['STARTUP', startup()],
  ['OPTIONS', ask('OPTIONS', {})],
  ['QUERY', query('SELECT * FROM orders')],
  ['PREPARE', prepare('INSERT INTO orders (id) VALUES (?)')],
  ['EXECUTE', execute(id(1))],
  ['BATCH', ask('BATCH', {}, Buffer.from([0]), u16(1), Buffer.from([1]), short(id(1)), u16(0), u16(1))],
  ['REGISTER', ask('REGISTER', {}, u16(1), string('STATUS_CHANGE'))],
  ['AUTH_RESPONSE', ask('AUTH_RESPONSE', {}, i32(3), Buffer.from('abc'))],
  ['QUERY with a custom payload', ask('QUERY', { flags: 4 }, u16(0), long('SELECT 1'), u16(1), Buffer.from([0]))],
];
const RESPONSES: [string, Buffer][] = [
  ['ERROR', failed(0x2200, 'no')],
  ['READY', ready()],
  ['AUTHENTICATE', answer('AUTHENTICATE', {}, string('org.apache.cassandra.auth.PasswordAuthenticator'))],
  ['SUPPORTED', answer('SUPPORTED', {}, u16(1), string('CQL_VERSION'), u16(1), string('3.4.7'))],
  ['RESULT of nothing', done()],
  ['RESULT of rows', rows(2)],
  ['RESULT of a statement', prepared(id(1))],
  ['EVENT', answer('EVENT', { stream: 0xffff }, string('STATUS_CHANGE'), string('UP'))],
  ['AUTH_SUCCESS', answer('AUTH_SUCCESS', {}, i32(-1))],
  ['RESULT with a trace', answer('RESULT', { flags: 2 }, Buffer.alloc(16), i32(1))],
];

describe('what Cassandra is recognised by', () => {
  it.each(REQUESTS)('knows a request: %s', (_, bytes) => {
    expect(confirm(bytes, true)).toBe('yes');
    expect(confirm(bytes, false)).toBe('no');
  });

  it.each(RESPONSES)('knows a response: %s', (_, bytes) => {
    expect(confirm(bytes, false)).toBe('yes');
    expect(confirm(bytes, true)).toBe('no');
  });

  it.each([...REQUESTS.slice(2), ...RESPONSES.slice(2)])('waits while it cannot tell: %s', (_, bytes) => {
    const client = (bytes[0]! & 0x80) === 0;
    for (let end = 1; end < 9; end++) expect(confirm(bytes, client, end), `${end} bytes`).toBe('more');
    for (let end = 9; end < bytes.length; end++) expect(confirm(bytes, client, end), `${end} bytes`).not.toBe('no');
  });

  it.each([
    ['a statement that is none', ask('QUERY', {}, long('\x01\x02\x03\x04'), u16(1)), true],
    ['a statement longer than its envelope', ask('QUERY', {}, i32(900), Buffer.from('SELECT 1')), true],
    ['OPTIONS with a body', ask('OPTIONS', {}, i32(1)), true],
    ['an id of 5 bytes', ask('EXECUTE', {}, short(Buffer.alloc(5)), u16(1)), true],
    ['a token longer than its envelope', ask('AUTH_RESPONSE', {}, i32(900), Buffer.from('abc')), true],
    ['STARTUP without options', ask('STARTUP', {}, u16(0), u16(0)), true],
    ['a batch of a kind that is none', ask('BATCH', {}, Buffer.from([9]), u16(1), Buffer.alloc(8)), true],
    ['an error code that is none', failed(0x1234, 'no'), false],
    ['a kind of result that is none', answer('RESULT', {}, i32(9)), false],
    ['nothing with something', answer('RESULT', {}, i32(1), i32(1)), false],
    ['an event on a stream', answer('EVENT', { stream: 3 }, string('STATUS_CHANGE'), string('UP')), false],
    ['a traced answer of nothing', answer('RESULT', { flags: 2 }, i32(1)), false],
    ['warnings that are no text', answer('RESULT', { flags: 8 }, u16(1), u16(4), Buffer.from([1, 2, 3, 4])), false],
    ['options with a payload of their own', ask('STARTUP', { version: 5, flags: 4 }, Buffer.alloc(40, 1)), true],
    ['warnings of a client', query('SELECT 1', { flags: 8 }), true],
    ['options with something behind them', ask('STARTUP', {}, u16(1), string('A'), string('b'), i32(1)), true],
    ['an unknown flag', done({ flags: 0x40 }), false],
  ])('refuses %s', (_, bytes, client) => {
    expect(confirm(bytes, client)).toBe('no');
  });

  it('knows compressed bodies by the size that stands before them', () => {
    const lz4 = ask('QUERY', { flags: 1 }, i32(60), Buffer.alloc(50, 7));
    const snappy = ask('QUERY', { flags: 1 }, Buffer.from([60]), Buffer.alloc(50, 7));
    expect([confirm(lz4, true), confirm(snappy, true)]).toEqual(['yes', 'yes']);
    expect(confirm(ask('QUERY', { flags: 1 }, i32(-1), Buffer.alloc(50, 0)), true)).toBe('no');
    expect(confirm(ask('QUERY', { flags: 1 }, Buffer.from('ab')), true)).toBe('no');
  });

  it('knows segments by their checksum', () => {
    const bytes = segment(query('SELECT 1', { version: 5 }));
    expect(checkSegment(input(bytes))).toBe('yes');
    expect(checkSegment(input(bytes, 5))).toBe('more');
    bytes[4]! ^= 4;
    expect(checkSegment(input(bytes))).toBe('no');
  });

  it('recognises a connection that is joined at any message, its segments at the usual port only', () => {
    const play = (port: number, ...said: [boolean, Buffer][]) => {
      const remote = { address: '10.0.0.1', port };
      return new Conversation({ protocols: [cassandra], pinned: false, fromStart: false, remote }).play(said).close()
        .length;
    };
    const asked = query('SELECT * FROM orders', { version: 5 });
    const answered = done({ version: 5 });
    expect(play(7777, [true, asked], [false, answered])).toBe(1);
    expect(play(9042, [true, segment(asked)], [false, segment(answered)])).toBe(1);
    expect(play(7777, [true, segment(asked)], [false, segment(answered)])).toBe(0);
  });
});
