import type { Protocol } from '@sonde/core';
import { amqp } from './protocols/amqp/index.js';
import { cassandra } from './protocols/cassandra/index.js';
import { clickhouse } from './protocols/clickhouse/index.js';
import { dns } from './protocols/dns/index.js';
import { dubbo } from './protocols/dubbo/index.js';
import { fastcgi } from './protocols/fastcgi/index.js';
import { http1 } from './protocols/http1/index.js';
import { http2 } from './protocols/http2/index.js';
import { kafka } from './protocols/kafka/index.js';
import { memcached } from './protocols/memcached/index.js';
import { mongodb } from './protocols/mongodb/index.js';
import { mqtt } from './protocols/mqtt/index.js';
import { mysql } from './protocols/mysql/index.js';
import { nats } from './protocols/nats/index.js';
import { postgres } from './protocols/postgres/index.js';
import { redis } from './protocols/redis/index.js';
import { rocketmq } from './protocols/rocketmq/index.js';
import { tds } from './protocols/tds/index.js';
import { thrift } from './protocols/thrift/index.js';
import { websocket } from './protocols/websocket/index.js';
import { zookeeper } from './protocols/zookeeper/index.js';

/** The protocols that come with the probe, in the order in which they are listed. */
export const builtinProtocols: readonly Protocol[] = [
  http1,
  http2,
  websocket,
  fastcgi,
  redis,
  postgres,
  mysql,
  mongodb,
  cassandra,
  tds,
  clickhouse,
  memcached,
  mqtt,
  amqp,
  nats,
  kafka,
  rocketmq,
  dubbo,
  thrift,
  zookeeper,
  dns,
];
