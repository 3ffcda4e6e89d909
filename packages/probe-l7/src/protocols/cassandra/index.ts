/**
 * Cassandra's native protocol (CQL), versions 3 to 5, and whatever speaks it (ScyllaDB, DataStax Enterprise).
 *
 * ```ts
 * import { createAgent } from '@sonde/core';
 * import { l7 } from '@sonde/probe-l7';
 *
 * const agent = await createAgent({ probes: [l7()], targets: ['port=9042'] });
 * for await (const span of agent.spans()) console.log(span.name, span.status); // SELECT shop.orders OK
 * ```
 *
 * @see https://github.com/apache/cassandra/tree/trunk/doc (native_protocol_v5.spec)
 * @packageDocumentation
 */
import { defineProtocol } from '@sonde/core';
import { attributes, describe } from './describe.js';
import { detect } from './detect.js';
import type { CassandraConnection, CassandraMessage, CassandraRequest, CassandraResponse } from './messages.js';
import { CassandraStream } from './stream.js';

export type { CassandraEvent, CassandraRequest, CassandraResponse } from './messages.js';

/** Cassandra: requests and responses by stream. */
export const cassandra = defineProtocol<CassandraMessage, CassandraConnection>({
  apiVersion: 1,
  name: 'cassandra',
  description: 'Apache Cassandra (CQL) and databases that speak its protocol',
  module: import.meta.url,
  exportName: 'cassandra',
  support: {
    versions: ['3', '4', '5'],
    limits: [
      'Of a connection that began earlier, compressed bodies above 16 KiB are read once a shorter one told the compression.',
      'The statement of an EXECUTE is known only if its PREPARE was seen, on any connection.',
      'Of a body the first 16 KiB are read; of what is read or written at once the kernel shows as much, so that of many responses in one read only the first are reported.',
      'After bytes of the server were lost, requests that waited are not reported: their streams may be in use again.',
      'A connection of version 5 that began before the agent did is recognised at port 9042 only.',
    ],
  },
  detect,
  match: 'id',
  metric: { name: 'db.client.operation.duration', description: 'Duration of database operations' },
  captureBytes: 16_384,
  createConnection: () => ({ version: 0, compression: undefined, keyspace: null, losses: 0 }),
  createStream: (_direction, context) => new CassandraStream(context),
  describe: (request, response) => describe(request as CassandraRequest, response as CassandraResponse | null),
  attributes: (request, response) => attributes(request as CassandraRequest, response as CassandraResponse | null),
});
