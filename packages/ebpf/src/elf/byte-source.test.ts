import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileSource, memorySource } from './byte-source.js';

let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'source-'));
  path = join(directory, 'file');
  writeFileSync(
    path,
    Uint8Array.from({ length: 100 }, (_, index) => index),
  );
});

afterEach(() => rmSync(directory, { recursive: true }));

describe('a source', () => {
  it.each([
    ['in memory', () => memorySource(Uint8Array.from({ length: 100 }, (_, index) => index))],
    ['in a file', () => fileSource(path)],
  ])('%s gives the bytes of a range, up to its end', (_, open) => {
    using source = open();
    expect(source.size).toBe(100);
    expect([...source.read(10, 3)]).toEqual([10, 11, 12]);
    expect(source.read(100, 0)).toHaveLength(0);
    expect(source.read(0, 100)).toHaveLength(100);
  });

  it.each([
    ['beyond the end', 99, 2],
    ['far beyond it', 2 ** 60, 1],
    ['of a length that no memory has', 0, 2 ** 52],
    ['before the start', -1, 1],
    ['of negative length', 5, -1],
    ['that is no number', Number.NaN, 1],
  ])('refuses a range %s', (_, offset, length) => {
    for (const source of [memorySource(new Uint8Array(100)), fileSource(path)]) {
      expect(() => source.read(offset, length)).toThrow(expect.objectContaining({ code: 'ELF_MALFORMED' }));
      source[Symbol.dispose]();
    }
  });

  it('says so when the file shrinks while it is read', () => {
    using source = fileSource(path);
    truncateSync(path, 50);
    expect([...source.read(48, 2)]).toEqual([48, 49]);
    expect(() => source.read(40, 20)).toThrow('ends at 50, while it was read');
  });

  it('can be closed twice, and not be read afterwards', () => {
    const source = fileSource(path);
    source[Symbol.dispose]();
    source[Symbol.dispose]();
    expect(() => source.read(0, 1)).toThrow(expect.objectContaining({ code: 'ELF_UNREADABLE' }));
  });
});
