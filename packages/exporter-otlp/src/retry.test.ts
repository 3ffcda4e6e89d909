import { describe, expect, it } from 'vitest';
import { backoff, isRetryable, retryAfter } from './retry.js';

describe('a request', () => {
  it.each([
    [429, true],
    [502, true],
    [503, true],
    [504, true],
    [400, false],
    [401, false],
    [404, false],
    [413, false],
    [500, false],
    [501, false],
    [301, false],
  ])('that was answered with %i is sent again: %s', (status, again) => {
    expect(isRetryable(status)).toBe(again);
  });

  const options = { initialMs: 100, maxMs: 1000, forMs: 60_000 };

  it.each([
    [1, null, 1, 100],
    [1, null, 0, 50],
    [2, null, 1, 200],
    [3, null, 0.5, 300],
    [10, null, 1, 1000],
    [1000, null, 1, 1000],
    [1, 5000, 0, 5000],
    [4, 10, 1, 800],
  ])('waits after attempt %i, Retry-After %j, chance %d: %d ms', (attempt, after, random, expected) => {
    expect(backoff(attempt, after, options, random)).toBe(expected);
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');

  it.each([
    [undefined, null],
    ['3', 3000],
    [' 0 ', 0],
    ['Thu, 01 Jan 2026 00:00:07 GMT', 7000],
    ['Thu, 01 Jan 2015 00:00:00 GMT', 0],
    ['soon', null],
    ['-5', expect.toSatisfy((value) => value === null || value >= 0)],
    ['', null],
    ['9'.repeat(500), null],
  ])('of %j is %j', (header, expected) => {
    expect(retryAfter(header, now)).toEqual(expected);
  });
});
