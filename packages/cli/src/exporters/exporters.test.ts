import { Writable } from 'node:stream';
import type { Exchange, ExporterDependencies } from '@sonde/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { jsonl } from './jsonl.js';
import { pretty } from './pretty.js';

const exchange = {
  protocol: 'http1',
  name: 'GET /',
  durationNs: 1e6,
  error: null,
  startUnixNano: 0n,
  request: { kind: 'request' },
  requestTiming: { bytes: 1, sequence: -1 },
  response: null,
  responseTiming: null,
  side: null,
  status: null,
  transport: 'tcp',
  client: null,
  server: null,
  process: null,
  trace: null,
  attributes: {},
} as unknown as Exchange;

/** Puts a stream that takes nothing, or everything, in the place of stdout. */
function stdout(takes: boolean) {
  const chunks: string[] = [];
  const stream = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      chunks.push(String(chunk));
      if (takes) done();
    },
  });
  vi.spyOn(process, 'stdout', 'get').mockReturnValue(stream as unknown as typeof process.stdout);
  return chunks;
}

function start(exporter: ReturnType<typeof jsonl>) {
  const dropped: Record<string, number> = {};
  const dependencies = {
    dropped(reason: string, count: number) {
      dropped[reason] = (dropped[reason] ?? 0) + count;
    },
  } as unknown as ExporterDependencies;
  const instance = exporter.definition.create(
    dependencies,
    exporter.definition.options.parse(exporter.options) as never,
  );
  return { instance, dropped };
}

afterEach(() => vi.restoreAllMocks());

describe('the jsonl exporter', () => {
  it('prints exchanges and events', async () => {
    const chunks = stdout(true);
    const { instance } = start(jsonl());
    await instance.start();
    instance.exchange?.(exchange);
    instance.event?.({ event: 'thread.switch', cpu: 1 });
    await instance.stop();
    const lines = chunks
      .join('')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([{ protocol: 'http1' }, { event: 'thread.switch', cpu: 1 }]);
  });

  it('drops and counts what a slow reader does not take, and never waits', async () => {
    const chunks = stdout(false);
    const { instance, dropped } = start(jsonl({ maxQueueBytes: 1000 }));
    for (let index = 0; index < 100; index++) {
      instance.exchange?.(exchange);
      await instance.flush?.();
    }
    expect(dropped['stdout too slow']).toBeGreaterThan(50);
    expect(chunks).toHaveLength(1);
  });

  it('counts what comes after stdout was closed', () => {
    stdout(true);
    const { instance, dropped } = start(jsonl());
    process.stdout.destroy();
    instance.exchange?.(exchange);
    expect(dropped).toEqual({ 'stdout closed': 1 });
  });
});

describe('the pretty exporter', () => {
  it('shows one table at the end where there is no terminal, however often it is stopped', async () => {
    const chunks = stdout(true);
    const { instance } = start(pretty());
    await instance.start();
    instance.exchange?.(exchange);
    await instance.stop();
    await instance.stop();
    expect(chunks.join('')).toMatch(/^protocol .*\nhttp1 .*\n$/);
  });
});
