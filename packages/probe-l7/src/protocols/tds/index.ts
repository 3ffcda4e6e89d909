/**
 * The protocol of Microsoft SQL Server, TDS 7: batches, procedures, prepared statements, transactions, logins, errors.
 *
 * ```ts
 * import { createAgent } from '@sonde/core';
 * import { l7, tds } from '@sonde/probe-l7';
 *
 * const agent = await createAgent({ probes: [l7()], protocols: [tds] });
 * for await (const span of agent.spans()) console.log(span.name, span.status); // SELECT orders OK
 * ```
 *
 * @see https://learn.microsoft.com/openspecs/windows_protocols/ms-tds
 * @packageDocumentation
 */
import { defineProtocol } from '@sonde/core';
import { TdsConnection } from './connection.js';
import { attributes, describe } from './describe.js';
import { detect } from './detect.js';
import type { TdsMessage } from './messages.js';
import { TdsRequestParser } from './request.js';
import { TdsResponseParser } from './response.js';

export type { TdsMessage, TdsRequest, TdsResponse } from './messages.js';

/** The TDS protocol plugin. */
export const tds = defineProtocol<TdsMessage, TdsConnection>({
  apiVersion: 1,
  name: 'tds',
  description: 'Microsoft SQL Server and databases that speak TDS 7',
  module: import.meta.url,
  exportName: 'tds',
  support: {
    versions: ['TDS 7.1 to 7.4'],
    limits: [
      'Tested with clients (tedious, FreeTDS) and answers written by the specification, not against SQL Server itself.',
      'Encrypted connections, those of TDS 8 among them, are read only where a TLS source shows the plaintext; where only the login is encrypted, it has no user.',
      'Several sessions on one connection (MARS) are not read.',
      'Answers with encrypted columns, data classification or COMPUTE rows are followed without their counts.',
      'Of several procedures in one message the first is reported.',
      'The statement of sp_execute is known only if it was seen prepared.',
    ],
  },
  detect,
  match: 'fifo',
  metric: { name: 'db.client.operation.duration', description: 'Duration of database operations' },
  captureBytes: 16_384,
  timeoutMs: 3_600_000,
  createConnection: () => new TdsConnection(),
  createStream: (direction, context) =>
    direction === 'request' ? new TdsRequestParser(context) : new TdsResponseParser(context),
  describe,
  attributes,
});
