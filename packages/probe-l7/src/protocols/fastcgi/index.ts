/**
 * FastCGI 1.0: what a web server asks of PHP-FPM and other applications.
 *
 * ```ts
 * import { createAgent } from '@sonde/core';
 * import { l7 } from '@sonde/probe-l7';
 *
 * const agent = await createAgent({ probes: [l7()], targets: ['comm=php-fpm8.2'] });
 * for await (const span of agent.spans()) console.log(span.name, span.status, span.durationNs); // GET /users/{id} 200 412000
 * ```
 *
 * @see https://fastcgi-archives.github.io/FastCGI_Specification.html
 * @packageDocumentation
 */
import { defineProtocol } from '@sonde/core';
import { FastcgiConnection, MAX_REQUESTS } from './connection.js';
import { attributes, describe } from './describe.js';
import { detect } from './detect.js';
import type { FastcgiMessage, FastcgiRequest, FastcgiResponse } from './messages.js';
import { FastcgiRequestStream } from './request.js';
import { FastcgiResponseStream } from './response.js';

export type { FastcgiRequest, FastcgiResponse } from './messages.js';

/** FastCGI: responders, authorizers and filters, several requests on a connection, GET_VALUES. */
export const fastcgi = defineProtocol<FastcgiMessage, FastcgiConnection>({
  apiVersion: 1,
  name: 'fastcgi',
  description: 'FastCGI',
  support: {
    versions: ['1.0'],
    limits: [
      'Bodies are stepped over, STDERR is measured and never kept.',
      'Of the parameters only those that name the request, and trace context, are read; values of more than 8 KiB are left out.',
      'A connection is recognised by the beginning of a request; the answer to a request that nobody saw is not reported.',
      'Ids are used again at once, so that requests that wait when bytes are lost are not reported.',
    ],
  },
  detect,
  match: 'id',
  metric: { name: 'fastcgi.{side}.request.duration', description: 'Duration of FastCGI requests' },
  // Parameters of a request with cookies are longer than the default.
  captureBytes: 4096,
  maxPending: MAX_REQUESTS,
  createConnection: () => new FastcgiConnection(),
  createStream: (direction, context) =>
    direction === 'request' ? new FastcgiRequestStream(context) : new FastcgiResponseStream(context),
  describe: (request, response) => describe(request as FastcgiRequest, response as FastcgiResponse | null),
  attributes: (request, response) => attributes(request as FastcgiRequest, response as FastcgiResponse | null),
});
