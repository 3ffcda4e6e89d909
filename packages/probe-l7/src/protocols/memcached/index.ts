/**
 * memcached by its text protocol, meta commands included, and by its binary protocol.
 *
 * ```ts
 * import { createAgent } from '@sonde/core';
 * import { l7 } from '@sonde/probe-l7';
 *
 * const agent = await createAgent({ probes: [l7()], targets: ['port=11211'] });
 * for await (const span of agent.spans()) console.log(span.name, span.request.resource, span.status); // GET user:1 VALUE
 * ```
 *
 * @see https://github.com/memcached/memcached/blob/master/doc/protocol.txt
 * @packageDocumentation
 */
import { defineProtocol } from '@sonde/core';
import { attributes, describe } from './describe.js';
import { detect } from './detect.js';
import type { MemcachedMessage, MemcachedRequest, MemcachedResponse } from './messages.js';
import { MemcachedRequestStream } from './request.js';
import { MemcachedResponseStream } from './response.js';

export type { MemcachedRequest, MemcachedResponse } from './messages.js';

/** memcached: text, meta and binary commands. */
export const memcached = defineProtocol<MemcachedMessage>({
  apiVersion: 1,
  name: 'memcached',
  description: 'memcached by its text, meta and binary protocols',
  support: {
    versions: ['text', 'meta', 'binary'],
    limits: [
      'Values are measured and never kept.',
      'Commands that want no answer (noreply, quiet) are one-way; what the server says to them all the same is not paired.',
      'Answers to quiet meta commands are told from others only where the client ends its batch with mn.',
      'A connection is known by its first storage, meta or binary command, or by an answer that only memcached gives.',
      'memcached over UDP is not read.',
    ],
  },
  detect,
  match: 'fifo',
  metric: { name: 'db.client.operation.duration', description: 'Duration of database client operations' },
  // Many small messages come in one read or write.
  captureBytes: 16_384,
  createStream: (direction, context) =>
    direction === 'request' ? new MemcachedRequestStream(context) : new MemcachedResponseStream(context),
  describe: (request, response) => describe(request as MemcachedRequest, response as MemcachedResponse | null),
  attributes: (request, response) => attributes(request as MemcachedRequest, response as MemcachedResponse | null),
});
