import { describe, expect, it } from 'vitest';
import { Conversation } from '../conversation.fixture.js';
import { amqp } from './index.js';
import { ack, content, HEARTBEAT, HELLO, join, long, method, publish, short, u32 } from './wire.fixture.js';

const joinedAt = (...said: [boolean, Uint8Array][]) => {
  const talk = new Conversation({ protocols: [amqp], pinned: false, fromStart: false, role: null });
  return talk.play(said);
};
const deliver = join(method(1, 60, 60, short('tag'), u32(0), u32(7), 0, short('x'), short('k')), content(1, 'body'));
const message = join(publish(1, 'x', 'k'), content(1, 'body'));
const names = (talk: Conversation) => talk.close().map((e) => e.name);

describe('recognition of amqp', () => {
  it('takes the header of a client, and the greeting of a server', () => {
    const talk = new Conversation({ protocols: [amqp], pinned: false });
    talk.client(HELLO).server(method(0, 10, 10, 0, 9, long(''), long('PLAIN'), long('en_US')));
    talk.client(method(0, 10, 11, long(''), short('PLAIN'), long('x'), short('en_US')));
    expect(names(talk)).toEqual(['Connection.Start']);
  });

  it('tells the sides of a connection that it joins by methods that only one may send', () => {
    const byServer = joinedAt([false, deliver], [true, ack(1, 7)]).close();
    expect(byServer.map((e) => [e.name, (e.request as { by?: string }).by])).toEqual([
      ['Basic.Deliver x', 'server'],
      ['Basic.Ack', 'client'],
    ]);
    expect(joinedAt([true, message]).close()[0]!.request).toMatchObject({ by: 'client', bodyBytes: 4 });
  });

  it('waits for what follows a method that either side may send', () => {
    expect(names(joinedAt([true, ack(1, 7)], [true, ack(1, 8)], [true, message]))).toEqual([
      'Basic.Ack',
      'Basic.Ack',
      'Basic.Publish x',
    ]);
    expect(names(joinedAt([true, ack(1, 7)], [false, ack(1, 7)]))).toEqual([]);
  });

  it('waits for a method that comes in pieces', () => {
    const pieces = Array.from(message, (byte) => [true, Uint8Array.of(byte)] as [boolean, Uint8Array]);
    expect(names(joinedAt(...pieces))).toEqual(['Basic.Publish x']);
  });

  it.each([
    ['AMQP 1.0', join('AMQP\0\x01\0\0')],
    ['AMQP 1.0 after SASL', join('AMQP\x03\x01\0\0')],
    ['AMQP 0-10', join('AMQP\x01\x01\0\x0a')],
    ['a heartbeat alone', HEARTBEAT],
    ['a body without its method', content(1, 'body').subarray(22)],
    ['a method without the end of its frame', join(publish(1, 'x', 'k').subarray(0, -1), 0)],
    ['a method of an unknown class', method(1, 61, 40, short('x'))],
    ['zeros behind a one', join(1, new Uint8Array(40))],
  ])('leaves %s alone', (_, bytes) => {
    const talk = joinedAt([true, bytes], [true, bytes]);
    expect(talk.close()).toEqual([]);
    expect(talk.stats.parseErrors).toEqual({});
  });
});

describe('amqp after a loss', () => {
  it('finds the next method behind the end of any frame', () => {
    const talk = new Conversation({ protocols: [amqp] }).client(HELLO).miss(true, 50);
    talk.client(join('tail of a body', 0xce, message));
    expect(names(talk)).toEqual(['Basic.Publish x']);
  });

  it('takes no end of a frame within a body for one', () => {
    const talk = new Conversation({ protocols: [amqp] }).client(HELLO).miss(true, 50);
    talk.client(join(0xce, 1, 0xce, 1, 0, 1, 0xce, 'body')).client(message);
    expect(names(talk)).toEqual(['Basic.Publish x']);
    expect(talk.stats.parseErrors).toEqual({});
  });
});
