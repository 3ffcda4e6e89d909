import { beforeEach, describe, expect, it } from 'vitest';
import type { FlowIdentity, FlowTuple } from '../contracts/index.js';
import { FlowPlane } from './flow-plane.js';

const tuple: FlowTuple = {
  transport: 'tcp',
  client: { address: '10.0.0.1', port: 40000 },
  server: { address: '10.96.0.10', port: 80 },
  netns: 0,
};

function pod(address: string): FlowIdentity {
  return { server: { address, port: 8080 }, client: null, virtual: tuple.server, method: 'conntrack' };
}

describe('FlowPlane', () => {
  let plane: FlowPlane;
  beforeEach(() => {
    plane = new FlowPlane();
  });

  it('knows who is behind an address from the time on that it was told', () => {
    plane.learn(tuple, pod('a'), 100);
    expect([plane.resolve(tuple, 99), plane.resolve(tuple, 100)]).toEqual([null, pod('a')]);
    expect(plane.resolve({ ...tuple, transport: 'udp' }, 100)).toBeNull();
  });

  it('keeps generations of a reused port apart', () => {
    plane.learn(tuple, pod('a'), 100);
    plane.forget(tuple, 200);
    expect(plane.resolve(tuple, 250)).toBeNull();
    plane.learn(tuple, pod('b'), 300);
    expect([150, 200, 250, 300].map((at) => plane.resolve(tuple, at)?.server.address)).toEqual([
      'a',
      'a',
      undefined,
      'b',
    ]);
  });

  it('lets a new mapping end the old one', () => {
    plane.learn(tuple, pod('a'), 100);
    plane.learn(tuple, pod('b'), 200);
    expect([199, 201].map((at) => plane.resolve(tuple, at)?.server.address)).toEqual(['a', 'b']);
  });

  it('uses a mapping of an unknown namespace for any, and one of a known namespace for that only', () => {
    plane.learn(tuple, pod('any'), 0);
    plane.learn({ ...tuple, netns: 7 }, pod('seven'), 0);
    expect([0, 7, 8].map((netns) => plane.resolve({ ...tuple, netns }, 1)?.server.address)).toEqual([
      'any',
      'seven',
      'any',
    ]);
  });

  it('is active while someone writes', () => {
    const [first, second] = [plane.provide(), plane.provide()];
    first();
    first();
    expect(plane.active).toBe(true);
    second();
    expect(plane.active).toBe(false);
  });

  it('never remembers more than 65536 tuples', () => {
    for (let port = 0; port < 66_000; port++) plane.learn({ ...tuple, netns: port + 1 }, pod('x'), 0);
    expect(plane.size).toBe(65_536);
    for (let at = 0; at < 10; at++) plane.learn(tuple, pod(String(at)), at);
    expect(plane.resolve(tuple, 5)).toBeNull();
    expect(plane.resolve(tuple, 6.5)?.server.address).toBe('6');
  });
});
