/**
 * MQTT 3.1, 3.1.1 and 5.
 *
 * ```ts
 * import { createAgent } from '@sonde/core';
 * import { l7 } from '@sonde/probe-l7';
 *
 * const agent = await createAgent({ probes: [l7()], targets: ['port=1883'] });
 * for await (const span of agent.spans()) console.log(span.name, span.request.resource, span.status); // PUBLISH orders/1 0
 * ```
 *
 * @see https://docs.oasis-open.org/mqtt/mqtt/v5.0/mqtt-v5.0.html
 * @packageDocumentation
 */
import { defineProtocol } from '@sonde/core';
import { attributes, describe } from './describe.js';
import { detect } from './detect.js';
import type { MqttConnection, MqttMessage, MqttRequest, MqttResponse } from './messages.js';
import { MqttStream } from './stream.js';

export type { MqttRequest, MqttResponse } from './messages.js';

/** MQTT: publications of each QoS in both directions, subscriptions, pings. */
export const mqtt = defineProtocol<MqttMessage, MqttConnection>({
  apiVersion: 1,
  name: 'mqtt',
  description: 'MQTT 3.1, 3.1.1 and 5',
  support: {
    versions: ['3.1', '3.1.1', '5'],
    limits: [
      'Payloads, user names and passwords are never kept.',
      'A connection that began before the agent did is recognised at port 1883 only, and read as MQTT 3.1.1.',
      'Topic aliases of MQTT 5 are not resolved: such a publication has no topic.',
      'MQTT over WebSocket needs the messages from another protocol.',
    ],
  },
  detect,
  match: 'id',
  metric: { name: 'messaging.client.operation.duration', description: 'Duration of messaging operations' },
  // Many small messages come in one read or write.
  captureBytes: 16_384,
  createConnection: () => ({ version: 0 }),
  createStream: (_, context) => new MqttStream(context),
  describe: (request, response) => describe(request as MqttRequest, response as MqttResponse | null),
  attributes: (request, response) => attributes(request as MqttRequest, response as MqttResponse | null),
});
