/**
 * NATS, with headers, requests and JetStream.
 *
 * ```ts
 * import { createAgent } from '@sonde/core';
 * import { l7 } from '@sonde/probe-l7';
 *
 * const agent = await createAgent({ probes: [l7()], targets: ['port=4222'] });
 * for await (const span of agent.spans()) console.log(span.name, span.request.resource, span.status); // PUB orders.new null
 * ```
 *
 * @see https://docs.nats.io/reference/reference-protocols/nats-protocol
 * @packageDocumentation
 */
import { defineProtocol } from '@sonde/core';
import { attributes, describe } from './describe.js';
import { detect } from './detect.js';
import type { NatsConnection, NatsMessage, NatsRequest, NatsResponse } from './messages.js';
import { NatsStream } from './stream.js';

export type { NatsRequest, NatsResponse } from './messages.js';

/** NATS: publications, deliveries, requests by their reply subject, pings. */
export const nats = defineProtocol<NatsMessage, NatsConnection>({
  apiVersion: 1,
  name: 'nats',
  description: 'NATS core and JetStream',
  support: {
    versions: ['NATS client protocol 1'],
    limits: [
      'Messages are measured and never kept; of a CONNECT nothing is read.',
      'A publication that names a reply subject is a request, and the first message to that subject its response.',
      'In verbose mode +OK is stepped over; -ERR is one-way, for it does not say what it answers.',
      'Pulls from JetStream are one-way, and so are the messages that they bring.',
      'Connections between servers, leaf nodes and NATS over TLS are not read.',
    ],
  },
  detect,
  match: 'id',
  metric: { name: 'messaging.client.operation.duration', description: 'Duration of messaging operations' },
  // Many small messages come in one read or write.
  captureBytes: 16_384,
  createConnection: () => ({
    toServer: { asked: 0, answered: 0, unsure: 0 },
    toClient: { asked: 0, answered: 0, unsure: 0 },
  }),
  createStream: (_, context) => new NatsStream(context),
  describe: (request, response) => describe(request as NatsRequest, response as NatsResponse | null),
  attributes: (request, response) => attributes(request as NatsRequest, response as NatsResponse | null),
});
