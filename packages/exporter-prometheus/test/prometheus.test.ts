import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type Exchange,
  ExchangeMetrics,
  type ExporterInstance,
  MetricRegistry,
  type Protocol,
  SELF_METRICS,
} from '@sonde/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prometheus } from '../src/index.js';

const installed = (program: string) => spawnSync(program, ['--version']).status === 0;
const missing = ['prometheus', 'promtool'].filter((program) => !installed(program));
if (missing.length > 0) console.warn(`skipped: ${missing.join(', ')} not installed (apt-get install prometheus)`);

const clock = { now: () => Date.now() * 1e6, toUnixNano: (at: number) => BigInt(Math.round(at / 1e6)) * 1_000_000n };
const registry = new MetricRegistry({ clock });
const silent = { debug() {}, info() {}, warn() {}, error() {} };
let exporter: ExporterInstance;
let metricsUrl: string;

/** 1 000 exchanges of 1 to 1 000 ms, every tenth a failure; some are in a trace. */
function countExchanges() {
  const metrics = new ExchangeMetrics(registry);
  const definition = {
    name: 'http1',
    metric: { name: 'http.{side}.request.duration', description: 'Durations' },
  } as Protocol;
  const timing = { start: clock.now(), end: clock.now(), bytes: 1, sequence: -1, tid: 1 };
  for (let n = 1; n <= 1000; n++) {
    const status = n % 10 === 0 ? 500 : 200;
    const exchange: Partial<Exchange> = {
      protocol: 'http1',
      definition,
      name: 'GET /"quoted"\\{id}\n',
      status,
      error: status === 500 ? '500' : null,
      side: 'server',
      server: { address: '10.0.0.1', port: 80 },
      durationNs: n * 1e6,
      requestTiming: timing,
      responseTiming: timing,
      attributes: { 'http.request.method': 'GET', 'http.response.status_code': status },
      trace: n === 500 ? { traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8), parentSpanId: null, link: null } : null,
    };
    metrics.record(exchange as Exchange);
  }
}

beforeAll(async () => {
  countExchanges();
  registry.counter('sonde.events', { unit: '{event}', description: 'Events\nread' }).add(12_345, { probe: 'l7' });
  const memory = 'sonde.process.memory.usage';
  registry.gauge(memory, SELF_METRICS[memory]).set(1e8);
  const { definition, options } = prometheus({ port: 0 });
  exporter = definition.create(
    { clock, logger: silent, snapshot: () => registry.snapshot(), dropped: () => {} },
    definition.options.parse(options) as never,
  );
  await exporter.start();
  metricsUrl = exporter.address!()!;
});

afterAll(() => exporter?.stop());

describe.skipIf(missing.length > 0)('promtool', () => {
  it('finds nothing wrong with the text format', async () => {
    const text = await (await fetch(metricsUrl)).text();
    const { status, stderr, stdout } = spawnSync('promtool', ['check', 'metrics'], { input: text });
    expect(`${stdout}${stderr}`).toBe('');
    expect(status).toBe(0);
  });
});

describe.skipIf(missing.length > 0)('a real Prometheus', () => {
  let server: ChildProcess;
  let directory: string;
  let api: string;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'sonde-prometheus-'));
    const port = await freePort();
    api = `http://127.0.0.1:${port}/api/v1`;
    const job = (name: string, path: string) => ({
      job_name: name,
      scrape_interval: '1s',
      metrics_path: path,
      static_configs: [{ targets: [new URL(metricsUrl).host] }],
    });
    // JSON is YAML.
    writeFileSync(join(directory, 'prometheus.yml'), JSON.stringify({ scrape_configs: [job('sonde', '/metrics')] }));
    server = spawn(
      'prometheus',
      [
        `--config.file=${directory}/prometheus.yml`,
        `--storage.tsdb.path=${directory}/data`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--enable-feature=exemplar-storage',
        '--log.level=warn',
      ],
      { stdio: 'ignore' },
    );
  });

  afterAll(async () => {
    if (server && server.exitCode === null) {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGTERM');
      await ended;
    }
    if (directory) rmSync(directory, { recursive: true, force: true });
  });

  /** The answer to a query, once it is not empty. */
  async function query<T>(path: string, parameters: Record<string, string>): Promise<T[]> {
    const deadline = Date.now() + 60_000;
    for (;;) {
      const url = `${api}/${path}?${new URLSearchParams(parameters)}`;
      const answer = await ask(url).catch(() => null);
      const data = answer?.data as { result?: T[] } | T[] | undefined;
      const result = Array.isArray(data) ? data : data?.result;
      if (result && result.length > 0) return result;
      if (Date.now() > deadline) throw new Error(`no answer from ${url}: ${JSON.stringify(answer)}`);
      await delay(200);
    }
  }

  type Sample = { metric: Record<string, string>; value: [number, string] };

  it('scrapes OpenMetrics without an error', async () => {
    const [up] = await query<Sample>('query', { query: 'up{job="sonde"} == 1' });
    expect(up).toBeDefined();
    const { data } = await ask(`${api}/targets`);
    expect(data).toMatchObject({ activeTargets: [{ health: 'up', lastError: '' }] });
  });

  it('computes quantiles from the histogram', async () => {
    const sum = 'sum by (le) (http_server_request_duration_seconds_bucket)';
    const [median] = await query<Sample>('query', { query: `histogram_quantile(0.5, ${sum})` });
    const [high] = await query<Sample>('query', { query: `histogram_quantile(0.95, ${sum})` });
    expect(Number(median!.value[1])).toBeCloseTo(0.5, 2);
    expect(Number(high!.value[1])).toBeCloseTo(0.95, 2);
  });

  it('reads counts, errors, labels and units as they were meant', async () => {
    const count = 'http_server_request_duration_seconds_count';
    const [errors] = await query<Sample>('query', { query: `sum(${count}{error_type="500"})` });
    expect(errors!.value[1]).toBe('100');
    const [point] = await query<Sample>('query', { query: `${count}{error_type=""}` });
    expect(point!.metric).toMatchObject({
      span_name: 'GET /"quoted"\\{id}\n',
      http_request_method: 'GET',
      http_response_status_code: '200',
      server_address: '10.0.0.1',
      server_port: '80',
    });
    const [events] = await query<Sample>('query', { query: 'sonde_events_total{probe="l7"}' });
    expect(events!.value[1]).toBe('12345');
    const [memory] = await query<Sample>('query', { query: 'sonde_process_memory_usage_bytes' });
    expect(Number(memory!.value[1])).toBe(1e8);
  });

  it('keeps the exemplar', async () => {
    const now = Date.now() / 1000;
    const [series] = await query<{ exemplars: { labels: Record<string, string>; value: string }[] }>(
      'query_exemplars',
      {
        query: 'http_server_request_duration_seconds_bucket',
        start: String(now - 600),
        end: String(now + 600),
      },
    );
    expect(series!.exemplars[0]).toMatchObject({
      labels: { trace_id: 'ab'.repeat(16), span_id: 'cd'.repeat(8) },
      value: '0.5',
    });
  });
});

async function ask(url: string): Promise<{ data?: unknown }> {
  return (await fetch(url)).json() as Promise<{ data?: unknown }>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
