/**
 * HTTP/1.0 and HTTP/1.1.
 *
 * ```ts
 * import { createAgent } from '@sonde/core';
 * import { l7 } from '@sonde/probe-l7';
 *
 * const agent = await createAgent({ probes: [l7()], targets: ['port=80'] });
 * for await (const span of agent.spans()) console.log(span.name, span.status, span.durationNs); // GET /users/{id} 200 412000
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc9112
 * @packageDocumentation
 */
import { defineProtocol } from '@sonde/core';
import { attributes, describe } from './describe.js';
import { detect } from './detect.js';
import type { Http1Connection, Http1Message, Http1Request, Http1Response } from './messages.js';
import { Http1RequestStream } from './request.js';
import { Http1ResponseStream } from './response.js';

export type { Http1Request, Http1Response } from './messages.js';

/** HTTP/1.0 and 1.1: every method, pipelining, chunked bodies, upgrades and tunnels. */
export const http1 = defineProtocol<Http1Message, Http1Connection>({
  apiVersion: 1,
  name: 'http1',
  description: 'HTTP/1.0 and HTTP/1.1',
  support: {
    versions: ['HTTP/1.0', 'HTTP/1.1'],
    limits: [
      'Bodies are stepped over, never read.',
      'Of a head that was not captured whole, only the captured part is reported; its message is marked truncated.',
      'A connection is found by its first request line only if the method is a registered one or the port is usual; by any response otherwise.',
      'Of a write that holds several requests, those that begin beyond its captured bytes (1024) are missed, and counted.',
      'After CONNECT, or an upgrade to a protocol without a plugin, the connection is left alone.',
    ],
  },
  detect,
  match: 'fifo',
  metric: { name: 'http.{side}.request.duration', description: 'Duration of HTTP requests' },
  // Heads with cookies are longer than the default; bodies are not looked at.
  captureBytes: 2048,
  createConnection: () => ({ newest: null, responses: 0, responsesHide: false }),
  createStream: (direction, context) =>
    direction === 'request' ? new Http1RequestStream(context) : new Http1ResponseStream(context),
  describe: (request, response) => describe(request as Http1Request, response as Http1Response | null),
  attributes: (request, response) => attributes(request as Http1Request, response as Http1Response | null),
});
