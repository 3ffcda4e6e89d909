import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort, scratch, startServer } from './process.mjs';

const run = promisify(execFile);
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
/** Debian's Python, which has Debian's Thrift library. */
const PYTHON = '/usr/bin/python3';

/** Writes the compiler's code for calculator.thrift: `language` is `py` or `js:node,es6`. Returns its folder. */
export async function generateThrift(language, dir) {
  await run('thrift', ['--gen', language, '-out', dir, here('calculator.thrift')]);
  return dir;
}

/**
 * Apache Thrift's own Python server, a thread for each connection.
 *
 * @param {{ transport?: 'buffered' | 'framed' | 'header', protocol?: 'binary' | 'old' | 'compact', services?: string[], port?: number }} [options]
 *   `services`: names of services that share the port
 */
export async function startThrift({ transport = 'framed', protocol = 'binary', services = [], ...options } = {}) {
  const dir = scratch('thrift');
  const port = options.port ?? (await freePort());
  await generateThrift('py', dir);
  return startServer({
    name: 'thrift',
    command: PYTHON,
    args: [here('thrift-server.py'), dir, `${port}`, transport, protocol, ...services],
    port,
    dir,
  });
}
