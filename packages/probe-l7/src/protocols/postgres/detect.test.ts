import type { Input } from '@sonde/core';
import { describe, expect, it } from 'vitest';
import { Conversation } from '../conversation.fixture.js';
import { detect } from './detect.js';
import {
  bind,
  bound,
  columns,
  error,
  execute,
  frame,
  parse,
  parsed,
  query,
  ready,
  row,
  startup,
  sync,
  tag,
  u32,
  untyped,
} from './frames.fixture.js';
import { postgres } from './index.js';

/** What the closer look says of bytes between others. */
function look(fromClient: boolean, text: string) {
  const bytes = Uint8Array.from(Buffer.from(`##${text}##`, 'latin1'));
  const input: Input = { bytes, view: new DataView(bytes.buffer), start: 2, end: bytes.length - 2, at: 0 };
  return detect.confirm!(input, fromClient ? 'request' : 'response');
}

describe('recognition of postgres', () => {
  it.each([
    ['a startup message', startup({ user: 'a', database: 'b' })],
    ['a startup message of protocol 3.2', startup({ user: 'a' }, 0x3_0002)],
    ['a wish for TLS', untyped(80_877_103)],
    ['a cancel request', untyped(80_877_102, u32(1) + u32(2))],
    ['a simple query', query('select 1')],
    ['a query of which this is the beginning', query(`select ${'x'.repeat(5000)}`).slice(0, 1400)],
    ['Parse, Bind, Execute, Sync', parse('', 'select $1') + bind('', '', 'x') + execute() + sync],
  ])('knows %s', (_name, bytes) => {
    expect(look(true, bytes)).toBe('yes');
  });

  it.each([
    ['what follows Bind', bound + row('a', null, 'bb') + tag('SELECT 1') + ready()],
    ['what follows Parse', parsed + bound + columns('a') + ready()],
    ['a result set', columns('id', 'name') + row('1', 'x') + tag('SELECT 1') + ready()],
    ['a command tag', tag('INSERT 0 1') + ready()],
    ['an error', error('42601', 'syntax error at or near "x"') + ready('E')],
  ])('knows %s', (_name, bytes) => {
    expect(look(false, bytes)).toBe('yes');
  });

  it.each([
    ['HTTP', 'POST /a HTTP/1.1\r\n\r\n'],
    ['a query without its end', 'Q\0\0\0\x0dselect 1x'.concat('yy')],
    ['a query with control characters', query('sel\x01ect')],
    ['a Kafka request of the same shape', `${u32(20)}\0\x03\0\0${u32(1)}\0\x04test${u32(0)}`],
    ['a MySQL packet that begins with a letter', `Q\0\0\0\x03${'select 1'.padEnd(80)}`],
    ['a MongoDB message', `Q\0\0\0\x15\0\0\0\0\0\0\0\xdd\x07\0\0${'\0'.repeat(65)}`],
    ['Parse with a wrong number of types', frame('P', '\0select 1\0\0\x05')],
    ['Bind with values that do not fit', frame('B', '\0s\0\0\0\0\x01\0\0\0\x50x\0\0')],
    ['a startup message without user', startup({ database: 'a' })],
    ['Sync, and then nonsense', `${sync}\x01\x02\x03\x04\x05\x06`],
    ['a length of four gigabytes', 'Q\xff\xff\xff\xffselect 1\0'],
  ])('does not take %s for it', (_name, bytes) => {
    expect(look(true, bytes)).toBe('no');
  });

  it.each([
    ['a tag in lower case', frame('C', 'select 1\0')],
    ['an error without fields', frame('E', 'x'.repeat(30))],
    ['columns that do not fit', frame('T', '\0\x09name\0')],
  ])('does not take %s from a server for it', (_name, bytes) => {
    expect(look(false, bytes)).toBe('no');
  });

  it('wants more of a Bind with a cut value, and of a statement of which the verb is cut', () => {
    expect(look(true, bind('', 's', 'x'.repeat(90)).slice(0, 60))).toBe('more');
    expect(look(true, query('select 1').slice(0, 8))).toBe('more');
  });

  it('waits for more when a message arrives in pieces', () => {
    const talk = new Conversation({ protocols: [postgres], pinned: false, role: null, fromStart: false });
    for (const piece of query('select 1')) talk.client(piece);
    talk.server(tag('SELECT 1') + ready());
    expect(talk.close().map((exchange) => exchange.request.resource)).toEqual(['select ?']);
  });

  it('believes random bytes behind a right header less than once in a thousand', () => {
    let seed = 1;
    const random = () => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fff_ffff;
      return seed >> 8;
    };
    let believed = 0;
    for (let round = 0; round < 20_000; round++) {
      const bytes = Array.from({ length: 8 + (random() % 60) }, () => String.fromCharCode(random() & 0xff));
      const text = `${'QPBTC'[round % 5]}\0\0\0${String.fromCharCode(5 + (random() % 60))}${bytes.join('')}`;
      if (look(round % 5 < 3, text) === 'yes') believed++;
    }
    expect(believed).toBeLessThan(20);
  });
});
