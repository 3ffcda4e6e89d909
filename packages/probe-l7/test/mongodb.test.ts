import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Exchange } from '@sonde/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MongoRequest } from '../src/protocols/mongodb/index.js';
import { METHODS } from './support/capture-methods.js';
import { count, observe } from './support/observe.js';
import { type RealServer, serverModule } from './support/real-server.js';

const { mongodbPython, startMongodb } = await serverModule<{
  mongodbPython(): Promise<string>;
  startMongodb(): Promise<RealServer>;
}>('mongodb');
const run = promisify(execFile);
const program = (name: string) => fileURLToPath(new URL(`./programs/${name}`, import.meta.url));
/** Logins and the watching of the server: as many as the driver finds fit. */
const watching = ({ request }: Exchange) => /^(ismaster|hello|isMaster|ping|endSessions)$/.test(`${request.operation}`);

/** @against mongodb: SecantusDB, a stand-in, with the drivers for Node and Python */
describe.each(METHODS)("MongoDB's drivers, by %s capture", (capture) => {
  let server: RealServer;
  let python: string;

  beforeAll(async () => {
    [server, python] = await Promise.all([startMongodb(), mongodbPython()]);
  }, 300_000);
  afterAll(() => server?.stop());

  it('are seen at both ends, each command with its outcome', async () => {
    const seen = await observe(capture, server.port, () =>
      run(process.execPath, [program('mongodb-client.mjs'), `${server.port}`]),
    );
    const ours = seen.filter((exchange) => exchange.protocol === 'mongodb' && !watching(exchange));
    for (const side of ['client', 'server']) {
      expect(
        count(ours, side, ({ name, status }) => `${name} ${status}`),
        side,
      ).toEqual({
        'insert orders OK': 1,
        'find orders OK': 201,
        'getMore orders OK': 10,
        'update orders OK': 1,
        'insert orders 11000': 5,
        'noSuchCommand 59': 3,
      });
    }
    expect(new Set(ours.map(({ error }) => error))).toEqual(new Set([null, 'DuplicateKey', 'CommandNotFound']));
    const databases = ours.map(({ request }) => (request as MongoRequest).database);
    // An insert of 200 kB is not captured to its end, where the database stands.
    expect(databases.filter((database) => database !== 'shop').length).toBeLessThanOrEqual(2);
    expect(
      JSON.stringify(seen.map(({ request, response, attributes }) => [request, response, attributes])),
    ).not.toMatch(/hunter2|swordfish/);
  });

  it('are seen with document sequences, exhaust cursors and writes that nobody acknowledges', async () => {
    const seen = await observe(capture, server.port, () =>
      run(python, [program('mongodb-client.py'), `${server.port}`]),
    );
    const ours = seen.filter((exchange) => exchange.protocol === 'mongodb' && !watching(exchange));
    const summary = ({ name, status, request }: Exchange) =>
      `${name} ${request.kind} ${status} ${(request as MongoRequest).documents ?? ''}`;
    for (const side of ['client', 'server']) {
      expect(count(ours, side, summary), side).toEqual({
        'insert carts request OK 50': 1,
        'update carts request OK 20': 1,
        'find carts request OK ': 1,
        'getMore carts request OK ': 1,
        'getMore carts oneway OK ': 4,
        'insert carts oneway null 1': 1,
      });
    }
  });
});
