import type { Direction, Input } from '@sonde/core';
import { describe, expect, it } from 'vitest';
import { Conversation } from '../conversation.fixture.js';
import { detect } from './detect.js';
import { redis } from './index.js';

const look = (text: string, direction: Direction) => {
  const bytes = Buffer.from(`##${text}\r\n##`, 'latin1');
  const input: Input = { bytes, view: new DataView(bytes.buffer), start: 2, end: bytes.length - 4, at: 0 };
  return detect.confirm!(input, direction);
};

describe('recognising redis', () => {
  it.each(['*1\r\n$4\r\nPING\r\n', '*2\r\n$3\r\nget\r\n$1', '*2\r\n$8\r\nJSON.GET\r\n', 'set a b\r\n', 'get k\n'])(
    'takes %j for a command',
    (text) => expect(look(text, 'request')).toBe('yes'),
  );

  it.each(['*', '*1', '*1\r\n', '*1\r\n$4', '*1\r\n$4\r\nPI', '*1\r\n$4\r\nPING', 'PING\r\n', 'pin'])(
    'wants more of %j',
    (text) => expect(look(text, 'request')).toBe('more'),
  );

  it.each([
    '*2\r\n$5\r\nhowdy\r\n$5\r\nworld\r\n',
    '*2\r\n:1\r\n:2\r\n',
    '*0\r\n',
    '*1\r\n$99\r\n',
    '* OK IMAP4 ready\r\n',
    'GET / HTTP/1.1\r\n',
    'HELO mail.test\r\n',
    'EHLO x\r\n',
    'USER bob\r\n',
  ])('takes %j for no command', (text) => expect(look(text, 'request')).toBe('no'));

  it.each([
    '+OK\r\n',
    '$5\r\nhello\r\n',
    '$100\r\nbeginning',
    '*2\r\n$5\r\nhowdy\r\n$5\r\nwor',
    ':1\r\n:2\r\n',
    '%1\r\n+a\r\n:1\r\n',
    '-NOAUTH Authentication required.\r\n',
    '*-1\r\n',
  ])('takes %j for replies', (text) => expect(look(text, 'response')).toBe('yes'));

  it.each(['-', '+O', '$12', '*2\r\n$3', ':1'])('wants more of the reply %j', (text) =>
    expect(look(text, 'response')).toBe('more'),
  );

  it.each([
    '*1\r\n$4\r\nPING\r\n',
    "-ERR 'Unknown Protocol Operation'\r\n",
    '+OK\r\nSMTP',
    '$5\r\nhelloworld\r\n',
    ':server 001 nick\r\n',
    '*** FTP ready\r\n',
    '-----BEGIN\r\n',
    '\x16\x03\x01',
  ])('takes %j for no reply', (text) => expect(look(text, 'response')).toBe('no'));

  it('finds a connection by either side, whoever was seen first', () => {
    const unknown = { protocols: [redis], pinned: false, role: null, fromStart: false };
    const byReply = new Conversation(unknown).server('$5\r\nhello\r\n').client('*2\r\n$3\r\nGET\r\n$1\r\na\r\n');
    expect(byReply.server('$-1\r\n').close()[0]).toMatchObject({ name: 'GET', client: { port: 40_000 } });
  });

  it('believes an inline PING at any port once it is answered, and misses none', () => {
    const talk = new Conversation({ protocols: [redis], pinned: false });
    for (let i = 0; i < 3; i++) talk.client('PING\r\nPING\r\n').server('+PONG\r\n+PONG\r\n');
    expect(talk.close().map((e) => [e.name, e.status])).toEqual(Array(6).fill(['PING', 'OK']));
  });

  it.each([
    ['+OK POP3 ready\r\n', 'USER bob\r\n', '+OK\r\n', 'PASS x\r\n', '+OK\r\n'],
    ['INFO {"server_id":"x"}\r\n', 'CONNECT {"verbose":true}\r\n', '+OK\r\n', 'PING\r\n', 'PONG\r\n'],
    ['', 'PING\r\n', 'PONG\r\n', 'PING\r\n', 'PONG\r\n'],
    ['220 mail ESMTP\r\n', 'HELO x\r\n', '250 OK\r\n', 'QUIT\r\n', '221 bye\r\n'],
    ['', 'get key\r\n', 'END\r\n', 'set k 0 0 1\r\n1\r\n', 'STORED\r\n'],
  ])('makes nothing of %j', (...turns) => {
    const talk = new Conversation({ protocols: [redis], pinned: false });
    turns.forEach((text, index) => {
      if (text !== '') index % 2 === 0 ? talk.server(text) : talk.client(text);
    });
    expect(talk.close()).toEqual([]);
  });
});
