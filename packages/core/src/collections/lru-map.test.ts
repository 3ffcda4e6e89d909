import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { LruMap } from './lru-map.js';

describe('LruMap', () => {
  it('forgets what was used least recently', () => {
    const map = new LruMap<string, number>(2);
    map.set('a', 1);
    map.set('b', 2);
    expect(map.get('a')).toBe(1);
    map.set('c', 3);
    expect(map.get('b')).toBeUndefined();
    expect([map.get('a'), map.get('c'), map.size]).toEqual([1, 3, 2]);
  });

  it('does not take a look for a use', () => {
    const map = new LruMap<string, number>(2);
    map.set('a', 1);
    map.set('b', 2);
    expect(map.peek('a')).toBe(1);
    map.set('c', 3);
    expect(map.peek('a')).toBeUndefined();
  });

  it('keeps the order of use through any number of comings and goings', () => {
    const map = new LruMap<number, number>(100);
    let expected: number[] = [];
    for (let n = 0; n < 20_000; n++) {
      const key = (n * 7919) % 173;
      map.set(key, n);
      expected = [...expected.filter((other) => other !== key), key].slice(-100);
      if (n % 5 === 0 && map.get(expected[3]!) !== undefined) expected.push(...expected.splice(3, 1));
    }
    const left = Array.from({ length: 101 }, () => map.forgetOldest()).filter((value) => value !== undefined);
    expect(left.map((n) => (n * 7919) % 173)).toEqual(expected);
    expect(map.size).toBe(0);
  });

  it('lists values in the order of their use', () => {
    const map = new LruMap<string, number>(Number.POSITIVE_INFINITY);
    expect([map.oldest(), ...map.values()]).toEqual([undefined]);
    for (const [index, key] of [...'abcd'].entries()) map.set(key, index);
    map.get('a');
    map.delete('c');
    expect([map.oldest(), ...map.values()]).toEqual([1, 1, 3, 0]);
  });

  it('holds no memory of uses that are over', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const map = new LruMap<number, object>(1000);
    for (let key = 0; key < 1000; key++) map.set(key, {});
    collect();
    const before = process.memoryUsage().heapUsed;
    for (let use = 0; use < 1_000_000; use++) map.get(use % 1000);
    collect();
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(8e6);
  });

  it('replaces, deletes and clears', () => {
    const map = new LruMap<string, number>(2);
    map.set('a', 1);
    map.set('a', 2);
    expect([map.get('a'), map.size]).toEqual([2, 1]);
    expect([map.delete('a'), map.delete('a')]).toEqual([true, false]);
    map.set('b', 1);
    map.clear();
    expect(map.size).toBe(0);
  });
});
