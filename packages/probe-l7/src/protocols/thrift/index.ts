/**
 * Apache Thrift: calls and their results in the binary and the compact protocol, framed or not, or behind a THeader.
 *
 * ```ts
 * import { createAgent } from '@sonde/core';
 * import { l7 } from '@sonde/probe-l7';
 *
 * const agent = await createAgent({ probes: [l7()], targets: ['port=9090'] });
 * for await (const span of agent.spans()) console.log(span.name, span.status, span.error); // Calculator/add REPLY null
 * ```
 *
 * @see https://github.com/apache/thrift/blob/master/doc/specs/thrift-rpc.md
 * @packageDocumentation
 */
import { defineProtocol } from '@sonde/core';
import { Calls } from './calls.js';
import { attributes, describe } from './describe.js';
import { detect } from './detect.js';
import type { ThriftMessage, ThriftRequest, ThriftResponse } from './messages.js';
import { ThriftStream } from './stream.js';

export type { ThriftRequest, ThriftResponse } from './messages.js';

/** Apache Thrift: binary, old binary and compact protocol; framed, buffered and THeader transport. */
export const thrift = defineProtocol<ThriftMessage, Calls>({
  apiVersion: 1,
  name: 'thrift',
  description: 'Apache Thrift',
  support: {
    versions: ['binary protocol (strict and old)', 'compact protocol', 'framed, buffered, THeader and SASL transport'],
    limits: [
      'Arguments and results are stepped over; of an exception that a method declares only its field is known.',
      'THeader payloads that are compressed or transformed are recognised and not read.',
      'The JSON protocol, and Thrift over HTTP as more than its HTTP exchange, are not read.',
      'Of messages without frame, lists and maps are followed through the first 16 KiB that arrive at once.',
      'Old binary messages without frame are recognised at usual ports only.',
      'Where a client sends one sequence id always, what waits when bytes are lost is not reported.',
      'A call is one-way where its message says so; some old clients send one-way calls as usual ones.',
    ],
  },
  detect,
  match: 'id',
  metric: { name: 'rpc.{side}.call.duration', description: 'Duration of remote procedure calls' },
  // Without frames nothing but the whole struct tells where a message ends.
  captureBytes: 16_384,
  createConnection: () => new Calls(),
  createStream: (_, context) => new ThriftStream(context),
  describe: (request, response) => describe(request as ThriftRequest, response as ThriftResponse | null),
  attributes: (request, response) => attributes(request as ThriftRequest, response as ThriftResponse | null),
});
