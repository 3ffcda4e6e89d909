/**
 * WebSocket, after its opening in HTTP/1.
 *
 * ```ts
 * import { createAgent } from '@sonde/core';
 * import { l7 } from '@sonde/probe-l7';
 *
 * const agent = await createAgent({ probes: [l7()], targets: ['port=8080'] });
 * await agent.start();
 * for await (const span of agent.spans()) console.log(span.name); // GET /chat, websocket text, websocket close
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc6455
 * @packageDocumentation
 */
import { type Attributes, defineProtocol, SEMCONV } from '@sonde/core';
import type { WebsocketControl, WebsocketMessage } from './messages.js';
import { WebsocketStream } from './stream.js';

export type { WebsocketMessage } from './messages.js';

/** Codes of an end that nobody did wrong: normal, going away, without status. */
const NORMAL = new Set<number | null | undefined>([1000, 1001, 1005, null, undefined]);

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
  detect: { rules: [] },
  match: 'fifo',
  metric: {
    name: 'websocket.message.duration',
    description: 'Duration of WebSocket messages, from first to last frame',
  },
  captureBytes: 128,
  createStream: (_direction, context) => new WebsocketStream(context),
  describe(request) {
    const { operation, closeCode } = request as WebsocketMessage;
    const status = closeCode ?? null;
    return { name: `websocket ${operation}`, status, error: NORMAL.has(closeCode) ? null : String(closeCode) };
  },
  attributes(request): Attributes {
    const { bodySize } = request as WebsocketMessage;
    return { [SEMCONV.NETWORK_PROTOCOL_NAME]: 'websocket', 'sonde.message.body.size': bodySize };
  },
});
