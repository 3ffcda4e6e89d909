/**
 * Apache RocketMQ's remoting protocol: messages sent and fetched with topic, queue and id, acknowledgements, offsets,
 * routes, transactions.
 *
 * ```ts
 * import { createAgent } from '@sonde/core';
 * import { l7 } from '@sonde/probe-l7';
 *
 * const agent = await createAgent({ probes: [l7()], targets: ['port=10911'] });
 * for await (const span of agent.spans()) console.log(span.name, span.status, span.error); // SEND_MESSAGE_V2 orders 0 null
 * ```
 *
 * @see https://rocketmq.apache.org/docs/4.x/
 * @packageDocumentation
 */
import { defineProtocol } from '@sonde/core';
import { attributes, describe } from './describe.js';
import { detect } from './detect.js';
import type { RocketmqMessage, RocketmqRequest, RocketmqResponse } from './messages.js';
import { RocketmqStream } from './stream.js';

export type { RocketmqRequest, RocketmqResponse } from './messages.js';

/** RocketMQ: requests and answers by their number, in both directions. */
export const rocketmq = defineProtocol<RocketmqMessage>({
  apiVersion: 1,
  name: 'rocketmq',
  description: 'Apache RocketMQ',
  support: {
    versions: ['5.3, and clients 4.9', 'headers in JSON and in the binary form'],
    limits: [
      'Messages of a fetch are counted if its answer has at most 64 KiB; id and traceparent are those of the first one.',
      'Bodies of messages, and what an answer remarks, are never kept.',
      'The gRPC protocol of RocketMQ 5 is listed as gRPC; replication between brokers is not read.',
    ],
  },
  detect,
  match: 'id',
  metric: { name: 'messaging.client.operation.duration', description: 'Duration of messaging operations' },
  captureBytes: 16_384,
  maxBuffer: 131_072,
  timeoutMs: 120_000,
  createStream: (_direction, context) => new RocketmqStream(context),
  describe: (request, response) => describe(request as RocketmqRequest, response as RocketmqResponse | null),
  attributes: (request, response) => attributes(request as RocketmqRequest, response as RocketmqResponse | null),
});
