import type { Direction, Input } from '@sonde/core';
import { describe, expect, it } from 'vitest';
import { Conversation } from '../conversation.fixture.js';
import { detect } from './detect.js';
import { dns } from './index.js';
import { answerA, framed, wire } from './wire.fixture.js';

const look = (content: Uint8Array, direction: Direction) => {
  const bytes = Buffer.concat([Buffer.from('##'), content, Buffer.from('##')]);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const input: Input = { bytes, view, start: 2, end: bytes.length - 2, at: 0 };
  return detect.confirm!(input, direction);
};
const question = { id: 1, questions: [{ name: 'a.test', type: 1 }] };

describe('recognising dns', () => {
  it('takes whole messages, with and without their length', () => {
    for (const write of [wire, framed]) {
      expect(look(write(question), 'request')).toBe('yes');
      expect(look(write(answerA(1, 'a', [1, 2, 3, 4])), 'response')).toBe('yes');
      expect(look(write(question), 'response')).toBe('no');
    }
  });

  it('wants more of a frame that is not whole', () => {
    const bytes = framed(question);
    for (let length = 0; length < bytes.length; length++)
      expect(look(bytes.subarray(0, length), 'request')).toBe('more');
  });

  it.each([
    ['NetBIOS', wire({ id: 1, questions: [{ name: 'CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', type: 32 }] })],
    ['a type that nobody assigned', wire({ id: 1, questions: [{ name: 'a', type: 700 }] })],
    ['a class that nobody assigned', wire({ id: 1, questions: [{ name: 'a', type: 1, class: 9 }] })],
    ['bytes after the message', Uint8Array.from([...wire(question), 0])],
    ['no question', wire({ id: 1 })],
    ['text', Buffer.from('GET /index.html HTTP/1.1\r\nHost: a\r\n\r\n')],
    ['zeros', new Uint8Array(40)],
    ['a reserved bit', wire({ ...question, flags: 0x0140 })],
  ])('refuses %s', (_what, bytes) => expect(look(bytes, 'request')).toBe('no'));

  it.each(['udp', 'tcp'] as const)('finds a connection by either side at any port (%s)', (transport) => {
    const write = transport === 'udp' ? wire : framed;
    const unknown = { protocols: [dns], pinned: false, transport, role: null, fromStart: false };
    const byAnswer = new Conversation(unknown)
      .server(write(answerA(1, 'a', [1, 2, 3, 4])))
      .client(write({ ...question, id: 2 }));
    const [exchange] = byAnswer.server(write(answerA(2, 'a.test', [1, 2, 3, 4]))).close();
    expect(exchange).toMatchObject({ name: 'DNS A', client: { port: 40_000 } });
  });

  it('finds questions without recursion at port 53, and leaves LLMNR alone', () => {
    const flags = 0;
    const options = { protocols: [dns], pinned: false, transport: 'udp' as const, role: null };
    const authority = new Conversation({ ...options, remote: { address: '192.0.2.53', port: 53 } }).client(
      wire({ ...question, flags }),
    );
    expect(authority.close()).toHaveLength(1);
    const neighbour = new Conversation({ ...options, remote: { address: '224.0.0.252', port: 5355 } }).client(
      wire({ ...question, flags }),
    );
    expect(neighbour.close()).toEqual([]);
  });

  it('finds a length that was sent ahead of its message', () => {
    const remote = { address: '192.0.2.53', port: 53 };
    const talk = new Conversation({ protocols: [dns], pinned: false, remote }).client(framed(question).subarray(0, 2));
    expect(
      talk
        .client(wire(question))
        .server(framed(answerA(1, 'a.test', [1, 1, 1, 1])))
        .close(),
    ).toHaveLength(1);
  });

  it('counts messages that are none, and goes on', () => {
    const talk = new Conversation({ protocols: [dns] }).client(Uint8Array.from([0, 3, 1, 2, 3]));
    expect(talk.stats.parseErrors).toEqual({ dns: 1 });
    const looped = { id: 1, flags: 0x8180, questions: [{ name: '@12', type: 1 }] };
    const ok = (id: number) => framed(answerA(id, 'a.test', [1, 1, 1, 1]));
    talk.client(framed(question)).server(ok(1)).server(framed(looped));
    expect(talk.stats.parseErrors).toEqual({ dns: 2 });
    talk.client(framed({ ...question, id: 5 })).server(ok(5));
    expect(talk.close().map((e) => e.request.id)).toEqual([1, 5]);
  });
});
