import { expect, it } from 'vitest';
import { Http2Connection, MAX_STREAMS } from './connection.js';
import type { Http2Request } from './messages.js';

it('a connection forgets its oldest streams when too many are open, at little cost', () => {
  const connection = new Http2Connection();
  const began = process.cpuUsage();
  const last = 2 * 20 * MAX_STREAMS - 1;
  for (let id = 1; id <= last; id += 2) {
    connection.open({ kind: 'request', id } as Http2Request, false);
  }
  expect(process.cpuUsage(began).user).toBeLessThan(2e6);
  expect(connection.streams.size).toBeLessThanOrEqual(MAX_STREAMS);
  expect(connection.streams.size).toBeGreaterThanOrEqual(MAX_STREAMS * 0.99);
  expect([connection.streams.has(1), connection.streams.has(last)]).toEqual([false, true]);
});
