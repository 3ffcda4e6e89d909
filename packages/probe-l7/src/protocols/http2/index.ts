/**
 * HTTP/2, and gRPC in it.
 *
 * ```ts
 * import { createAgent } from '@sonde/core';
 * import { l7 } from '@sonde/probe-l7';
 *
 * const agent = await createAgent({ probes: [l7()], targets: ['port=50051'] });
 * for await (const span of agent.spans()) console.log(span.protocol, span.name, span.status); // grpc shop.Cart/Add 0
 * ```
 *
 * @see https://www.rfc-editor.org/rfc/rfc9113
 * @see https://www.rfc-editor.org/rfc/rfc7541
 * @packageDocumentation
 */
import { defineProtocol } from '@sonde/core';
import { adopt } from './adopt.js';
import { Http2Connection, MAX_STREAMS } from './connection.js';
import { attributes, describe } from './describe.js';
import { detect } from './detect.js';
import type { Http2Message, Http2Request, Http2Response } from './messages.js';
import { Http2RequestStream } from './request.js';
import { Http2ResponseStream } from './response.js';

export type { Http2Request, Http2Response } from './messages.js';

/** HTTP/2 by prior knowledge, by upgrade, or joined at any frame; exchanges of gRPC are reported as `grpc`. */
export const http2 = defineProtocol<Http2Message, Http2Connection>({
  apiVersion: 1,
  name: 'http2',
  description: 'HTTP/2, and gRPC in it',
  support: {
    versions: ['HTTP/2 (RFC 9113)', 'HPACK (RFC 7541)', 'gRPC over HTTP/2'],
    limits: [
      'On a connection that was joined late, fields that refer to header table entries nobody saw are null, and counted in `unknownFields`.',
      'Bodies are stepped over; of gRPC, messages are counted and not read.',
      'Pushed responses make no exchange.',
      'A request that the client resets before its response begins is counted, and makes no exchange.',
      'A header block of more than 64 KiB is a parse error.',
      'Of gRPC-Web the status in the body is not read.',
    ],
  },
  detect,
  match: 'id',
  metric: { name: 'http.{side}.request.duration', description: 'Duration of HTTP requests' },
  variants: {
    grpc: {
      description: 'gRPC over HTTP/2',
      metric: { name: 'rpc.{side}.call.duration', description: 'Duration of remote procedure calls' },
    },
  },
  // A header that is missed leaves the rest of the connection without names: HPACK counts on every one.
  captureBytes: 16_384,
  // The largest frame that everybody may send holds 16 KiB; headers of several are put together elsewhere.
  maxBuffer: 66_000,
  maxPending: MAX_STREAMS,
  // A stream that waits for an event may be silent for minutes.
  timeoutMs: 600_000,
  createConnection: () => new Http2Connection(),
  createStream: (direction, context) =>
    direction === 'request' ? new Http2RequestStream(context) : new Http2ResponseStream(context),
  describe: (request, response) => describe(request as Http2Request, response as Http2Response | null),
  attributes: (request, response) => attributes(request as Http2Request, response as Http2Response | null),
  adopt,
});
