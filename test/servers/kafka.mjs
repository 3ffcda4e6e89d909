import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { jars } from './jars.mjs';
import { freePort, scratch, startServer } from './process.mjs';

const run = promisify(execFile);
const ARTIFACTS = ['org.apache.kafka:kafka_2.13:3.9.1', 'org.slf4j:slf4j-simple:1.7.36'];
const CLUSTER = 'MkU3OEVBNTcwNTJENDM2Qg';

/** A Kafka broker that is its own controller (KRaft), with one partition a topic. */
export async function startKafka(options = {}) {
  const classPath = await jars('kafka', ARTIFACTS);
  const dir = scratch('kafka');
  const port = options.port ?? (await freePort());
  const controller = await freePort();
  const config = join(dir, 'server.properties');
  const settings = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controller}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': join(dir, 'data'),
    'num.partitions': options.partitions ?? 1,
    'offsets.topic.num.partitions': 1,
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.num.partitions': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
  };
  const lines = Object.entries(settings).map(([key, value]) => `${key}=${value}\n`);
  writeFileSync(config, lines.join(''));
  await run('java', ['-cp', classPath, 'kafka.tools.StorageTool', 'format', '-t', CLUSTER, '-c', config]);
  return startServer({
    name: 'kafka',
    command: 'java',
    args: ['-Xmx512m', '-XX:TieredStopAtLevel=1', '-cp', classPath, 'kafka.Kafka', config],
    port,
    dir,
    ready: (log) => log.includes('Kafka Server started'),
  });
}
