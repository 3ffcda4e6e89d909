/**
 * Apache Kafka: produce, fetch, group, transaction and admin requests, with topics, partitions and offsets, so that a
 * chain can be followed through a broker.
 *
 * ```ts
 * import { createAgent } from '@sonde/core';
 * import { l7 } from '@sonde/probe-l7';
 *
 * const agent = await createAgent({ probes: [l7()], targets: ['port=9092'] });
 * for await (const span of agent.spans()) console.log(span.name, span.error, span.durationNs); // Produce orders null 2100000
 * ```
 *
 * @see https://kafka.apache.org/protocol.html
 * @packageDocumentation
 */
import { defineProtocol } from '@sonde/core';
import { attributes, describe } from './describe.js';
import { detect } from './detect.js';
import type { KafkaConnection, KafkaMessage, KafkaResponse } from './messages.js';
import { KafkaStream } from './stream.js';

export type { KafkaRequest, KafkaResponse } from './messages.js';

/** Kafka: requests and responses by correlation id. */
export const kafka = defineProtocol<KafkaMessage, KafkaConnection>({
  apiVersion: 1,
  name: 'kafka',
  description: 'Apache Kafka',
  support: {
    versions: ['Kafka 0.10 to 4.1', 'Produce 0 to 13', 'Fetch 0 to 17', 'flexible versions (KIP-482)'],
    limits: [
      'Topics that are named by id (Fetch 13, Produce 13) have a name only if Metadata told it on the same connection.',
      'Of a message the first 64 KiB are read, of its topics and partitions the first 64 are listed.',
      'Records are counted by their batches and not shown; a traceparent is looked for in the first, uncompressed record.',
      'Records that a broker sends straight from its files (sendfile) are counted at the consumer only.',
      'Of APIs between brokers only the name and the duration are reported.',
      'A connection is recognised by a request; responses to requests that nobody saw are not reported.',
    ],
  },
  detect,
  match: 'id',
  metric: { name: 'messaging.client.operation.duration', description: 'Duration of messaging operations' },
  // Batches stand far apart in an answer to a fetch, and a producer's come several at a time.
  captureBytes: 16_384,
  maxBuffer: 131_072,
  timeoutMs: 120_000,
  createConnection: () => ({ topicNames: new Map(), bareTokens: false }),
  createStream: (_direction, context) => new KafkaStream(context),
  describe: (request, response) => describe(request, response as KafkaResponse | null),
  attributes: (request, response) => attributes(request, response as KafkaResponse | null),
});
