import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Exchange } from '@sonde/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { METHODS } from './support/capture-methods.js';
import { count, observe } from './support/observe.js';
import { type RealServer, serverModule } from './support/real-server.js';

const { cassandraPython, startCassandra } = await serverModule<{
  cassandraPython(): Promise<string>;
  startCassandra(): Promise<RealServer>;
}>('cassandra');
const run = promisify(execFile);
const program = (name: string) => fileURLToPath(new URL(`./programs/${name}`, import.meta.url));

/** What a driver asks of its own accord: as often as it finds fit. */
const own = ({ name, request }: Exchange) =>
  name.startsWith('EVENT') || / system/.test(name) || /^(STARTUP|OPTIONS|REGISTER|USE)$/.test(`${request.operation}`);
const summary = ({ name, status, request }: Exchange) => `${request.operation} ${name} ${status}`;
const secrets = (seen: readonly Exchange[]) =>
  JSON.stringify(seen.map(({ request, response, attributes }) => [request, response, attributes])).match(
    /hunter2|swordfish/,
  );

/** @against cassandra: Apache Cassandra, cassandra-driver and the Python driver */
describe.each(METHODS)('Cassandra and its drivers, by %s capture', (capture) => {
  let server: RealServer;
  let python: string;

  beforeAll(async () => {
    [server, python] = await Promise.all([startCassandra(), cassandraPython()]);
  }, 300_000);
  afterAll(() => server?.stop());

  it('are seen at both ends in version 4, statements by what was prepared', async () => {
    const client = [program('cassandra-client.mjs'), `${server.port}`];
    const seen = await observe(capture, server.port, () => run(process.execPath, client));
    const ours = seen.filter((exchange) => exchange.protocol === 'cassandra' && !own(exchange));
    for (const side of ['client', 'server']) {
      const counts = count(ours, side, summary);
      // Once for each connection, or oftener.
      for (const name of ['INSERT shop.orders', 'SELECT shop.orders']) {
        expect(counts[`PREPARE PREPARE ${name} OK`], side).toBeGreaterThan(0);
        delete counts[`PREPARE PREPARE ${name} OK`];
      }
      expect(counts, side).toEqual({
        'QUERY CREATE OK': 1,
        'QUERY CREATE TABLE shop.orders OK': 1,
        'EXECUTE INSERT shop.orders OK': 100,
        'EXECUTE SELECT shop.orders OK': 201,
        'QUERY SELECT shop.orders OK': 1,
        'QUERY SELECT shop.nothing 8704': 5,
        'QUERY QUERY 8192': 3,
        'BATCH BATCH OK': 10,
      });
    }
    const batches = ours.filter(({ request }) => request.operation === 'BATCH');
    expect(new Set(batches.map(({ attributes }) => attributes['db.operation.batch.size']))).toEqual(new Set([3]));
    expect(secrets(seen)).toBeNull();
  });

  it.each(['none', 'lz4'])(
    'are seen at both ends in the segments of version 5, compression: %s',
    async (compression) => {
      const client = [program('cassandra-client.py'), `${server.port}`, compression];
      const seen = await observe(capture, server.port, () => run(python, client));
      const ours = seen.filter((exchange) => exchange.protocol === 'cassandra' && !own(exchange));
      const table = `shop_${compression}.carts`;
      for (const side of ['client', 'server']) {
        expect(count(ours, side, summary), side).toEqual({
          'QUERY CREATE OK': 1,
          [`QUERY CREATE TABLE ${table} OK`]: 1,
          [`PREPARE PREPARE INSERT ${table} OK`]: 1,
          [`PREPARE PREPARE SELECT ${table} OK`]: 1,
          [`EXECUTE INSERT ${table} OK`]: 51,
          [`EXECUTE SELECT ${table} OK`]: 101,
          [`QUERY SELECT shop_${compression}.nothing 8704`]: 4,
        });
      }
      expect(secrets(seen)).toBeNull();
    },
  );
});
