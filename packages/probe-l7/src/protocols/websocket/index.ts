/**
 * WebSocket, after its opening in HTTP/1.
 *
 * ```ts
 * import { createAgent } from '@sonde/core';
 * import { l7 } from '@sonde/probe-l7';
 *
 * const agent = await createAgent({ probes: [l7()], targets: ['port=8080'] });
 * for await (const span of agent.spans()) console.log(span.name); // GET /chat, websocket text, websocket close
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc6455
 * @packageDocumentation
 */
import { defineProtocol } from '@sonde/core';
import { attributes, describe } from './describe.js';
import { detect } from './detect.js';
import type { WebsocketControl, WebsocketMessage } from './messages.js';
import { WebsocketStream } from './stream.js';

export type { WebsocketMessage } from './messages.js';

/** WebSocket: a one-way exchange for each message and each close. */
export const websocket = defineProtocol<WebsocketMessage | WebsocketControl>({
  apiVersion: 1,
  name: 'websocket',
  description: 'WebSocket, after its opening in HTTP/1',
  support: {
    versions: ['RFC 6455'],
    limits: [
      'A connection is found by its opening in HTTP/1 only; one that was joined late is not.',
      'Contents are not read; pings and pongs make no exchange.',
      'WebSocket in HTTP/2 (RFC 8441) is reported as its stream.',
    ],
  },
  detect,
  match: 'fifo',
  metric: {
    name: 'websocket.message.duration',
    description: 'Duration of WebSocket messages, from first to last frame',
  },
  captureBytes: 128,
  createStream: (_direction, context) => new WebsocketStream(context),
  describe,
  attributes,
});
