import { execFile } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { jars } from './jars.mjs';
import { javaProgram } from './java-program.mjs';
import { freePort, scratch, startServer, until } from './process.mjs';

const run = promisify(execFile);
const PROGRAM = fileURLToPath(new URL('../../packages/probe-l7/test/programs/Rocketmq.java', import.meta.url));
const VERSION = '5.3.3';
const ARTIFACTS = ['namesrv', 'broker', 'client'].map((part) => `org.apache.rocketmq:rocketmq-${part}:${VERSION}`);
/** Topic after whose settings a broker makes others. */
const AUTOMATIC_TOPIC = 'TBW102';
/** What the store needs of the JVM since Java 9. */
const OPENINGS = [
  ...['java.nio', 'sun.nio.ch', 'jdk.internal.ref'].map((name) => `--add-opens=java.base/${name}=ALL-UNNAMED`),
  '--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED',
];

/** Sends, pulls and consumes messages by the Java client, `count` in each way, as `Rocketmq.java` tells. */
export async function useRocketmq(nameServerPort, count, { serialization = 'JSON' } = {}) {
  const path = await javaProgram(PROGRAM, 'rocketmq', await jars('rocketmq', ARTIFACTS));
  const home = scratch('rocketmq-client');
  const options = ['-Xmx256m', '-XX:TieredStopAtLevel=1', `-Duser.home=${home}`];
  try {
    await run(
      'java',
      [
        ...options,
        `-Drocketmq.serialize.type=${serialization}`,
        '-cp',
        path,
        'Rocketmq',
        `127.0.0.1:${nameServerPort}`,
        `${count}`,
      ],
      { timeout: 150_000 },
    );
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/**
 * A name server and a broker that makes topics when they are asked for; both on 127.0.0.1 only.
 *
 * @param {{ serialization?: 'JSON' | 'ROCKETMQ', settings?: Record<string, string | number | boolean> }} options form of the
 *   headers that the servers write, and more settings of the broker
 */
export async function startRocketmq({ serialization = 'JSON', settings = {} } = {}) {
  const classPath = await jars('rocketmq', ARTIFACTS);
  const nameServer = await start('namesrv', 'NamesrvStartup', classPath, await freePort(), serialization, {});
  try {
    const port = await brokerPort();
    const broker = await start('broker', 'BrokerStartup', classPath, port, serialization, {
      namesrvAddr: `127.0.0.1:${nameServer.port}`,
      brokerIP1: '127.0.0.1',
      brokerClusterName: 'sonde',
      brokerName: 'broker-a',
      brokerId: 0,
      haListenPort: await freePort(),
      autoCreateTopicEnable: true,
      defaultTopicQueueNums: 2,
      mappedFileSizeCommitLog: 16 << 20,
      mappedFileSizeConsumeQueue: 600_000,
      flushDiskType: 'ASYNC_FLUSH',
      diskMaxUsedSpaceRatio: 99,
      ...settings,
    });
    await until(() => hasRoute(nameServer.port, AUTOMATIC_TOPIC), 'the broker to be known', 60_000);
    const stop = async () => {
      await broker.stop();
      await nameServer.stop();
    };
    return { nameServer, broker, stop };
  } catch (error) {
    await nameServer.stop();
    throw error;
  }
}

/** Whether the name server knows brokers that have the topic. */
function hasRoute(port, topic) {
  const header = Buffer.from(
    JSON.stringify({ code: 105, extFields: { topic }, flag: 0, language: 'OTHER', opaque: 1, version: 0 }),
  );
  const prefix = Buffer.alloc(8);
  prefix.writeInt32BE(header.length + 4);
  prefix.writeInt32BE(header.length, 4);
  return new Promise((resolve) => {
    const socket = net.connect({ port, host: '127.0.0.1' }, () => socket.write(Buffer.concat([prefix, header])));
    socket.once('data', (data) => {
      socket.destroy();
      resolve(data[4] === 1 ? data.readInt16BE(8) === 0 : data.includes('"code":0,'));
    });
    socket.once('error', () => resolve(false));
    socket.once('end', () => resolve(false));
  });
}

/** A broker listens at the port two below its own as well. */
async function brokerPort() {
  for (;;) {
    const port = await freePort();
    const below = net.createServer();
    const free = await new Promise((resolve) => {
      below.once('error', () => resolve(false));
      below.listen(port - 2, '127.0.0.1', () => below.close(() => resolve(true)));
    });
    if (free) return port;
  }
}

function start(name, main, classPath, port, serialization, settings) {
  const dir = scratch(`rocketmq-${name}`);
  mkdirSync(join(dir, 'conf'));
  const file = join(dir, 'conf', `${name}.properties`);
  const all = { listenPort: port, bindAddress: '127.0.0.1', storePathRootDir: join(dir, 'store'), ...settings };
  all.storePathCommitLog = join(dir, 'store', 'commitlog');
  const lines = Object.entries(all).map(([key, value]) => `${key}=${value}\n`);
  writeFileSync(file, lines.join(''));
  return startServer({
    name: `rocketmq-${name}`,
    command: 'java',
    args: [
      ...['-Xmx384m', '-XX:TieredStopAtLevel=1', '-XX:MaxDirectMemorySize=512m', ...OPENINGS],
      ...[`-Duser.home=${dir}`, `-Drocketmq.serialize.type=${serialization}`],
      ...['-cp', classPath, `org.apache.rocketmq.${name}.${main}`, '-c', file],
    ],
    port,
    dir,
    env: { ROCKETMQ_HOME: dir },
    ready: (log) => log.includes('boot success'),
  });
}
