import { readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { jars } from './jars.mjs';
import { accepts, freePort, scratch, startServer } from './process.mjs';
import { pythonWith } from './python.mjs';

const ARTIFACTS = ['org.apache.cassandra:cassandra-all:5.0.4'];

/** What Cassandra's start script opens for it in Java 17. */
const OPENED = {
  exports: [
    'java.base/jdk.internal.misc',
    'java.base/jdk.internal.ref',
    'java.base/sun.nio.ch',
    'java.rmi/sun.rmi.registry',
    'java.rmi/sun.rmi.server',
    'java.management.rmi/com.sun.jmx.remote.internal.rmi',
  ],
  opens: [
    'java.base/java.lang',
    'java.base/java.io',
    'java.base/java.nio',
    'java.base/sun.nio.ch',
    'java.base/java.util',
    'java.base/java.util.concurrent',
    'java.base/java.util.concurrent.atomic',
    'java.base/jdk.internal.ref',
  ],
};

/** Settings of a node alone, that writes nothing to its disk at once. */
function configuration(dir, port, internal, settings) {
  const all = {
    cluster_name: 'test',
    partitioner: 'org.apache.cassandra.dht.Murmur3Partitioner',
    endpoint_snitch: 'SimpleSnitch',
    num_tokens: 1,
    listen_address: '127.0.0.1',
    rpc_address: '127.0.0.1',
    start_native_transport: true,
    native_transport_port: port,
    storage_port: internal,
    commitlog_sync: 'periodic',
    commitlog_sync_period: '10s',
    data_file_directories: [join(dir, 'data')],
    commitlog_directory: join(dir, 'commitlog'),
    saved_caches_directory: join(dir, 'caches'),
    hints_directory: join(dir, 'hints'),
    cdc_raw_directory: join(dir, 'cdc'),
    seed_provider: [
      {
        class_name: 'org.apache.cassandra.locator.SimpleSeedProvider',
        parameters: [{ seeds: `127.0.0.1:${internal}` }],
      },
    ],
    ...settings,
  };
  return JSON.stringify(all);
}

/**
 * A Cassandra node alone. It is there when it listens to clients, after about 15 seconds.
 *
 * @param {{ port?: number, settings?: object }} options `settings`: of `cassandra.yaml`
 */
export async function startCassandra(options = {}) {
  const classPath = await jars('cassandra', ARTIFACTS);
  const dir = scratch('cassandra');
  const port = options.port ?? (await freePort());
  const file = join(dir, 'cassandra.yaml');
  // JSON is YAML.
  writeFileSync(file, configuration(dir, port, await freePort(), options.settings));
  const folder = dirname(classPath);
  const jamm = readdirSync(folder).find((name) => name.startsWith('jamm-'));
  const args = [
    `-javaagent:${join(folder, jamm)}`,
    '-Xmx512m',
    '-XX:TieredStopAtLevel=1',
    `-Dcassandra.config=file://${file}`,
    `-Dcassandra.storagedir=${dir}`,
    '-Dcassandra.skip_wait_for_gossip_to_settle=0',
    '-Dcassandra.ring_delay_ms=1',
    '-Dcassandra.superuser_setup_delay_ms=0',
    '-Dcassandra-foreground=yes',
    ...OPENED.exports.map((name) => `--add-exports=${name}=ALL-UNNAMED`),
    ...OPENED.opens.map((name) => `--add-opens=${name}=ALL-UNNAMED`),
  ];
  return startServer({
    name: 'cassandra',
    command: 'java',
    args: [...args, '-cp', classPath, 'org.apache.cassandra.service.CassandraDaemon'],
    port,
    dir,
    ready: (log) => log.includes('Starting listening for CQL clients') && accepts(port),
  });
}

/** A Python interpreter with DataStax' driver, which speaks version 5 and compresses. */
export const cassandraPython = () => pythonWith('cassandra-driver', ['cassandra-driver==3.30.1', 'lz4==4.4.5']);
