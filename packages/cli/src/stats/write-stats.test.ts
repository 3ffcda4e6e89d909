import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { addCounts, cpuSeconds, peakRssBytes, total } from './run-stats.js';
import { checkStatsFile, writeStats } from './write-stats.js';

const folder = mkdtempSync(join(tmpdir(), 'stats-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the file for statistics', () => {
  it('is checked before anything runs', () => {
    expect(() => checkStatsFile(join(folder, 'stats.json'))).not.toThrow();
    expect(() => checkStatsFile(folder)).toThrow(expect.objectContaining({ code: 'STATS_FILE' }));
    expect(() => checkStatsFile(join(folder, 'no', 'stats.json'))).toThrow(
      expect.objectContaining({ code: 'STATS_FILE' }),
    );
  });

  const stats = {
    events: 1,
    lost: {},
    exchanges: { dns: 2 },
    unmatched: 0,
    unmatchedReasons: {},
    parseErrors: 0,
    cpuSeconds: cpuSeconds(),
    peakRssBytes: peakRssBytes(),
    programs: [],
  };

  it("is stderr where its name is '-'", () => {
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const before = readdirSync('.');
    checkStatsFile('-');
    writeStats('-', stats);
    const written = write.mock.calls.map(([text]) => text);
    write.mockRestore();
    expect(written).toEqual([`${JSON.stringify(stats)}\n`]);
    expect(readdirSync('.')).toEqual(before);
  });

  it('that fills up is told of with a code', () => {
    expect(() => writeStats('/dev/full', stats)).toThrow(
      expect.objectContaining({
        code: 'STATS_WRITE',
        message: "'/dev/full' can't be written: ENOSPC: no space left on device",
      }),
    );
  });

  it('holds one JSON object', () => {
    const file = join(folder, 'stats.json');
    writeStats(file, stats);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(stats);
    expect(stats.cpuSeconds).toBeGreaterThan(0);
    expect(stats.peakRssBytes).toBeGreaterThan(10_000_000);
  });
});

it('counts add up', () => {
  const counts = { a: 1 };
  addCounts(counts, { a: 2, b: 3 });
  expect(counts).toEqual({ a: 3, b: 3 });
  expect(total(counts)).toBe(6);
});
