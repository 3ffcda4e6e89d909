/**
 * AMQP 0-9-1 as RabbitMQ speaks it: publications with their confirms, deliveries, and all calls of channels.
 *
 * ```ts
 * import { createAgent } from '@sonde/core';
 * import { l7 } from '@sonde/probe-l7';
 *
 * const agent = await createAgent({ probes: [l7()], targets: ['port=5672'] });
 * for await (const span of agent.spans()) console.log(span.name, span.status); // Basic.Publish orders Basic.Ack
 * ```
 *
 * @see https://www.rabbitmq.com/resources/specs/amqp0-9-1.pdf
 * @packageDocumentation
 */
import { defineProtocol } from '@sonde/core';
import { AmqpConnection } from './channels.js';
import { attributes, describe } from './describe.js';
import { detect } from './detect.js';
import type { AmqpMessage, AmqpRequest, AmqpResponse } from './messages.js';
import { AmqpStream } from './stream.js';

export type { AmqpRequest, AmqpResponse } from './messages.js';

/** AMQP 0-9-1: methods and messages of all channels of a connection. */
export const amqp = defineProtocol<AmqpMessage, AmqpConnection>({
  apiVersion: 1,
  name: 'amqp',
  description: 'AMQP 0-9-1 (RabbitMQ)',
  support: {
    versions: ['0-9-1', "RabbitMQ's extensions (confirms, nack, exchange bindings, consumer cancellation)"],
    limits: [
      'Bodies, credentials, and headers other than traceparent are never kept.',
      'A publication has its confirm if Confirm.Select was seen and nothing missed since, or after a second of silence.',
      'A delivery has its queue if its consumer was started on a connection that was watched by then.',
      'Of a method or of the properties of a message the first 8 KiB are read.',
      'Where messages of several channels overlap, their bytes on the wire count to the one that ends first.',
      'AMQP 1.0 is another protocol, and not read; nor are the versions before 0-9-1.',
    ],
  },
  detect,
  match: 'id',
  metric: { name: 'messaging.client.operation.duration', description: 'Duration of messaging operations' },
  captureBytes: 16_384,
  createConnection: () => new AmqpConnection(),
  createStream: (_direction, context) => new AmqpStream(context),
  describe: (request, response) => describe(request as AmqpRequest, response as AmqpResponse | null),
  attributes: (request, response) => attributes(request as AmqpRequest, response as AmqpResponse | null),
});
