import { describe, expect, it } from 'vitest';
import { Conversation, summary } from '../conversation.fixture.js';
import { type AmqpRequest, amqp } from './index.js';
import { ack, content, frame, HEARTBEAT, HELLO, join, long, method, publish, short, u16, u32 } from './wire.fixture.js';

const open = () => new Conversation({ protocols: [amqp] }).client(HELLO);
const confirmed = (channel = 1) =>
  open()
    .client(method(channel, 85, 10, 0))
    .server(method(channel, 85, 11));
const lines = (talk: Conversation) => talk.close().map((e) => `${e.name} ${e.status} ${e.error}`);
const declare = (channel: number, queue: string, flags = 0) =>
  method(channel, 50, 10, 0, 0, short(queue), flags, long(''));
const declared = (channel: number, queue: string) => method(channel, 50, 11, short(queue), u32(3), u32(1));

describe('publications', () => {
  it('stand alone without confirms, and have one where they were asked for', () => {
    const talk = open().client(join(publish(1, 'x', 'k'), content(1, 'hello')));
    talk.client(method(1, 85, 10, 0)).server(method(1, 85, 11));
    talk.client(join(publish(1, '', 'jobs'), content(1, ''))).server(ack(1, 1));
    expect(lines(talk)).toEqual([
      'Basic.Publish x null null',
      'Confirm.Select Confirm.Select-Ok null',
      'Basic.Publish jobs Basic.Ack null',
    ]);
  });

  it('are confirmed one by one, many at once, and all by tag 0', () => {
    const talk = confirmed();
    for (let i = 0; i < 6; i++) talk.client(join(publish(1, 'x', `k${i}`), content(1, 'b')));
    talk
      .server(ack(1, 2))
      .server(ack(1, 4, 1))
      .server(ack(1, 5, 0, 120))
      .server(ack(1, 0, 1));
    const found = talk.close().slice(1);
    expect(found.map((e) => [(e.request as AmqpRequest).routingKey, e.status, e.error])).toEqual([
      ['k1', 'Basic.Ack', null],
      ['k0', 'Basic.Ack', null],
      ['k2', 'Basic.Ack', null],
      ['k3', 'Basic.Ack', null],
      ['k4', 'Basic.Nack', 'nack'],
      ['k5', 'Basic.Ack', null],
    ]);
    expect(found.map((e) => e.responseTiming!.bytes)).toEqual([21, 0, 0, 21, 21, 21]);
  });

  it('of several channels may overlap, each with its own count', () => {
    const talk = confirmed(1)
      .client(method(2, 85, 10, 0))
      .server(method(2, 85, 11));
    const [one, two] = [content(1, 'aaaa', join(0, 0), 2), content(2, 'bb')];
    talk.client(join(publish(1, 'x', ''), one.subarray(0, 22), publish(2, 'y', ''), two, one.subarray(22)));
    talk.server(ack(2, 1)).server(ack(1, 1));
    const found = talk.close().slice(2);
    expect(found.map((e) => [e.name, (e.request as AmqpRequest).bodyBytes])).toEqual([
      ['Basic.Publish y', 2],
      ['Basic.Publish x', 4],
    ]);
  });

  it('have a body that is stepped over, however little of it was captured', () => {
    const talk = confirmed();
    const bytes = join(publish(1, 'x', 'k'), content(1, 'z'.repeat(300_000), join(0, 0), 131_064));
    talk
      .client(bytes, 200)
      .server(ack(1, 1))
      .client(join(publish(1, 'x', 'k'), content(1, 'b')))
      .server(ack(1, 2));
    const all = ['Confirm.Select Confirm.Select-Ok null', ...Array(2).fill('Basic.Publish x Basic.Ack null')];
    expect(lines(talk)).toEqual(all);
    expect(talk.stats.desyncs).toBe(0);
    const whole = confirmed().client(bytes).server(ack(1, 1));
    expect(lines(whole)).toEqual(['Confirm.Select Confirm.Select-Ok null', 'Basic.Publish x Basic.Ack null']);
    const single = join(publish(1, 'x', 'k'), content(1, 'z'.repeat(90_000), join(0, 0), 100_000));
    const cut = confirmed().client(single, 100).server(ack(1, 1));
    expect(lines(cut)).toEqual(['Confirm.Select Confirm.Select-Ok null', 'Basic.Publish x Basic.Ack null']);
  });

  it('overlap where nobody looked, so that their frames are not where they would be', () => {
    const talk = confirmed()
      .client(method(2, 85, 10, 0))
      .server(method(2, 85, 11));
    const [one, two] = [1, 2].map((channel) => content(channel, 'z'.repeat(1000), join(0, 0), 100)) as [Buffer, Buffer];
    const frames = (bytes: Buffer, from: number, to: number) => bytes.subarray(22 + from * 108, 22 + to * 108);
    const start = join(publish(1, 'x', ''), one.subarray(0, 22), frames(one, 0, 1));
    const hole = join(frames(one, 1, 5), publish(2, 'y', ''), two.subarray(0, 22), frames(two, 0, 9));
    talk
      .client(start)
      .miss(true, hole.length)
      .client(join(frames(two, 9, 10), frames(one, 5, 10)));
    talk
      .server(ack(2, 1))
      .client(join(publish(2, 'y', ''), content(2, 'b')))
      .server(ack(2, 2));
    const found = talk.close().filter(({ request }) => request.operation === 'Basic.Publish');
    expect(found.filter(({ response }) => response !== null)).toEqual([]);
    expect(talk.stats.desyncs).toBeGreaterThan(0);
  });

  it('that nobody counted have no confirm, rather than one of another', () => {
    const talk = confirmed();
    const message = join(publish(1, 'x', 'k'), content(1, 'b'));
    talk.client(message).miss(true, message.length).client(message).server(ack(1, 1)).server(ack(1, 2));
    talk.server(ack(1, 3)).client(message).server(ack(1, 4));
    const found = talk.close().slice(1);
    expect(found.map((e) => (e.response as { deliveryTag: number } | null)?.deliveryTag)).toEqual([
      undefined,
      1,
      undefined,
    ]);
  });

  it('are counted again once a silence has shown that all before are confirmed', () => {
    const message = join(publish(1, 'x', 'k'), content(1, 'b'));
    const talk = open().client(message).server(ack(1, 41)).client(message).server(ack(1, 42));
    talk.time += 1.1e9;
    talk.client(message).server(ack(1, 43)).miss(true, message.length);
    // What was missed is unconfirmed when the next one comes: the silence before it proves nothing.
    talk.time += 1.1e9;
    talk.client(message).server(ack(1, 44)).server(ack(1, 45));
    talk.time += 1.1e9;
    talk.client(message).server(ack(1, 46));
    const found = talk.close().map((e) => (e.response as { deliveryTag: number } | null)?.deliveryTag);
    expect(found).toEqual([undefined, undefined, 43, undefined, 46]);
  });

  it('whose confirm may have been missed are not given a later one', () => {
    const talk = confirmed();
    const message = join(publish(1, 'x', 'k'), content(1, 'b'));
    talk
      .client(message)
      .client(message)
      .miss(false, 21)
      .client(message)
      .server(ack(1, 3, 1))
      .client(message);
    talk.server(ack(1, 4, 1));
    const answered = talk.close().filter((e) => e.request.operation === 'Basic.Publish' && e.response !== null);
    expect(answered.map((e) => (e.request as AmqpRequest).deliveryTag)).toEqual([3, 4]);
  });

  it('come back from a channel that the broker closes', () => {
    const talk = confirmed();
    const message = join(publish(1, 'none', 'k'), content(1, 'b'));
    talk
      .client(message)
      .client(message)
      .server(method(1, 20, 40, u16(404), short('NOT_FOUND'), u16(60), u16(40)));
    talk.client(message).client(method(1, 20, 41));
    expect(lines(talk).slice(1)).toEqual([
      'Basic.Publish none 404 NOT_FOUND',
      'Basic.Publish none 404 NOT_FOUND',
      'Basic.Publish none null null',
      'Channel.Close 404 NOT_FOUND',
    ]);
  });
});

describe('calls', () => {
  it('are answered in order, channel by channel, also by a client that does not wait', () => {
    const talk = open().client(join(declare(1, 'a'), declare(2, 'b'), declare(1, 'c')));
    talk.server(join(declared(2, 'b'), declared(1, 'a'), declared(1, 'c')));
    const found = talk.close();
    expect(found.map((e) => [e.request.resource, e.response as unknown])).toMatchObject([
      ['b', { queue: 'b', messageCount: 3, consumerCount: 1 }],
      ['a', { queue: 'a' }],
      ['c', { queue: 'c' }],
    ]);
  });

  it('that want no reply get none', () => {
    const talk = open()
      .client(declare(1, 'a', 0b10000))
      .client(declare(1, 'b'))
      .server(declared(1, 'b'));
    expect(talk.close().map((e) => [e.request.resource, e.request.kind, e.status])).toEqual([
      ['a', 'oneway', null],
      ['b', 'request', 'Queue.Declare-Ok'],
    ]);
  });

  it('of a client that does not wait are not paired after a loss', () => {
    const talk = open()
      .client(join(declare(1, 'a'), declare(1, 'b')))
      .server(join(declared(1, 'a'), declared(1, 'b')));
    talk
      .miss(true, declare(1, 'c').length)
      .client(declare(1, 'd'))
      .server(join(declared(1, 'c'), declared(1, 'd')));
    expect(talk.close().map((e) => [e.request.resource, e.response === null])).toEqual([
      ['a', false],
      ['b', false],
      ['d', true],
    ]);
  });

  it('fail by the close of their channel, or of the connection', () => {
    const talk = open().client(method(0, 10, 40, short('/none'), 0, 0));
    talk.server(method(0, 10, 50, u16(530), short('NOT_ALLOWED - vhost'), u16(10), u16(40))).client(method(0, 10, 51));
    const found = talk.close();
    expect(found.map((e) => [e.name, e.status, e.error])).toEqual([
      ['Connection.Open', 530, 'NOT_ALLOWED'],
      ['Connection.Close', 530, 'NOT_ALLOWED'],
    ]);
    expect(found[0]!.request.resource).toBe('/none');
  });

  it('find Get-Ok with its message, and Get-Empty', () => {
    const get = method(1, 60, 70, 0, 0, short('q'), 1);
    const talk = open()
      .client(get)
      .server(join(method(1, 60, 71, u32(0), u32(9), 1, short('x'), short('k'), u32(4)), content(1, 'body')));
    talk.client(get).server(method(1, 60, 72, short('')));
    expect(talk.close().map((e) => [e.name, e.response as unknown])).toMatchObject([
      ['Basic.Get q', { type: 'Basic.Get-Ok', deliveryTag: 9, exchange: 'x', messageCount: 4, bodyBytes: 4 }],
      ['Basic.Get q', { type: 'Basic.Get-Empty' }],
    ]);
  });
});

describe('logins and other frames', () => {
  it('keep no credentials', () => {
    const talk = open().server(method(0, 10, 10, 0, 9, long(''), long('PLAIN'), long('en_US')));
    talk.client(method(0, 10, 11, long(''), short('PLAIN'), long('\0bob\0secret'), short('en_US')));
    talk.server(method(0, 10, 20, long('challenge'))).client(method(0, 10, 21, long('secret')));
    talk.client(method(0, 10, 70, long('secret'), short('because'))).server(method(0, 10, 71));
    const found = talk.close();
    expect(found.map((e) => e.name)).toEqual(['Connection.Start', 'Connection.Secure', 'Connection.Update-Secret']);
    expect(found[0]!.response).toMatchObject({ mechanism: 'PLAIN' });
    expect(JSON.stringify(found.map((e) => [summary(e), e.attributes]))).not.toMatch(/bob|secret"|challenge/);
  });

  it('take heartbeats for what they are', () => {
    const talk = open()
      .client(HEARTBEAT)
      .server(HEARTBEAT)
      .client(join(publish(1, 'x', ''), HEARTBEAT, content(1, 'a')));
    expect(lines(talk)).toEqual(['Basic.Publish x null null']);
    expect(talk.stats.parseErrors).toEqual({});
  });

  it.each([
    ['an unknown type', join(4, 0, 0, 0, 0, 0, 0, 0xce)],
    ['an unknown method', method(1, 60, 41)],
    ['a method of the server', method(1, 60, 60, short('t'), u32(0), u32(1), 0, short(''), short(''))],
    ['a channel method on channel 0', method(0, 60, 40)],
    ['a heartbeat with a body', frame(8, 0, join(1))],
    ['a wrong end', Buffer.concat([publish(1, 'x', '').subarray(0, -1), join(0)])],
    ['a size of 4 GiB', join(3, 0, 1, u32(0xffff_ffff))],
    ['a body that is too long', join(publish(1, 'x', ''), content(1, 'ab').subarray(0, 22), frame(3, 1, join('abc')))],
    ['a method in place of a body', join(publish(1, 'x', ''), publish(1, 'x', ''))],
  ])('refuse %s', (_, bytes) => {
    const talk = open().client(bytes);
    expect(talk.close()).toEqual([]);
    expect(Object.keys(talk.stats.parseErrors)).not.toEqual([]);
  });

  it('bear thousands of channels and calls', () => {
    const talk = open();
    for (let i = 1; i < 20_000; i++) talk.client(declare(i, 'q'));
    expect(talk.stats.parserFaults).toBe(0);
    expect(talk.close().length).toBeLessThan(20_000);
    const calls = open();
    for (let i = 0; i < 20_000; i++) calls.client(declare(1, 'q'));
    expect(calls.close().filter((e) => e.request.kind === 'request').length).toBeLessThanOrEqual(256);
  });
});
