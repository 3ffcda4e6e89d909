import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Exchange } from '@sonde/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { METHODS } from './support/capture-methods.js';
import { count, observe } from './support/observe.js';
import { type RealServer, serverModule } from './support/real-server.js';

const { startZookeeper } = await serverModule<{ startZookeeper(): Promise<RealServer> }>('zookeeper');
const run = promisify(execFile);
const client = fileURLToPath(new URL('./programs/zookeeper-client.mjs', import.meta.url));

const summary = ({ name, error }: Exchange) => `${name} ${error ?? 'OK'}`;

/** @against zookeeper: Apache ZooKeeper and node-zookeeper-client */
describe.each(METHODS)('ZooKeeper and node-zookeeper-client, by %s capture', (capture) => {
  let server: RealServer;

  beforeAll(async () => {
    server = await startZookeeper();
  }, 300_000);
  afterAll(() => server?.stop());

  it('are seen at both ends, operation by operation, with errors, transactions and watches', async () => {
    const seen = await observe(capture, server.port, () => run(process.execPath, [client, `${server.port}`]));
    // A client pings when it has been quiet for a while.
    const ours = seen.filter(({ protocol, name }) => protocol === 'zookeeper' && name !== 'ping');
    for (const side of ['client', 'server']) {
      expect(count(ours, side, summary), side).toEqual({
        'connect OK': 1,
        'auth OK': 1,
        'create OK': 51,
        'create NODEEXISTS': 1,
        'getData OK': 102,
        'getData NONODE': 7,
        'getChildren2 OK': 1,
        'notification NodeChildrenChanged OK': 1,
        'notification NodeDataChanged OK': 1,
        'setData OK': 1,
        'setData BADVERSION': 5,
        'delete NOTEMPTY': 1,
        'multi OK': 1,
        'multi NONODE': 1,
        'closeSession OK': 1,
      });
      const large = ours.filter((exchange) => exchange.side === side && exchange.name === 'setData').at(-1)!;
      expect(large).toMatchObject({ request: { resource: '/shop', dataBytes: 200_000 } });
      expect(large.response).toMatchObject({ version: 1 });
    }
    expect(JSON.stringify(ours.map((e) => [e.request, e.response, e.attributes]))).not.toMatch(/hunter2|swordfish/);
  });
});
