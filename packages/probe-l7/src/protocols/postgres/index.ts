/**
 * PostgreSQL's frontend/backend protocol, version 3: the simple and the extended query protocol, `COPY`, errors,
 * notifications, cancel requests, and whatever speaks it (CockroachDB, openGauss, pgbouncer).
 *
 * ```ts
 * import { createAgent } from '@sonde/core';
 * import { l7, postgres } from '@sonde/probe-l7';
 *
 * const agent = await createAgent({ probes: [l7()], protocols: [postgres] });
 * for await (const span of agent.spans()) console.log(span.name, span.status); // SELECT orders OK
 * ```
 *
 * @see https://www.postgresql.org/docs/current/protocol.html
 * @packageDocumentation
 */
import { defineProtocol } from '@sonde/core';
import { PostgresConnection } from './connection.js';
import { attributes, describe } from './describe.js';
import { detect } from './detect.js';
import type { PostgresMessage } from './messages.js';
import { PostgresRequestParser } from './request.js';
import { PostgresResponseParser } from './response.js';

export type {
  PostgresMessage,
  PostgresNotification,
  PostgresOperation,
  PostgresRequest,
  PostgresResponse,
} from './messages.js';

/** The PostgreSQL protocol plugin. */
export const postgres = defineProtocol<PostgresMessage, PostgresConnection>({
  apiVersion: 1,
  name: 'postgres',
  description: 'PostgreSQL and databases that speak its protocol',
  module: import.meta.url,
  exportName: 'postgres',
  support: {
    versions: ['3.0', '3.2'],
    limits: [
      'Encrypted connections are read only where a TLS source shows the plaintext.',
      'The statement of an Execute is known only if its Parse was seen.',
      'Replication is reported as the request that starts it; the stream itself is stepped over.',
    ],
  },
  detect,
  match: 'fifo',
  metric: { name: 'db.client.operation.duration', description: 'Duration of database operations' },
  captureBytes: 16_384,
  timeoutMs: 3_600_000,
  createConnection: () => new PostgresConnection(),
  createStream: (direction, context) =>
    direction === 'request' ? new PostgresRequestParser(context) : new PostgresResponseParser(context),
  describe,
  attributes,
});
