import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Exchange } from '@sonde/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { METHODS } from './support/capture-methods.js';
import { count, observe } from './support/observe.js';
import { type RealServer, serverModule } from './support/real-server.js';

interface Settings {
  transport: string;
  protocol: string;
  services?: string[];
}

const { startThrift, generateThrift } = await serverModule<{
  startThrift(settings: Settings): Promise<RealServer>;
  generateThrift(language: string, directory: string): Promise<string>;
}>('thrift');
const run = promisify(execFile);
const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const ROUNDS = 6;

/** Outcomes that the clients count, by what the agent calls them. */
const OUTCOMES: Record<string, string> = {
  result: 'REPLY null',
  InvalidOperation: 'REPLY exception 1',
  'missing TApplicationException': 'EXCEPTION UNKNOWN_METHOD',
  'broken TApplicationException': 'EXCEPTION INTERNAL_ERROR',
};

/** @against thrift: Apache Thrift in Python, with clients in Python and Node */
describe.each(METHODS)("Apache Thrift's clients and server, by %s capture", (capture) => {
  const generated = mkdtempSync(join(tmpdir(), 'sonde-thrift-client-'));
  beforeAll(async () => {
    await generateThrift('js:node,es6', generated);
    await generateThrift('py', generated);
  }, 60_000);
  afterAll(() => rmSync(generated, { recursive: true, force: true }));

  /** What the client got, in the agent's words, and what the agent saw. */
  async function play(client: 'npm' | 'Python', { transport, protocol, services = [] }: Settings) {
    // The payload's protocol is the client's choice where there is a THeader.
    const server = await startThrift({ transport, protocol, services });
    const args = [generated, `${server.port}`, transport, protocol, `${ROUNDS}`, ...services];
    let printed = '';
    try {
      const seen = await observe(capture, server.port, async () => {
        const { stdout } =
          client === 'npm'
            ? await run(process.execPath, [path('programs/thrift-client.mjs'), ...args], {
                env: { ...process.env, NODE_PATH: path('../../../node_modules') },
              })
            : await run('/usr/bin/python3', [path('programs/thrift-client.py'), ...args]);
        printed = stdout;
      });
      return { seen, got: inWords(JSON.parse(printed), services) };
    } finally {
      await server.stop();
    }
  }

  const outcome = ({ name, status, error }: Exchange) => `${name} ${status} ${error}`;

  it.each([
    ['npm', { transport: 'framed', protocol: 'binary' }],
    ['npm', { transport: 'buffered', protocol: 'compact' }],
    ['Python', { transport: 'buffered', protocol: 'binary' }],
    ['Python', { transport: 'framed', protocol: 'compact' }],
    ['Python', { transport: 'framed', protocol: 'old' }],
    ['Python', { transport: 'header', protocol: 'binary' }],
  ] as const)(
    'are seen at both ends, each call with its outcome: %s, %o',
    async (client, settings) => {
      const { seen, got } = await play(client, settings);
      expect(count(seen, 'client', outcome), 'client').toEqual(got);
      expect(count(seen, 'server', outcome), 'server').toEqual(got);
      expect(new Set(seen.map(({ protocol }) => protocol))).toEqual(new Set(['thrift']));
    },
    120_000,
  );

  it('are seen with the service where several share a port', async () => {
    const services = ['One', 'Two'];
    const { seen, got } = await play('npm', { transport: 'buffered', protocol: 'binary', services });
    expect(count(seen, 'client', outcome), 'client').toEqual(got);
    expect(count(seen, 'server', outcome), 'server').toEqual(got);
    const attributes = seen.find(({ name }) => name === 'Two/add')!.attributes;
    expect(attributes).toMatchObject({ 'rpc.service': 'Two', 'rpc.method': 'add' });
  }, 120_000);

  it('say nothing of calls that are compressed', async () => {
    const { seen } = await play('Python', { transport: 'header', protocol: 'zlib' });
    expect(seen).toEqual([]);
  }, 120_000);
});

/** `add result` is `add REPLY null` in the agent's words; of several services each was asked the same. */
function inWords(got: Record<string, number>, services: readonly string[]): Record<string, number> {
  const prefixes = services.length > 0 ? services.map((service) => `${service}/`) : [''];
  const counts: Record<string, number> = {};
  for (const prefix of prefixes) {
    for (const [what, times] of Object.entries(got)) {
      const [call, ...words] = what.split(' ');
      const outcome = OUTCOMES[what] ?? OUTCOMES[words.join(' ')];
      counts[`${prefix}${call} ${outcome}`] = times / prefixes.length;
    }
    counts[`${prefix}note null null`] = ROUNDS;
  }
  return counts;
}
