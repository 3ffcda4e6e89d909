/**
 * Apache ZooKeeper: sessions, operations on nodes with their paths, watches, and four-letter words.
 *
 * ```ts
 * import { createAgent } from '@sonde/core';
 * import { l7 } from '@sonde/probe-l7';
 *
 * const agent = await createAgent({ probes: [l7()], targets: ['port=2181'] });
 * for await (const span of agent.spans()) console.log(span.name, span.request.resource, span.error); // getData /orders NONODE
 * ```
 *
 * @see https://github.com/apache/zookeeper/blob/master/zookeeper-jute/src/main/resources/zookeeper.jute
 * @packageDocumentation
 */
import { defineProtocol } from '@sonde/core';
import { attributes, describe } from './describe.js';
import { detect } from './detect.js';
import {
  ZookeeperConnection,
  type ZookeeperMessage,
  type ZookeeperRequest,
  type ZookeeperResponse,
} from './messages.js';
import { ZookeeperStream } from './stream.js';

export type { ZookeeperRequest, ZookeeperResponse } from './messages.js';

/** ZooKeeper: requests and replies of clients by xid, and what watches report. */
export const zookeeper = defineProtocol<ZookeeperMessage, ZookeeperConnection>({
  apiVersion: 1,
  name: 'zookeeper',
  description: 'Apache ZooKeeper',
  support: {
    versions: ['3.4 to 3.9', 'four-letter words at port 2181'],
    limits: [
      'Data, permissions, passwords of sessions and credentials are never kept.',
      'Of a message the first 8 KiB are read: a multi that is longer is not counted to its end.',
      'A connection is recognised by its session, a ping, a notification, or a request with a path.',
      'What servers of an ensemble say to one another is not read.',
    ],
  },
  detect,
  match: 'id',
  metric: { name: 'db.client.operation.duration', description: 'Duration of database client operations' },
  captureBytes: 4096,
  createConnection: () => new ZookeeperConnection(),
  createStream: (_direction, context) => new ZookeeperStream(context),
  describe: (request, response) => describe(request as ZookeeperRequest, response as ZookeeperResponse | null),
  attributes: (request, response) => attributes(request as ZookeeperRequest, response as ZookeeperResponse | null),
});
