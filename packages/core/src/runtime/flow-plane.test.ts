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

  it('prefers the own namespace, then one of no particular namespace, then any other', () => {
    const resolve = (netns: number) => plane.resolve({ ...tuple, netns }, 1)?.server.address;
    plane.learn({ ...tuple, netns: 7 }, pod('seven'), 0);
    expect([7, 8, 0].map(resolve)).toEqual(['seven', 'seven', 'seven']);
    plane.learn(tuple, pod('any'), 0);
    expect([7, 8, 0].map(resolve)).toEqual(['seven', 'any', 'any']);
  });

  it('says nothing where other namespaces contradict each other', () => {
    plane.learn({ ...tuple, netns: 7 }, pod('seven'), 0);
    plane.learn({ ...tuple, netns: 8 }, pod('eight'), 0);
    expect([7, 8, 9].map((netns) => plane.resolve({ ...tuple, netns }, 1)?.server.address)).toEqual([
      'seven',
      'eight',
      undefined,
    ]);
    plane.forget({ ...tuple, netns: 8 }, 5);
    expect(plane.resolve({ ...tuple, netns: 9 }, 6)?.server.address).toBe('seven');
  });

  it('finds a datagram socket without an address by its port, unless two clients have it', () => {
    const dns: FlowTuple = { ...tuple, transport: 'udp', netns: 3 };
    const other: FlowTuple = { ...dns, client: { address: '10.0.0.2', port: 40000 } };
    const resolve = (address: string) => plane.resolve({ ...dns, client: { address, port: 40000 } }, 5)?.server.address;
    plane.learn(dns, pod('a'), 0);
    expect([resolve('0.0.0.0'), resolve('::'), resolve('10.0.0.9')]).toEqual(['a', 'a', undefined]);
    plane.learn(other, pod('b'), 0);
    expect([resolve('0.0.0.0'), resolve('10.0.0.1'), resolve('10.0.0.2')]).toEqual([undefined, 'a', 'b']);
    plane.forget(other, 4);
    expect(resolve('0.0.0.0')).toBe('a');
    const bound = plane.resolve({ ...dns, server: { address: '::', port: 80 } }, 5);
    expect(bound?.server.address).toBe('a');
  });

  it('has writers tell what they have learnt before it answers', () => {
    const stop = plane.provide({ catchUp: () => plane.learn(tuple, pod('just now'), 0) });
    expect(plane.resolve(tuple, 1)?.server.address).toBe('just now');
    plane.forget(tuple, 2);
    stop();
    expect(plane.resolve(tuple, 3)).toBeNull();
  });

  it('is prompt as long as every writer can catch up', () => {
    plane.provide({ catchUp: () => {} });
    expect(plane.prompt).toBe(true);
    const stop = plane.provide();
    expect(plane.prompt).toBe(false);
    stop();
    stop();
    expect(plane.prompt).toBe(true);
  });

  it('is active while someone writes', () => {
    const [first, second] = [plane.provide(), plane.provide()];
    first();
    first();
    expect(plane.active).toBe(true);
    second();
    expect(plane.active).toBe(false);
  });

  const client = (port: number) => ({ ...tuple, client: { address: '10.0.0.1', port } });

  it('never remembers more than 131072 mappings', () => {
    for (let port = 0; port < 140_000; port++) plane.learn(client(port), pod('x'), 1);
    expect(plane.size).toBeLessThanOrEqual(131_072);
    expect(plane.resolve(client(139_999), 1)?.server.address).toBe('x');
  });

  it('lets those that have ended make room before those that live', () => {
    const other = { ...tuple, client: { address: '10.0.0.2', port: 1 } };
    plane.learn(other, pod('lives'), 0);
    for (let port = 0; port < 140_000; port++) {
      plane.learn(client(port), pod('x'), 1);
      if (port % 4 > 0) plane.forget(client(port), 2);
    }
    expect(plane.resolve(other, 3)?.server.address).toBe('lives');
    expect(plane.size).toBeLessThanOrEqual(131_072);
  });

  it('remembers 64 mappings of each tuple', () => {
    for (let at = 1; at <= 100; at++) plane.learn(tuple, pod(String(at)), at);
    expect(plane.resolve(tuple, 36)).toBeNull();
    expect(plane.resolve(tuple, 37.5)?.server.address).toBe('37');
  });

  /** Five hundred seconds of connections that live for a millisecond, ten a second; whoever asks is `behind` seconds late. */
  function live(behind: number): void {
    for (let port = 1; port <= 5000; port++) {
      plane.resolve(client(0), Math.max(0, port * 1e8 - behind * 1e9));
      plane.learn(client(port), pod('x'), port * 1e8);
      plane.forget(client(port), port * 1e8 + 1e6);
    }
  }

  it('forgets what has ended, as new flows come', () => {
    live(0);
    expect(plane.size).toBeLessThan(120);
    expect(plane.resolve(client(4990), 4990e8 + 1)?.server.address).toBe('x');
  });

  it('keeps what has ended for those who ask late', () => {
    live(30);
    expect(plane.resolve(client(4700), 4700e8 + 1)?.server.address).toBe('x');
    expect(plane.size).toBeLessThan(420);
  });
});
