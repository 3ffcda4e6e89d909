import { writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { jars } from './jars.mjs';
import { freePort, scratch, startServer } from './process.mjs';

const ARTIFACTS = [
  'org.apache.zookeeper:zookeeper:3.9.3',
  'io.dropwizard.metrics:metrics-core:4.2.30',
  'org.xerial.snappy:snappy-java:1.1.10.5',
];

/** A ZooKeeper server that stands alone. */
export async function startZookeeper(options = {}) {
  const classPath = await jars('zookeeper', ARTIFACTS);
  const dir = scratch('zookeeper');
  const port = options.port ?? (await freePort());
  const config = join(dir, 'zoo.cfg');
  const settings = {
    dataDir: join(dir, 'data'),
    clientPort: port,
    clientPortAddress: '127.0.0.1',
    tickTime: 500,
    maxSessionTimeout: 60_000,
    'admin.enableServer': false,
    '4lw.commands.whitelist': 'ruok,srvr',
    extendedTypesEnabled: true,
    ...options.settings,
  };
  const lines = Object.entries(settings).map(([key, value]) => `${key}=${value}\n`);
  writeFileSync(config, lines.join(''));
  return startServer({
    name: 'zookeeper',
    command: 'java',
    args: [
      ...['-Xmx128m', '-XX:TieredStopAtLevel=1', '-Dzookeeper.extendedTypesEnabled=true', '-cp', classPath],
      ...['org.apache.zookeeper.server.quorum.QuorumPeerMain', config],
    ],
    port,
    dir,
    ready: async () => (await word(port, 'srvr')).includes('Mode: standalone'),
  });
}

/** What the server answers to a four-letter word; nothing while it doesn't listen. */
export function word(port, command) {
  return new Promise((resolve) => {
    let answer = '';
    const socket = net.connect(port, '127.0.0.1', () => socket.write(command));
    socket.on('data', (data) => {
      answer += data;
    });
    // A server that is about to start may take a connection and never answer it.
    socket.setTimeout(1000, () => socket.destroy());
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
  });
}
