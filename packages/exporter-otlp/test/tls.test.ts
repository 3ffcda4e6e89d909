import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ExporterInstance, MetricRegistry } from '@sonde/core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { otlp } from '../src/index.js';
import { exchange } from './exchange.js';
import { Receiver } from './receiver.js';

let folder: string;
const file = (name: string) => join(folder, name);

/** A certificate for 127.0.0.1 that an authority of its own has signed: `NAME.pem`, `NAME.key`, `NAME-ca.pem`. */
function certify(name: string): void {
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...key,
    '-days',
    '2',
    '-subj',
    `/CN=${name} CA`,
    '-keyout',
    'ca.key',
    '-out',
    `${name}-ca.pem`,
  );
  openssl('req', ...key, '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.csr`);
  writeFileSync(file('names'), 'subjectAltName=IP:127.0.0.1');
  const signed = ['-CA', `${name}-ca.pem`, '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'names', '-days', '2'];
  openssl('x509', '-req', '-in', `${name}.csr`, ...signed, '-out', `${name}.pem`);
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sonde-otlp-'));
  for (const name of ['server', 'client']) certify(name);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('over TLS', () => {
  let receiver: Receiver;
  let instance: ExporterInstance;
  let dropped: Record<string, number>;

  beforeEach(async () => {
    dropped = {};
    receiver = await new Receiver({
      cert: readFileSync(file('server.pem')),
      key: readFileSync(file('server.key')),
      ca: readFileSync(file('client-ca.pem')),
      requestCert: true,
      rejectUnauthorized: true,
    }).listen();
  });
  afterEach(async () => {
    await instance.stop();
    await receiver.close();
    vi.unstubAllEnvs();
  });

  async function send(environment: Record<string, string>): Promise<void> {
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(`OTEL_EXPORTER_OTLP_${name}`, file(value));
    const clock = { now: () => 0, toUnixNano: (at: number) => BigInt(at) };
    const quiet = () => {};
    const retry = { initialMs: 10, maxMs: 20, forMs: 200 };
    const { definition, options } = otlp({ endpoint: receiver.endpoint, metrics: false, delayMs: 5, retry });
    instance = definition.create(
      {
        clock,
        logger: { debug: quiet, info: quiet, warn: quiet, error: quiet },
        snapshot: () => new MetricRegistry({ clock }).snapshot(),
        dropped: (reason, count) => {
          dropped[reason] = (dropped[reason] ?? 0) + count;
        },
      },
      definition.options.parse(options) as never,
    );
    await instance.start();
    instance.exchange!(exchange({ name: 'GET /' }));
    await instance.flush!();
  }

  const client = { CLIENT_CERTIFICATE: 'client.pem', CLIENT_KEY: 'client.key' };

  it('spans reach a server whose authority is named, by the client’s own certificate', async () => {
    await send({ CERTIFICATE: 'server-ca.pem', ...client });
    expect(receiver.spans().map(({ name }) => name)).toEqual(['GET /']);
    expect(dropped).toEqual({});
  });

  it.each([
    ['whose authority nobody named', client],
    ['of another authority', { CERTIFICATE: 'client-ca.pem', ...client }],
    ['that wants a certificate, without one', { CERTIFICATE: 'server-ca.pem' }],
  ])('no span goes to a server %s, and what is dropped is counted', async (_what, environment) => {
    await send(environment);
    expect(receiver.received).toEqual([]);
    expect(Object.values(dropped)).toEqual([1]);
  });
});
