/**
 * Sees the requests of every protocol from the kernel, with nothing changed in the programs that speak it.
 *
 * ```ts
 * import { createAgent } from '@sonde/core';
 * import { l7 } from '@sonde/probe-l7';
 *
 * const agent = await createAgent({ probes: [l7()], targets: ['comm=nginx'] });
 * for await (const exchange of agent.spans()) console.log(exchange.name, exchange.status);
 * ```
 *
 * @packageDocumentation
 */
export { builtinProtocols } from './builtin-protocols.js';
export { l7, l7 as default } from './l7-probe.js';
export type { L7Options } from './options.js';
export { amqp } from './protocols/amqp/index.js';
export { cassandra } from './protocols/cassandra/index.js';
export { clickhouse } from './protocols/clickhouse/index.js';
export { dns } from './protocols/dns/index.js';
export { dubbo } from './protocols/dubbo/index.js';
export { fastcgi } from './protocols/fastcgi/index.js';
export { http1 } from './protocols/http1/index.js';
export { http2 } from './protocols/http2/index.js';
export { kafka } from './protocols/kafka/index.js';
export { memcached } from './protocols/memcached/index.js';
export { mongodb } from './protocols/mongodb/index.js';
export { mqtt } from './protocols/mqtt/index.js';
export { mysql } from './protocols/mysql/index.js';
export { nats } from './protocols/nats/index.js';
export { postgres } from './protocols/postgres/index.js';
export { redis } from './protocols/redis/index.js';
export { rocketmq } from './protocols/rocketmq/index.js';
export { tds } from './protocols/tds/index.js';
export { thrift } from './protocols/thrift/index.js';
export { websocket } from './protocols/websocket/index.js';
export { zookeeper } from './protocols/zookeeper/index.js';
