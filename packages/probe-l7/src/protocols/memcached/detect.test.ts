import type { Direction, Input } from '@sonde/core';
import { describe, expect, it } from 'vitest';
import { Conversation } from '../conversation.fixture.js';
import { detect } from './detect.js';
import { memcached } from './index.js';

const look = (text: string, direction: Direction) => {
  const bytes = Buffer.from(`##${text}\r\n##`, 'latin1');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const input: Input = { bytes, view, start: 2, end: bytes.length - 4, at: 0 };
  return detect.confirm!(input, direction);
};

describe('recognising memcached', () => {
  it.each([
    'set k 0 -1 5\r\nhello',
    'cas k 0 0 1 7 noreply\r\n',
    'gets a\r\n',
    'get a b\r\n',
    'gat 10 a\r\n',
    'mn\r\n',
  ])('takes %j for a command', (text) => expect(look(text, 'request')).toBe('yes'));
  it.each(['mg key v t\r\n', 'ms key 5 T60\r\nhello\r\n'])('takes the meta command %j for one', (text) =>
    expect(look(text, 'request')).toBe('yes'),
  );
  it.each(['get k\r\n', 'delete 7\r\n', 'stats\r\n', 'version\r\n', 'set k', 'touch k 1\r\n'])(
    'waits for an answer to %j',
    (text) => expect(look(text, 'request')).toBe('more'),
  );
  it.each([
    'set k v\r\n',
    'set k 0 0 5\n',
    'get k\n',
    'gat x a\r\n',
    'ms key five\r\n',
    'put 0 0 60 5\r\n',
    'GET k\r\n',
  ])('takes %j for no command', (text) => expect(look(text, 'request')).toBe('no'));
  it.each(['VALUE k 0 5\r\nhel', 'VALUE k 0 5 9\r\n', 'END\r\n', 'STORED\r\n', 'VA 5 t1\r\n', 'STAT pid 1\r\n'])(
    'takes %j for an answer',
    (text) => expect(look(text, 'response')).toBe('yes'),
  );
  it.each(['VALUE of things\r\n', 'END of file\r\n', 'ERROR\r\n', 'VA lid\r\n', '+OK\r\n', 'STAT\r\n'])(
    'takes %j for no answer',
    (text) => expect(look(text, 'response')).toBe('no'),
  );

  it('believes a plain get once it is answered, and misses none', () => {
    const talk = new Conversation({ protocols: [memcached], pinned: false });
    for (let i = 0; i < 3; i++) talk.client('get k\r\n').server('VALUE k 0 1\r\n1\r\nEND\r\n');
    expect(talk.close().map((e) => `${e.name} ${e.status}`)).toEqual(Array(3).fill('GET VALUE'));
  });
});
