/**
 * Redis, and what speaks its protocol: Valkey, KeyDB, Dragonfly, Garnet, clusters and sentinels.
 *
 * ```ts
 * import { createAgent } from '@sonde/core';
 * import { l7 } from '@sonde/probe-l7';
 *
 * const agent = await createAgent({ probes: [l7()], targets: ['port=6379'] });
 * for await (const span of agent.spans()) console.log(span.name, span.request.resource, span.error); // INCR user:1 WRONGTYPE
 * ```
 *
 * @see https://redis.io/docs/latest/develop/reference/protocol-spec/
 * @packageDocumentation
 */
import { defineProtocol } from '@sonde/core';
import { attributes, describe } from './describe.js';
import { detect } from './detect.js';
import {
  newConnection,
  type RedisConnection,
  type RedisMessage,
  type RedisPush,
  type RedisRequest,
  type RedisResponse,
} from './messages.js';
import { RedisRequestStream } from './request.js';
import { RedisResponseStream } from './response.js';

export type { RedisPush, RedisRequest, RedisResponse, RedisType } from './messages.js';

/** Redis by RESP2 and RESP3: pipelines, transactions, channels, inline commands. */
export const redis = defineProtocol<RedisMessage, RedisConnection>({
  apiVersion: 1,
  name: 'redis',
  description: 'Redis, Valkey and others by RESP2 and RESP3',
  support: {
    versions: ['RESP2', 'RESP3'],
    limits: [
      'Values are masked, and replies are measured but not read.',
      'Inline commands are recognised at the usual ports, and anywhere once the connection is known.',
      'The commands that MONITOR shows are stepped over.',
      'After PSYNC the connection is a replication stream and is left alone.',
    ],
  },
  detect,
  match: 'fifo',
  metric: { name: 'db.client.operation.duration', description: 'Duration of database client operations' },
  captureBytes: 16_384,
  createConnection: newConnection,
  createStream: (direction, context) =>
    direction === 'request' ? new RedisRequestStream(context) : new RedisResponseStream(context),
  describe: (request, response) => describe(request as RedisRequest | RedisPush, response as RedisResponse | null),
  attributes: (request, response) => attributes(request as RedisRequest | RedisPush, response as RedisResponse | null),
});
