import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SystemClock } from './system-clock.js';

describe('SystemClock', () => {
  it('is CLOCK_MONOTONIC', () => {
    const clock = new SystemClock();
    const before = Number(process.hrtime.bigint());
    const now = clock.now();
    const after = Number(process.hrtime.bigint());
    // A microsecond for the two reads that measured the origin.
    expect(now).toBeGreaterThan(before - 1e6);
    expect(now).toBeLessThan(after + 1e6);
    expect(Number.isInteger(now)).toBe(true);
    // /proc/uptime counts suspended time too, so it can only be ahead.
    const uptime = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
    expect(uptime + 0.1).toBeGreaterThan(now / 1e9);
  });

  it('tells wall time to less than a millisecond', () => {
    const clock = new SystemClock();
    const before = Date.now();
    const at = clock.toUnixNano(clock.now());
    const after = Date.now() + 1;
    expect(at).toBeGreaterThanOrEqual(BigInt(before) * 1_000_000n - 100_000n);
    expect(at).toBeLessThanOrEqual(BigInt(after) * 1_000_000n + 100_000n);
  });

  it('finds the wall clock’s own nanoseconds by waiting for its next millisecond', () => {
    // The wall is 5 s ahead of the monotonic clock, and 0.4 ms into a millisecond. Each look takes 1 µs.
    let time = 1_000_000_400_000n;
    const sources = {
      monotonic: () => time,
      performance: () => Number(time) / 1e6,
      wall: () => {
        time += 1_000n;
        return Number((time + 5_000_000_000n) / 1_000_000n);
      },
    };
    const clock = new SystemClock(sources);
    expect(clock.toUnixNano(0)).toBe(5_000_000_000n);
    expect(clock.toUnixNano(1.75)).toBe(5_000_000_001n);
  });

  it('follows the wall when it is set', () => {
    let offset = 0;
    let time = 0n;
    const clock = new SystemClock({
      monotonic: () => time,
      performance: () => Number(time) / 1e6,
      wall: () => {
        time += 1_000n;
        return Math.floor(Number(time) / 1e6) + offset;
      },
    });
    expect(clock.toUnixNano(0)).toBe(0n);
    offset = 3_600_000;
    clock.synchronise();
    expect(clock.toUnixNano(0)).toBe(3_600_000_000_000n);
  });

  it('does not hang on a clock that stands still', () => {
    const clock = new SystemClock({ monotonic: () => 5n, performance: () => 0, wall: () => 1 });
    expect(clock.toUnixNano(0)).toBe(999_995n);
  });
});
