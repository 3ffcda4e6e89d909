import type { Exchange } from '@sonde/core';
import { describe, expect, it } from 'vitest';
import { EndpointTable } from './endpoint-table.js';

const exchange = (name: string, durationNs: number | null = 1e6, error: string | null = null, protocol = 'http1') =>
  ({ protocol, name, durationNs, error }) as Exchange;

describe('the endpoint table', () => {
  it('counts requests and errors, and puts the busiest first', () => {
    const table = new EndpointTable();
    table.add(exchange('GET /a'));
    for (let index = 0; index < 3; index++) table.add(exchange('GET /b', 2e6, index === 0 ? '500' : null));
    table.add(exchange('GET', 5e5, null, 'redis'));
    table.turn(1000, 500);
    expect(
      table.rows('recent').map(({ protocol, name, total, errors, rate }) => [protocol, name, total, errors, rate]),
    ).toEqual([
      ['http1', 'GET /b', 3, 1, 6],
      ['redis', 'GET', 1, 0, 2],
      ['http1', 'GET /a', 1, 0, 2],
    ]);
    expect(table).toMatchObject({ total: 5, errors: 1 });
  });

  it('tells rates of the last interval only', () => {
    const table = new EndpointTable();
    table.add(exchange('GET /a'));
    table.turn(1000, 1000);
    table.turn(2000, 1000);
    expect(table.rows('recent')[0]).toMatchObject({ rate: 0, total: 1 });
  });

  it('tells quantiles of late, which forget what was long ago', () => {
    const table = new EndpointTable();
    table.add(exchange('GET /a', 1e9));
    for (let now = 10_000; now <= 40_000; now += 10_000) {
      table.turn(now, 1000);
      table.add(exchange('GET /a', 1e6));
    }
    expect(table.rows('recent')[0]!.p99).toBeLessThan(2e6);
    expect(table.rows('all')[0]!.p99).toBeGreaterThan(9e8);
  });

  it('knows no latency of requests without an answer', () => {
    const table = new EndpointTable();
    table.add(exchange('publish', null));
    expect(table.rows('all')[0]).toMatchObject({ total: 1, p50: Number.NaN });
  });

  it('holds a bounded number of rows', () => {
    const table = new EndpointTable();
    for (let index = 0; index < 5000; index++) table.add(exchange(`GET /${index}`));
    const rows = table.rows('all');
    expect(rows.length).toBeLessThanOrEqual(1001);
    expect(rows[0]).toMatchObject({ name: '(other)', total: 4000 });
    expect(rows.reduce((sum, row) => sum + row.total, 0)).toBe(5000);
  });
});
