/**
 * The native protocol of ClickHouse: queries, inserted data, results, progress, exceptions.
 *
 * ```ts
 * import { createAgent } from '@sonde/core';
 * import { clickhouse, l7 } from '@sonde/probe-l7';
 *
 * const agent = await createAgent({ probes: [l7()], protocols: [clickhouse] });
 * for await (const span of agent.spans()) console.log(span.name, span.status); // SELECT orders OK
 * ```
 *
 * @see https://clickhouse.com/docs/native-protocol/basics
 * @packageDocumentation
 */
import { defineProtocol } from '@sonde/core';
import { ClickhouseConnection } from './connection.js';
import { attributes, describe } from './describe.js';
import { detect } from './detect.js';
import type { ClickhouseMessage } from './messages.js';
import { ClickhouseRequestParser } from './request.js';
import { ClickhouseResponseParser } from './response.js';

export type { ClickhouseMessage, ClickhouseRequest, ClickhouseResponse } from './messages.js';

/** The ClickHouse protocol plugin. */
export const clickhouse = defineProtocol<ClickhouseMessage, ClickhouseConnection>({
  apiVersion: 1,
  name: 'clickhouse',
  description: 'ClickHouse, native protocol',
  module: import.meta.url,
  exportName: 'clickhouse',
  support: {
    versions: ['ClickHouse 1.1 to 25 (revisions 54032 to 54491)'],
    limits: [
      'Of blocks with types such as AggregateFunction, Variant, Dynamic and JSON the end is not read: the answer goes on to be followed behind it, without its counts.',
      'Compressed blocks are stepped over, so that rows sent to be inserted are not counted.',
      'Connections whose sides agree on chunked packets (revision 54470) are recognised by their opening and read no further.',
      'The HTTP interface is reported as HTTP.',
    ],
  },
  detect,
  match: 'fifo',
  metric: { name: 'db.client.operation.duration', description: 'Duration of database operations' },
  captureBytes: 16_384,
  timeoutMs: 3_600_000,
  createConnection: () => new ClickhouseConnection(),
  createStream: (direction, context) =>
    direction === 'request' ? new ClickhouseRequestParser(context) : new ClickhouseResponseParser(context),
  describe,
  attributes,
});
