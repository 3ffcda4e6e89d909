/**
 * MongoDB's wire protocol: commands in OP_MSG, the legacy opcodes before it, cursors, exhaust replies.
 *
 * ```ts
 * import { createAgent } from '@sonde/core';
 * import { l7 } from '@sonde/probe-l7';
 *
 * const agent = await createAgent({ probes: [l7()], targets: ['port=27017'] });
 * for await (const span of agent.spans()) console.log(span.name, span.status); // find orders OK
 * ```
 *
 * @see https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/
 * @see https://bsonspec.org/spec.html
 * @packageDocumentation
 */
import { defineProtocol } from '@sonde/core';
import { attributes, describe } from './describe.js';
import { detect } from './detect.js';
import type { MongoConnection, MongoMessage, MongoRequest, MongoResponse } from './messages.js';
import { MongoStream } from './stream.js';

export type { MongoPush, MongoRequest, MongoResponse } from './messages.js';

/** MongoDB: requests and replies by request id. */
export const mongodb = defineProtocol<MongoMessage, MongoConnection>({
  apiVersion: 1,
  name: 'mongodb',
  description: 'MongoDB and databases that speak its protocol',
  module: import.meta.url,
  exportName: 'mongodb',
  support: {
    versions: ['OP_MSG (3.6 and later)', 'OP_QUERY, OP_GET_MORE and the legacy writes', 'OP_COMMAND (3.2 to 4.0)'],
    limits: [
      'Compressed messages are marked and paired; what they hold is not read.',
      'Values, filters, pipelines and error messages are never kept.',
      'Of a message of which the kernel captured only the beginning, database and counts may be missing.',
      'The further replies of a streaming hello make no exchange; those of exhaust cursors are one-way exchanges.',
    ],
  },
  detect,
  match: 'id',
  metric: { name: 'db.client.operation.duration', description: 'Duration of database operations' },
  captureBytes: 16_384,
  timeoutMs: 3_600_000,
  createConnection: () => ({ exhaust: null }),
  createStream: (_direction, context) => new MongoStream(context),
  describe: (request, response) => describe(request as MongoRequest, response as MongoResponse | null),
  attributes: (request, response) => attributes(request as MongoRequest, response as MongoResponse | null),
});
