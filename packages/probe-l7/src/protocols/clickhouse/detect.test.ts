import type { Direction } from '@sonde/core';
import { describe, expect, it } from 'vitest';
import { detect } from './detect.js';
import {
  data,
  END,
  exception,
  hello,
  input,
  query,
  RESULT_END,
  serverHello,
  string,
  u64,
  varint,
} from './wire.fixture.js';

const confirm = (text: string, direction: Direction) => detect.confirm!(input(text), direction);
const id = '9b4e0d5a-0000-4000-8000-000000000001';
const requests: [string, string][] = [
  ['the Hello of a client', hello(54_460)],
  ['a query of an old revision', query('SELECT 1', 54_412, { id }) + END],
  ['a query of a new one', query('SELECT * FROM orders', 54_485, { id }) + END],
];
const responses: [string, string][] = [
  ['the Hello of a server', serverHello(54_460)],
  ['an exception', exception(60, 'Table does not exist')],
  ['a block', data(1, [['n', 'UInt64', u64(1)]])],
  ['the end of a result', RESULT_END],
];

describe('a connection is recognised', () => {
  it.each(requests)('by %s, and never refused before its time', (_what, text) => {
    expect(confirm(text, 'request')).toBe('yes');
    for (let size = 1; size < text.length; size++) expect(confirm(text.slice(0, size), 'request')).not.toBe('no');
  });
  it.each(responses)('by %s, and never refused before its time', (_what, text) => {
    expect(confirm(text, 'response')).toBe('yes');
    for (let size = 1; size < text.length; size++) expect(confirm(text.slice(0, size), 'response')).not.toBe('no');
  });
});

describe('a connection is not taken for ClickHouse', () => {
  it.each<[string, string, Direction]>([
    ['a Hello of a revision that is none', hello(7), 'request'],
    ['bytes that go on and on', `\x01${'\x80\x91'.repeat(200)}`, 'request'],
    ['a Hello of a server of a revision that is none', `\0${string('ClickHouse')}\x18\x03${varint(7)}`, 'response'],
    ['an exception that is none', exception(60, 'message', '\x07'), 'response'],
    ['a block of rows without columns', `\x01\0\x01\0\x02\xff\xff\xff\xff\0\0\x01`, 'response'],
    ['a block of too many columns', `\x01\0\x01\0\x02\xff\xff\xff\xff\0${varint(20_000)}\x01`, 'response'],
  ])('by %s', (_what, text, direction) => expect(confirm(text, direction)).toBe('no'));
});
