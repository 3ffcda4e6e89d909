import type { Input } from '@sonde/core';
import { describe, expect, it } from 'vitest';
import { Conversation } from '../conversation.fixture.js';
import { detect } from './detect.js';
import { mysql } from './index.js';
import {
  column,
  command,
  eof,
  error,
  execute,
  greeting,
  login,
  ok,
  packet,
  packets,
  prepare,
  prepareOk,
  query,
  resultSet,
  u16,
  u32,
} from './packets.fixture.js';

/** What the closer look says of bytes between others. */
function look(fromClient: boolean, content: string) {
  const bytes = Uint8Array.from(Buffer.from(`##${content}##`, 'latin1'));
  const input: Input = { bytes, view: new DataView(bytes.buffer), start: 2, end: bytes.length - 2, at: 0 };
  return detect.confirm!(input, fromClient ? 'request' : 'response');
}

describe('recognition of mysql', () => {
  it.each([
    ['a statement', query('SELECT 1')],
    ['a statement that goes on', query(`insert into t values (${'1,'.repeat(2000)}1)`).slice(0, 1400)],
    ['a statement without attributes', query('\0\x01select 1')],
    ['a statement behind attributes', query(`\x01\x01\0\x01${u16(1)}\x01aBselect 1`)],
    ['a statement behind a comment', query('/* app */ select 1')],
    ['PREPARE', prepare('select ?')],
    ['EXECUTE', execute(3, '\0\x01\x08\0')],
    ['EXECUTE that goes on', execute(3, 'x'.repeat(5000)).slice(0, 900)],
    ['PING', command(0x0e)],
    ['a database', command(2, 'shop')],
    ['FIELD_LIST', command(4, 'orders\0')],
    ['several commands', command(0x19, u32(1)) + query('select 1') + command(1)],
    ['a login', login('bob', 'shop')],
  ])('knows %s', (_name, bytes) => {
    expect(look(true, bytes)).toBe('yes');
  });

  it.each([
    ['a greeting', greeting()],
    ["MariaDB's greeting", greeting('5.5.5-10.11.6-MariaDB')],
    ['a result set', resultSet(1, ['a'])],
    ['OK', packet(1, ok(5))],
    ['an error', packet(1, error(1146, '42S02', "Table 'a' doesn't exist"))],
    ['PREPARE_OK', packets(1, prepareOk(1, 1, 0), column('a'), eof())],
  ])('knows %s', (_name, bytes) => {
    expect(look(false, bytes)).toBe('yes');
  });

  it.each([
    ['SLEEP, which only the compressed protocol looks like', packet(0, `\0\0\0${query('select 1')}`)],
    ['a command that no client sends', command(0x0b)],
    ['PING with an argument', command(0x0e, 'x')],
    ['a statement of control characters', query('\x02\x03\x04\x05')],
    ['EXECUTE a thousand times', command(0x17, `${u32(1)}\0${u32(1000)}`)],
    ['a statement, and then nonsense', `${query('select 1')}\x05\0\0\x07hello`],
    ['a MongoDB message', `${u32(60)}${u32(3)}${u32(0)}${u32(2013)}${'\0'.repeat(44)}`],
    ['a TDS packet', `\x01\x01\0\x20\0\0\x01\0${'s\0e\0l\0e\0c\0t\0'}`],
    ['QUIT, which is little more than zeros', command(1)],
    ['an HTTP/2 frame', '\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x64'],
    ['a login of another form', packet(1, `${u32(0xa200)}${'x'.repeat(60)}`)],
  ])('does not take %s for it', (_name, bytes) => {
    expect(look(true, bytes)).toBe('no');
  });

  it.each([
    ['a greeting without a version', packet(0, `\x0aabcdef\0${'\0'.repeat(60)}`)],
    ['OK outside of any transaction state', packet(1, ok(0, 0x4000))],
    ['a column count without columns', packets(1, '\x03', 'x'.repeat(40))],
    ['an error without SQLSTATE', packet(1, `\xff${u16(1000)}abcdefghij`)],
    ['packets out of sequence', packet(1, ok()) + packet(7, ok())],
  ])('does not take %s from a server for it', (_name, bytes) => {
    expect(look(false, bytes)).toBe('no');
  });

  it('wants more where a verb, a name or a greeting is cut', () => {
    expect(look(true, query('select 1').slice(0, 8))).toBe('more');
    expect(look(true, query(`zzz ${'a'.repeat(900)}`).slice(0, 300))).toBe('more');
    expect(look(true, command(2, 'shop').slice(0, 7))).toBe('more');
    expect(look(true, login('bob').slice(0, 30))).toBe('more');
    expect(look(false, greeting().slice(0, 20))).toBe('more');
  });

  it('waits for more when a command arrives byte by byte', () => {
    const talk = new Conversation({ protocols: [mysql], pinned: false, role: null, fromStart: false });
    for (const byte of query('select 1')) talk.client(byte);
    talk.server(resultSet(1, ['1']));
    expect(talk.close().map((exchange) => exchange.request.resource)).toEqual(['select ?']);
  });

  it('believes random bytes that meet its rules less than once in a thousand', () => {
    let seed = 1;
    const random = () => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fff_ffff;
      return seed >> 8;
    };
    let believed = 0;
    for (let round = 0; round < 20_000; round++) {
      const size = 12 + (random() % 60);
      const rest = Array.from({ length: size }, () => String.fromCharCode(random() & 0xff)).join('');
      const header = String.fromCharCode(1 + (random() % size), 0, 0, round % 2, random() % 0x20);
      if (look(round % 2 === 0, header + rest) === 'yes') believed++;
    }
    expect(believed).toBeLessThan(20);
  });
});
