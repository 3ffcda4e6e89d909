import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { defineExporter, type Exchange, type ExporterDependencies, type ExporterInstance } from '@sonde/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type ExporterConformanceOptions, exporterConformance } from './exporter-conformance.js';
import { formatReport } from './report.js';

const schema = z.strictObject({ url: z.string().default('http://127.0.0.1:9'), capacity: z.number().default(500) });
type Create = (dependencies: ExporterDependencies, options: z.output<typeof schema>) => ExporterInstance;

const exporter = (create: Create) =>
  defineExporter({
    ...{
      name: 'pipe',
      version: '1.0.0',
      apiVersion: 1,
      description: 'Writes names to a socket',
      options: schema,
      create,
    },
  });

/** Keeps so many names, sends them when it stops, and counts the rest. */
const good: Create = ({ dropped }, { url, capacity }) => {
  const kept: string[] = [];
  let stopped = false;
  return {
    start: async () => {},
    exchange({ name }) {
      if (stopped || kept.length >= capacity) dropped('full', 1);
      else kept.push(name);
    },
    async stop() {
      if (stopped) return;
      stopped = true;
      const socket = connect(Number(new URL(url).port), '127.0.0.1').on('error', () => {});
      socket.setTimeout(100, () => socket.destroy()).write(kept.join('\n'));
      await once(socket, 'close').catch(() => {});
      if (kept.length > 0) dropped('unreachable', kept.length);
    },
  };
};

/** The good one with parts replaced. */
const but =
  (change: (dependencies: ExporterDependencies) => Partial<ExporterInstance>): Create =>
  (dependencies, given) => ({ ...good(dependencies, given), ...change(dependencies) });

const failures = async (create: Create, more: ExporterConformanceOptions = {}) => {
  const given = { sendTo: (url: string) => ({ url }), exchanges: 2_000, ...more };
  const { checks } = await exporterConformance(exporter(create), given);
  return checks.filter(({ passed }) => !passed).map(({ check, problem }) => `${check}: ${problem}`);
};

describe('exporterConformance', () => {
  it('finds nothing wrong with an exporter that keeps the contract', async () => {
    const report = await exporterConformance(exporter(good), { sendTo: (url) => ({ url }), exchanges: 2_000 });
    expect(formatReport(report)).toBe('pipe conforms to exporter API v1: 9 checks, 9 cases');
  });

  it('leaves out receivers for one that sends nowhere', async () => {
    const report = await exporterConformance(exporter(good));
    expect(report.checks).toHaveLength(6);
  });

  it.each<[string, Create, RegExp]>([
    [
      'changes an exchange',
      but(() => ({ exchange: (exchange: Exchange) => void Object.assign(exchange.attributes, { seen: true }) })),
      /^takes exchanges.*threw TypeError/,
    ],
    ['throws at what is rare', but(() => ({ exchange: ({ server }) => void server!.address })), /^takes.*TypeError/],
    [
      'gives a promise to those who do not wait',
      but(() => ({ exchange: (async () => {}) as never })),
      /^takes exchanges.*nobody waits for it/,
    ],
    ['does nothing at all', () => ({ start: async () => {}, stop: async () => {} }), /^takes.*neither exchanges nor/],
    [
      'fails to stop twice',
      (dependencies, given) => {
        const inner = good(dependencies, given);
        let stops = 0;
        return { ...inner, stop: () => (stops++ > 0 ? Promise.reject(new Error('stopped already')) : inner.stop()) };
      },
      /^flushes and stops twice.*stopped already/,
    ],
    [
      'counts nothing',
      (dependencies, given) => good({ ...dependencies, dropped: () => {} }, given),
      /silent: 4000 .*0 were/,
    ],
    [
      'counts nonsense',
      (dependencies, given) => good({ ...dependencies, dropped: () => dependencies.dropped('', -1) }, given),
      /dropped\('', -1\)/,
    ],
  ])('catches one that %s', async (_, create, expected) => {
    const found = await failures(create);
    expect(found.join('\n')).toMatch(expected);
  });

  it('catches one that keeps all that nobody takes', async () => {
    const keeps: Create = (dependencies) => {
      const kept: string[] = [];
      return {
        start: async () => {},
        exchange: ({ request }) => void kept.push(Buffer.alloc(12_000, request.resource!).toString('utf16le')),
        stop: async () => dependencies.dropped('unreachable', Math.max(1, kept.length)),
      };
    };
    expect((await failures(keeps)).join('\n')).toMatch(/is silent: 2000 exchanges more took \d+\.\d MiB more/);
  });

  it('catches options that are not checked, by their schema', async () => {
    const careless = defineExporter({
      ...{ name: 'pipe', version: '1.0.0', apiVersion: 1, description: '', create: good },
      options: schema.loose() as unknown as typeof schema,
    });
    const { checks } = await exporterConformance(careless);
    const failed = checks.filter(({ passed }) => !passed).map(({ check }) => check);
    expect(failed).toEqual(['declares what the contract asks for', 'refuses an unknown option and names the nearest']);
  });
});

describe('an exporter that serves', () => {
  const server = createServer((_, response) => response.end('metrics'));
  beforeAll(() => once(server.listen(0, '127.0.0.1'), 'listening'));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = () => `http://127.0.0.1:${(server.address() as { port: number }).port}/`;

  it('is caught when it says that it can be reached after its end', async () => {
    expect((await failures(but(() => ({ address })))).join('\n')).toMatch(
      /it still says that it can be reached at http/,
    );
  });

  it('is caught when nobody answers at its address', async () => {
    const found = await failures(but(() => ({ address: () => 'http://127.0.0.1:9/' })));
    expect(found.join('\n')).toMatch(/^takes exchanges.*fetch failed/);
  });
});
