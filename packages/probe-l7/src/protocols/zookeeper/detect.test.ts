import { describe, expect, it } from 'vitest';
import { Conversation } from '../conversation.fixture.js';
import { zookeeper } from './index.js';
import { ACL, CONNECT, CONNECTED, int, join, message, PING, part, reply, request, text } from './wire.fixture.js';

const joinedAt = (...said: [boolean, Uint8Array][]) => {
  return new Conversation({ protocols: [zookeeper], pinned: false, fromStart: false, role: null }).play(said);
};
const notification = (event: number, path: string) =>
  message(int(-1), int(-1), int(-1), int(0), int(event), int(3), text(path));

describe('recognition of zookeeper', () => {
  it.each([
    ['connect', CONNECT, CONNECTED],
    ['connect', message(int(0), int(0), int(0), int(4000), int(0), int(0), text('\0'.repeat(16))), CONNECTED],
    ['ping', PING, reply(-2)],
    ['create', request(3, 1, text('/a'), text('data'), ACL, int(0)), reply(3, 0, text('/a'))],
    ['delete', request(3, 2, text('/a'), int(-1)), reply(3)],
    ['exists', request(3, 3, text('/a'), [0]), reply(3, -101)],
    ['setData', request(3, 5, text('/a'), text('data'), int(-1)), reply(3, -101)],
    ['getACL', request(3, 6, text('/a')), reply(3, -101)],
    ['sync', request(3, 9, text('/a')), reply(3, 0, text('/a'))],
    ['multi', request(3, 14, part(2), text('/a'), int(-1), part(-1, 1)), reply(3, 0, part(2, 0, 0), part(-1, 1))],
    ['addWatch', request(3, 106, text('/a'), int(1)), reply(3)],
  ])('joins a connection at a %s', (name, asked, answered) => {
    const talk = joinedAt([true, asked], [false, answered]);
    expect(talk.close().map((e) => [e.name, e.response !== null])).toEqual([[name, true]]);
    expect(talk.stats.parseErrors).toEqual({});
  });

  it('joins a connection at what the server says', () => {
    expect(joinedAt([false, notification(4, '/a')]).close()).toMatchObject([
      { name: 'notification NodeChildrenChanged', request: { resource: '/a' } },
    ]);
    const pinged = joinedAt([false, reply(-2)], [true, PING], [false, reply(-2)]);
    expect(pinged.close().map((e) => e.name)).toEqual(['ping']);
  });

  it('waits for a request that comes in pieces', () => {
    const pieces = Array.from(
      request(3, 3, text('/a'), [0]),
      (byte) => [true, Uint8Array.of(byte)] as [boolean, Uint8Array],
    );
    expect(joinedAt(...pieces, [false, reply(3, -101)]).close()).toMatchObject([{ name: 'exists', error: 'NONODE' }]);
  });

  it.each([
    ['a path that does not begin with a slash', request(3, 4, text('a/b'), [0])],
    ['a path that leaves no room for what follows', request(3, 4, text('/a'))],
    ['bytes behind a path that ends its request', request(3, 6, text('/a'), [0, 0])],
    ['an operation that there is not', request(3, 10, text('/a'), [0])],
    ['a special number of another operation', request(-8, 4, text('/a'), [0])],
    [
      'a password of another size',
      message(int(0), int(0), int(0), int(4000), int(0), int(0), text('\0'.repeat(12)), int(0)),
    ],
    ['a length that is far too large', join(int(0x00ff_0000), int(3), int(4), text('/a'))],
    ['a multi that begins with its end', request(3, 14, part(33), text('/a'))],
    ['a number alone', join(int(44))],
  ])('leaves %s alone', (_, bytes) => {
    expect(joinedAt([true, bytes], [false, reply(3, -101)]).close()).toEqual([]);
  });

  it.each([
    ['an event that there is not', notification(9, '/a')],
    [
      'a path that does not fill its notification',
      message(int(-1), int(-1), int(-1), int(0), int(1), int(3), text('/a'), [0]),
    ],
    ['a ping with an error that there is not', reply(-2, -99)],
    ['a reply that nobody asked for', reply(3, 0, text('/a'))],
  ])('leaves %s of a server alone', (_, bytes) => {
    expect(joinedAt([false, bytes]).close()).toEqual([]);
  });
});
