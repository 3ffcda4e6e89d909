import { describe, expect, it } from 'vitest';
import { readFirstTable, skipAside, skipParameters } from './client-packets.js';
import { Client } from './packets.js';
import { cursor, string, varint } from './wire.fixture.js';

describe('parameters of a query', () => {
  const parameter = (name: string) => `${string(name)}\x02${string("'secret'")}`;

  it.each([0, 1, 3])('end with an empty name: %d of them', (count) => {
    const all = cursor(`${parameter('id').repeat(count)}\0rest`);
    expect([skipParameters(all), all.left]).toEqual([true, 4]);
  });

  it('are stepped over as many as are there', () => {
    const [one, two] = [parameter('id'), parameter('name')];
    for (let size = one.length; size < one.length + two.length; size++) {
      const all = cursor((one + two).slice(0, size));
      expect([skipParameters(all), all.at], `${size} bytes`).toEqual([false, one.length]);
    }
  });
});

describe('tables whose state is asked for', () => {
  it('are named by the first of them', () => {
    const all = cursor(`\x02${string('shop')}${string('orders')}${string('shop')}${string('users')}x`);
    expect([readFirstTable(all), all.left]).toEqual(['shop.orders', 1]);
  });
  it('may be none', () => expect(readFirstTable(cursor('\0'))).toBeNull());
  it('are not all there where they lie', () => {
    const all = cursor(`${varint(2 ** 40)}${string('shop')}${string('orders')}`);
    readFirstTable(all);
    expect(all.overrun).toBe(true);
  });
});

describe('a packet that asks for nothing', () => {
  it.each([
    [Client.keepAlive, ''],
    [Client.sshChallengeRequest, ''],
    [Client.sshChallengeResponse, string('signature')],
    [Client.ignoredPartUuids, `\x02${'u'.repeat(32)}`],
    [Client.readTaskResponse, `\x01${string('task')}`],
  ])('of type %d is stepped over', (type, body) => {
    const all = cursor(`${body}rest`);
    expect([skipAside(all, type), all.left, all.overrun]).toEqual([true, 4, false]);
    if (body === '') return;
    const cut = cursor(body.slice(0, -1));
    skipAside(cut, type);
    expect(cut.overrun).toBe(true);
  });

  it.each([Client.query, Client.data, 10, 13, 99, 255])('is not of type %d', (type) => {
    expect(skipAside(cursor('rest'), type)).toBe(false);
  });
});
