import type { Direction } from '@sonde/core';
import { describe, expect, it } from 'vitest';
import { Conversation } from '../conversation.fixture.js';
import { detect } from './detect.js';
import { tds } from './index.js';
import * as wire from './wire.fixture.js';
import {
  answer,
  batch,
  columns,
  done,
  error,
  HEADERS,
  int,
  login,
  N,
  nvarchar,
  packet,
  prelogin,
  rpc,
  u16,
  u32,
  wide,
} from './wire.fixture.js';

const confirm = (text: string, direction: Direction) => detect.confirm!(wire.input(text), direction);
const requests: [string, string][] = [
  ['a PreLogin', packet(18, prelogin(2))],
  ['a login', packet(16, login())],
  ['a batch', batch('SELECT 1')],
  ['a batch of TDS 7.1', packet(1, wide('SELECT name FROM orders'))],
  ['a batch of one letter', packet(1, HEADERS + wide('x '))],
  ['a call by number', rpc(10, nvarchar('SELECT 1'))],
  ['a call by name', rpc('dbo.[orders of]', int(1))],
  ['a call of TDS 7.1', packet(3, wire.call('orders_of', int(1)))],
  ['a transaction', packet(14, `${HEADERS}${u16(5)}\x02\0`)],
];
const responses: [string, string][] = [
  ['the end of a statement', answer(done())],
  ['the same of TDS 7.1', answer(wire.oldDone())],
  ['an error', answer(error(208, 'Invalid object') + done(2))],
  ['a change of the session', answer(wire.database('shop') + done())],
  ['columns', answer(columns([N]) + wire.row([N]) + done(0x10, 1))],
  ['columns that the client knows', answer(`\x81\xff\xff${done()}`)],
  ['what a procedure returned', answer(`\x79${u32(0)}${done(0, 0, 0xe0, 0xfe)}`)],
  ['the answer to a PreLogin', answer(prelogin(2))],
];

describe('a connection is recognised', () => {
  it.each(requests)('by %s of the client', (_what, text) => {
    expect(confirm(text, 'request')).toBe('yes');
    expect(new Conversation({ protocols: [tds], pinned: false, role: null }).client(text).close()).toHaveLength(1);
  });

  it.each(responses)('by %s of the server', (_what, text) => expect(confirm(text, 'response')).toBe('yes'));

  it.each(requests)('by %s never before its time', (_what, text) => {
    for (let size = 1; size < text.length; size++) {
      expect(confirm(text.slice(0, size), 'request'), `${size} bytes`).not.toBe('no');
    }
  });
});

describe('a connection is not taken for TDS', () => {
  it.each([
    ['a type that no client sends', packet(4, done())],
    ['a packet in the middle of a message', packet(1, HEADERS + wide('SELECT 1'), { id: 9 })],
    ['bits that mean nothing', packet(1, HEADERS + wide('SELECT 1'), { status: 0x81 })],
    ['a window', batch('SELECT 1').replace(/^(.{7})./s, '$1\x01')],
    ['a length shorter than its header', '\x01\x01\0\x04\0\0\x01\0'],
    ['a batch of bytes', packet(1, '\x80\x91\xa2\xb3\xc4\xd5\xe6\xf7'.repeat(4))],
    ['a batch of control characters', packet(1, HEADERS + wide('\x01\x02\x03\x04\x05\x06\x07\x08'))],
    ['a PreLogin that is none', packet(18, 'GET / HTTP/1.1')],
    ['a login that is none', packet(16, 'x'.repeat(120))],
    ['a call of a number that there is not', rpc(77)],
    ['a call of no name', packet(3, `${HEADERS}${u16(4)}\x01\0\x02\0\x03\0\x04\0\0\0`)],
    ['a transaction of a number that there is not', packet(14, HEADERS + u16(77))],
    ['a transaction without headers', packet(14, 'x'.repeat(30))],
    ['a federated token', packet(8, 'x'.repeat(30))],
  ])('by %s of the client', (_what, text) => expect(confirm(text, 'request')).toBe('no'));

  it.each([
    ['a token that is none', answer('\x01'.repeat(20))],
    ['an end with flags that there are not', answer(done(0x7000))],
    ['an end with too few bytes', answer(`\xfd${u16(0)}`)],
    ['an error that is longer than its packet', answer(`\xaa${u16(5000)}${'x'.repeat(20)}`)],
    ['an error of no length', answer(`\xaa${u16(0)}${'x'.repeat(20)}`)],
    ['an error that no token follows', answer(`${error(208, 'x')}\x02${'x'.repeat(12)}`)],
    ['more columns than there are', answer(`\x81${u16(9999)}${'x'.repeat(20)}`)],
    ['a result of a procedure that no token follows', answer(`\x79${u32(0)}\x02${'x'.repeat(12)}`)],
    ['a PreLogin that is none', answer(`\0${'x'.repeat(20)}`)],
    ['a packet of a client', batch('SELECT 1')],
  ])('by %s of the server', (_what, text) => expect(confirm(text, 'response')).toBe('no'));

  it('by the beginning of an answer that says nothing yet, nor is it refused', () => {
    for (const [what, text] of responses) {
      expect(confirm(text.slice(0, 10), 'response'), what).not.toBe('no');
    }
  });
});
