import { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { ConnectionRoom } from './connection-room.js';

const sockets = (count: number) => Array.from({ length: count }, () => new Socket());
const gone = (all: readonly Socket[]) => all.flatMap(({ destroyed }, index) => (destroyed ? [index] : []));

it('whoever comes takes the place of the oldest that asks nothing', () => {
  const room = new ConnectionRoom(3);
  const all = sockets(5);
  for (const socket of all.slice(0, 3)) room.enter(socket);
  room.begin(all[0]!);
  for (const socket of all.slice(3)) room.enter(socket);
  expect([room.size, gone(all)]).toEqual([3, [1, 2]]);
});

it('of those that ask for something, the oldest goes', () => {
  const room = new ConnectionRoom(2);
  const all = sockets(3);
  for (const socket of all) {
    room.enter(socket);
    room.begin(socket);
  }
  expect([room.size, gone(all)]).toEqual([2, [0]]);
});

it('whoever was answered waits behind the others', () => {
  const room = new ConnectionRoom(2);
  const all = sockets(3);
  room.enter(all[0]!);
  room.begin(all[0]!);
  room.enter(all[1]!);
  room.end(all[0]!);
  room.enter(all[2]!);
  expect(gone(all)).toEqual([1]);
});

it('whoever closes is counted no longer', async () => {
  const room = new ConnectionRoom(2);
  const all = sockets(2);
  for (const socket of all) room.enter(socket);
  room.begin(all[1]!);
  for (const socket of all) await new Promise((resolve) => socket.destroy().once('close', resolve));
  room.end(all[1]!);
  expect(room.size).toBe(0);
});
