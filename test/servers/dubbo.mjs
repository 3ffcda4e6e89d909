import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { jars } from './jars.mjs';
import { javaProgram } from './java-program.mjs';
import { freePort, scratch, startServer } from './process.mjs';

const run = promisify(execFile);
const LOGGER = 'org.slf4j:slf4j-simple:1.7.36';
const PROGRAM = fileURLToPath(new URL('../../packages/probe-l7/test/programs/Dubbo.java', import.meta.url));
const OPTIONS = [
  ...['-Xmx256m', '-XX:TieredStopAtLevel=1', '-Dorg.slf4j.simpleLogger.defaultLogLevel=error'],
  // Hessian looks into these; no service for metadata at a port of its own.
  ...['java.lang', 'java.math', 'java.util'].map((name) => `--add-opens=java.base/${name}=ALL-UNNAMED`),
  '-Ddubbo.application.register-mode=interface',
];

async function classPath(version) {
  const needed = await jars(`dubbo-${version}`, [`org.apache.dubbo:dubbo:${version}`, LOGGER]);
  return javaProgram(PROGRAM, `dubbo-${version}`, needed);
}

/**
 * A provider of the service that `Dubbo.java` has, on ::1 only (Dubbo takes 127.0.0.1 for a mistake).
 *
 * @param {{ version?: string, serialization?: string }} options version of Dubbo, and how bodies are written
 */
export async function startDubbo({ version = '3.2.16', serialization = 'hessian2' } = {}) {
  const path = await classPath(version);
  const port = await freePort();
  return startServer({
    name: 'dubbo',
    command: 'java',
    args: [...OPTIONS, '-cp', path, 'Dubbo', 'provider', `${port}`, serialization],
    port,
    dir: scratch('dubbo'),
    env: { DUBBO_IP_TO_BIND: '::1' },
    ready: (log) => log.includes('ready'),
    stopSignal: 'SIGKILL',
  });
}

/** Makes all calls of the consumer in `Dubbo.java`, so many times; fails if one has another outcome than it should. */
export async function callDubbo(port, rounds, { version = '3.2.16', serialization = 'hessian2' } = {}) {
  const path = await classPath(version);
  const args = [...OPTIONS, '-cp', path, 'Dubbo', 'consumer', `${port}`, serialization, `${rounds}`];
  await run('java', args, { timeout: 120_000 });
}
