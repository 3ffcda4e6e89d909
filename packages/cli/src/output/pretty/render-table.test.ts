import { describe, expect, it } from 'vitest';
import type { EndpointRow } from './endpoint-table.js';
import { fit, formatCount, formatDuration } from './format.js';
import { renderTable } from './render-table.js';

const row = (name: string, more: Partial<EndpointRow> = {}): EndpointRow => ({
  protocol: 'http1',
  name,
  total: 1234,
  errors: 0,
  rate: 12.34,
  p50: 1.234e6,
  p95: 12.34e6,
  p99: 1.2e9,
  ...more,
});

describe('the table', () => {
  it('has a column for each number', () => {
    const lines = renderTable([row('GET /users/{id}', { errors: 3 })], { width: 80, height: 10, colour: false });
    expect(lines).toEqual([
      'protocol  name              req/s   total  errors     p50     p95     p99',
      'http1     GET /users/{id}      12    1234       3  1.23ms  12.3ms   1.20s',
    ]);
  });

  it.each([20, 30, 40, 60, 80, 200])('fits a width of %d columns', (width) => {
    const rows = [row('GET /a/very/long/path/that/does/not/end/before/the/terminal/does'), row('GET /', { errors: 1 })];
    for (const line of renderTable(rows, { width, height: 10, colour: false })) {
      expect([...line].length).toBeLessThanOrEqual(width);
    }
  });

  it('fits a height, and says how much is left out', () => {
    const rows = Array.from({ length: 20 }, (_, index) => row(`GET /${index}`));
    const lines = renderTable(rows, { width: 80, height: 8, colour: false });
    expect(lines).toHaveLength(8);
    expect(lines.at(-1)).toBe('… and 14 more');
  });

  it('is coloured only where it may be', () => {
    const rows = [row('GET /', { errors: 1 })];
    expect(renderTable(rows, { width: 80, height: 9, colour: false }).join('')).not.toContain('\x1b');
    expect(renderTable(rows, { width: 80, height: 9, colour: true }).join('')).toContain('\x1b[31m');
  });

  it('lets nothing that was observed steer the terminal', () => {
    const [, line] = renderTable([row('GET /\x1b[2J\n\u202e')], { width: 80, height: 9, colour: false });
    expect(line).toContain('GET /·[2J··');
  });
});

describe('numbers', () => {
  it.each([
    [5, '5ns'],
    [1500, '1.50µs'],
    [123_456, '123µs'],
    [12_345_678, '12.3ms'],
    [2.5e9, '2.50s'],
    [Number.NaN, '-'],
  ])('of nanoseconds: %d is %s', (nanoseconds, text) => {
    expect(formatDuration(nanoseconds)).toBe(text);
  });

  it.each([
    [0, '0'],
    [1.25, '1.3'],
    [999.6, '1000'],
    [12_345, '12.3k'],
    [1_234_567, '1.23M'],
  ])('of things: %d is %s', (value, text) => {
    expect(formatCount(value)).toBe(text);
  });

  it('are cut where they have to be', () => {
    expect([fit('abc', 5), fit('abcdef', 4), fit('abc', 1), fit('äöü', 3)]).toEqual(['abc  ', 'abc…', 'a', 'äöü']);
  });
});
