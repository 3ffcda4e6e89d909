import { readdirSync, readlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { mappedObjects } from './mapped-objects.js';
import { SymbolCache } from './symbol-cache.js';

const objects = mappedObjects(process.pid);

function openCount(path: string): number {
  const links = readdirSync('/proc/self/fd').map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return '';
    }
  });
  return links.filter((link) => link === path).length;
}

describe('SymbolCache', () => {
  it('opens an object once', () => {
    using cache = new SymbolCache();
    const [object] = objects;
    expect(cache.get(object!)).toBe(cache.get(object!));
    expect(cache.size).toBe(1);
  });

  it('closes the object that was not asked for in the longest time', () => {
    const [first, second, third] = objects;
    const before = openCount(second!.path);
    using cache = new SymbolCache({ maxObjects: 2 });
    const kept = cache.get(first!);
    cache.get(second!);
    cache.get(first!);
    cache.get(third!);
    expect(cache.size).toBe(2);
    expect(cache.get(first!)).toBe(kept);
    expect(openCount(second!.path)).toBe(before);
  });

  it('leaves no descriptor behind when it is disposed', () => {
    const [, second] = objects;
    const before = openCount(second!.path);
    {
      using cache = new SymbolCache();
      cache.get(second!);
      expect(openCount(second!.path)).toBe(before + 1);
    }
    expect(openCount(second!.path)).toBe(before);
  });
});
