import { describe, expect, it } from 'vitest';
import { AmqpConnection, Channel } from './channels.js';
import { Key } from './methods.js';

const SECOND = 1e9;

describe('a channel', () => {
  it('counts publications from Confirm.Select on', () => {
    const channel = new Channel(3);
    expect(channel.nextPublication(0)).toBe(0);
    channel.confirm();
    expect([channel.nextPublication(0), channel.nextPublication(0)]).toEqual([1, 2]);
    channel.confirm();
    expect(channel.nextPublication(0)).toBe(3);
  });

  it('gives publications of all channels ids of their own', () => {
    expect(new Channel(1).idOf(1)).not.toBe(new Channel(2).idOf(1));
    expect(Number.isSafeInteger(new Channel(65_535).idOf(2 ** 36 - 1))).toBe(true);
  });

  it('counts again after a confirm and a silence, and not before', () => {
    const channel = new Channel(1);
    channel.confirm();
    channel.nextPublication(0);
    channel.stopCounting();
    expect(channel.nextPublication(5 * SECOND)).toBe(0);
    channel.confirmed(9, 5 * SECOND);
    expect(channel.nextPublication(5.5 * SECOND)).toBe(0);
    channel.confirmed(10, 6 * SECOND);
    expect(channel.nextPublication(7.5 * SECOND)).toBe(11);
    channel.missConfirms();
    expect(channel.nextPublication(9 * SECOND)).toBe(12);
  });

  it('believes no tag that no broker has come to', () => {
    const channel = new Channel(1);
    channel.confirmed(2 ** 60, 0);
    expect(channel.nextPublication(2 * SECOND)).toBe(0);
  });

  it('lets one confirm answer a bounded number of publications', () => {
    const channel = new Channel(1);
    channel.confirm();
    for (let i = 0; i < 30_000; i++) channel.nextPublication(0);
    expect(channel.firstOf(30_000)).toBe(20_001);
    channel.missConfirms();
    expect(channel.firstOf(30_000)).toBe(30_000);
  });

  it('remembers a bounded number of consumers', () => {
    const channel = new Channel(1);
    for (let i = 0; i < 5000; i++) channel.consume(`tag ${i}`, 'queue');
    expect(channel.consumers.size).toBe(1024);
  });
});

describe('a connection', () => {
  it('answers the oldest call of a method, of the side that made it', () => {
    const connection = new AmqpConnection();
    const channel = connection.channel(1);
    const first = connection.call(channel, Key.qos, 'request', undefined);
    connection.call(channel, Key.qos, 'request', undefined);
    expect(connection.answered(channel, Key.qos, 'response')).toBeUndefined();
    expect(connection.answered(channel, Key.qos, 'request')?.id).toBe(first);
  });

  it('forgets what waits when bytes were missed, and trusts a pipelined channel no more', () => {
    const connection = new AmqpConnection();
    const channel = connection.channel(1);
    connection.begin('request');
    connection.call(channel, Key.qos, 'request', undefined);
    connection.begin('request');
    expect(connection.answered(channel, Key.qos, 'request')).toBeUndefined();
    expect(connection.call(channel, Key.qos, 'request', undefined)).not.toBeNull();
    connection.call(channel, Key.get, 'request', undefined);
    connection.answered(channel, Key.qos, 'request');
    connection.begin('request');
    expect(connection.call(channel, Key.qos, 'request', undefined)).toBeNull();
    connection.forget(1);
    expect(connection.call(connection.channel(1), Key.qos, 'request', undefined)).not.toBeNull();
  });

  it('says on which channel a call waits only if it is the only one', () => {
    const connection = new AmqpConnection();
    connection.call(connection.channel(1), Key.publish, 'request', undefined);
    expect(connection.waitingFor(Key.publish, 'request')?.number).toBe(1);
    connection.call(connection.channel(2), Key.publish, 'request', undefined);
    expect(connection.waitingFor(Key.publish, 'request')).toBeNull();
  });

  it('knows nothing of channels beyond the most that it keeps', () => {
    const connection = new AmqpConnection();
    for (let i = 0; i < 4096; i++) connection.channel(i);
    const beyond = connection.channel(5000);
    expect(beyond.doubtful).toBe(true);
    expect(connection.call(beyond, Key.qos, 'request', undefined)).toBeNull();
  });
});
