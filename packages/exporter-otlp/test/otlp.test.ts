import { createServer } from 'node:net';
import { type ExporterInstance, MetricRegistry } from '@sonde/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type OtlpOptions, otlp } from '../src/index.js';
import { exchange } from './exchange.js';
import { RESPONSES, Receiver } from './receiver.js';

let receiver: Receiver;
const running: ExporterInstance[] = [];

beforeEach(async () => {
  receiver = await new Receiver().listen();
});

afterEach(async () => {
  for (const instance of running.splice(0)) await instance.stop();
  await receiver.close();
  expect(receiver.problems).toEqual([]);
  vi.unstubAllEnvs();
});

const FAST = { initialMs: 20, maxMs: 50, forMs: 5000 };

async function start(options: OtlpOptions = {}) {
  const clock = { now: () => 0, toUnixNano: (at: number) => BigInt(at) };
  const registry = new MetricRegistry({ clock });
  const dropped: Record<string, number> = {};
  const warnings: string[] = [];
  const log = (message: string) => void warnings.push(message);
  const all: OtlpOptions = {
    endpoint: receiver.endpoint,
    metrics: false,
    delayMs: 5,
    retry: FAST,
    stopMs: 2000,
    ...options,
  };
  const { definition, options: given } = otlp(all);
  const instance = definition.create(
    {
      clock,
      logger: { debug: log, info: log, warn: log, error: log },
      snapshot: () => registry.snapshot(),
      dropped: (reason, count) => {
        dropped[reason] = (dropped[reason] ?? 0) + count;
      },
    },
    definition.options.parse(given) as never,
  );
  running.push(instance);
  await instance.start();
  const send = (count: number) => {
    for (let n = 0; n < count; n++) instance.exchange!(exchange({ name: `GET /${n}` }));
  };
  return { instance, registry, dropped, warnings, send };
}

describe.each(['http/protobuf', 'http/json'] as const)('by %s', (protocol) => {
  it.each(['none', 'gzip'] as const)('spans arrive as they were, with compression %s', async (compression) => {
    const { instance, dropped } = await start({ protocol, compression, headers: { 'X-Key': 'k' } });
    const trace = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), parentSpanId: 'c'.repeat(16), link: null };
    instance.exchange!(exchange({ trace, error: '500' }));
    instance.exchange!(
      exchange({ process: { pid: 9, tid: 9, name: 'redis-server', container: 'd'.repeat(64) }, side: 'client' }),
    );
    await instance.flush!();
    const [{ path, headers, request }] = receiver.received as [(typeof receiver.received)[0]];
    expect(path).toBe('/v1/traces');
    expect(headers).toMatchObject({
      'x-key': 'k',
      'content-type': protocol === 'http/json' ? 'application/json' : 'application/x-protobuf',
    });
    expect(headers['content-encoding']).toBe(compression === 'gzip' ? 'gzip' : undefined);
    expect(request.resourceSpans).toHaveLength(2);
    const services = request.resourceSpans.map(
      ({ resource }: { resource: { attributes: unknown } }) => resource.attributes,
    );
    expect(services[0]).toContainEqual({ key: 'service.name', value: { stringValue: 'nginx' } });
    expect(services[1]).toContainEqual({ key: 'container.id', value: { stringValue: 'd'.repeat(64) } });
    const [first, second] = receiver.spans();
    expect(first).toMatchObject({
      traceId: trace.traceId,
      spanId: trace.spanId,
      parentSpanId: trace.parentSpanId,
      name: 'GET /users/{id}',
      kind: 2,
      startTimeUnixNano: '1700000000123456789',
      endTimeUnixNano: '1700000000124456790',
      status: { code: 2 },
    });
    expect(first.attributes).toContainEqual({ key: 'http.response.status_code', value: { intValue: '200' } });
    expect(second).toMatchObject({ kind: 3 });
    expect(second.status).toBeUndefined();
    expect(dropped).toEqual({});
  });

  it('metrics arrive at their interval, and once more at the end', async () => {
    const { instance, registry } = await start({ protocol, traces: false, metrics: true, metricsIntervalMs: 30 });
    expect(instance.exchange).toBeUndefined();
    registry.counter('sonde.events', { unit: '{event}', description: 'Events' }).add(3, { probe: 'l7' });
    registry.histogram('h', { bounds: [1, 2] }).record(1.5);
    await receiver.until(() => receiver.received.length >= 2, 'the second reading');
    registry.counter('sonde.events').add(4, { probe: 'l7' });
    await instance.stop();
    const { path, request } = receiver.received.at(-1)!;
    expect(path).toBe('/v1/metrics');
    const [{ resource, scopeMetrics }] = request.resourceMetrics;
    expect(resource.attributes).toContainEqual({ key: 'service.name', value: { stringValue: 'sonde' } });
    const [counter, histogram] = scopeMetrics[0].metrics;
    expect(counter).toMatchObject({
      name: 'sonde.events',
      unit: '{event}',
      sum: { isMonotonic: true, aggregationTemporality: 2 },
    });
    expect(counter.sum.dataPoints).toMatchObject([
      { asDouble: 7, attributes: [{ key: 'probe', value: { stringValue: 'l7' } }] },
    ]);
    expect(histogram.histogram.dataPoints).toMatchObject([
      { count: '1', sum: 1.5, bucketCounts: ['0', '1', '0'], explicitBounds: [1, 2] },
    ]);
  });

  it('a partial success is counted, and not sent again', async () => {
    const { instance, dropped, warnings, send } = await start({ protocol });
    receiver.behave = ({ headers }, response) => {
      const partial = { partialSuccess: { rejectedSpans: 2, errorMessage: 'too old' } };
      const body =
        protocol === 'http/json'
          ? JSON.stringify(partial)
          : RESPONSES.traces.encode(RESPONSES.traces.fromObject(partial)).finish();
      response.writeHead(200, { 'content-type': headers['content-type'] }).end(body);
    };
    send(5);
    await instance.flush!();
    expect(dropped).toEqual({ rejected: 2 });
    expect(receiver.received).toHaveLength(1);
    expect(warnings).toEqual([expect.stringContaining('only a part')]);
  });
});

describe('a receiver', () => {
  it('gets batches of the size that was asked for', async () => {
    const { instance, send, dropped } = await start({ batchSize: 10 });
    send(95);
    await instance.flush!();
    expect(receiver.received).toHaveLength(10);
    expect(new Set(receiver.spans().map(({ name }) => name)).size).toBe(95);
    expect(dropped).toEqual({});
  });

  it.each([429, 502, 503, 504])('that answers %i is asked again, until it takes the spans once', async (status) => {
    const { instance, send, dropped } = await start();
    let refusals = 3;
    receiver.behave = (_received, response) => {
      response.writeHead(refusals-- > 0 ? status : 200).end();
    };
    send(5);
    await instance.flush!();
    expect(receiver.received).toHaveLength(4);
    expect(receiver.received[3]!.request).toEqual(receiver.received[0]!.request);
    expect(dropped).toEqual({});
  });

  it('that says Retry-After is left alone for that long', async () => {
    const { instance, send } = await start();
    receiver.behave = (_received, response) => {
      if (receiver.received.length === 1) response.writeHead(503, { 'retry-after': '1' }).end();
      else response.writeHead(200).end();
    };
    send(1);
    await instance.flush!();
    expect(receiver.received[1]!.at - receiver.received[0]!.at).toBeGreaterThanOrEqual(990);
  });

  it.each([400, 401, 404, 413, 500])(
    'that answers %i is not asked again, and the spans are counted',
    async (status) => {
      const { instance, send, dropped, warnings } = await start();
      receiver.behave = (_received, response) => void response.writeHead(status).end('no such thing');
      send(5);
      await instance.flush!();
      expect(receiver.received).toHaveLength(1);
      expect(dropped).toEqual({ [`http-${status}`]: 5 });
      expect(warnings).toHaveLength(1);
    },
  );

  it('that never recovers is given up after a while, and the spans are counted', async () => {
    const { instance, send, dropped } = await start({ retry: { ...FAST, forMs: 150 } });
    receiver.behave = (_received, response) => void response.writeHead(503).end();
    send(5);
    await instance.flush!();
    expect(receiver.received.length).toBeGreaterThan(1);
    expect(dropped).toEqual({ 'http-503': 5 });
  });

  it('that hangs up in the middle is asked again', async () => {
    const { instance, send, dropped } = await start();
    receiver.behave = (_received, response, request) => {
      if (receiver.received.length === 1) return void request.socket.destroy();
      if (receiver.received.length === 2) {
        response.writeHead(200, { 'content-length': 100 });
        response.write('half of the answer', () => request.socket.destroy());
        return;
      }
      response.writeHead(200).end();
    };
    send(5);
    await instance.flush!();
    expect(receiver.received).toHaveLength(3);
    expect(dropped).toEqual({});
  });

  it('that is slow costs spans, which are counted, and never blocks', async () => {
    const { instance, send, dropped } = await start({ queueSize: 20, batchSize: 10, timeoutMs: 5000 });
    let release = () => {};
    receiver.behave = async (_received, response) => {
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      response.writeHead(200).end();
    };
    send(10);
    await receiver.until(() => receiver.received.length === 1, 'the first batch');
    const before = performance.now();
    send(1000);
    expect(performance.now() - before).toBeLessThan(500);
    expect(dropped).toEqual({ 'queue-full': 980 });
    receiver.behave = undefined;
    release();
    await instance.flush!();
    expect(receiver.spans()).toHaveLength(30);
  });

  it('that never answers is asked again after the timeout', async () => {
    const { instance, send, dropped } = await start({ timeoutMs: 100 });
    receiver.behave = (_received, response) => {
      if (receiver.received.length > 1) response.writeHead(200).end();
    };
    send(5);
    await instance.flush!();
    expect(receiver.received).toHaveLength(2);
    expect(dropped).toEqual({});
  });

  it('that is not there yet is found once it is', async () => {
    const { port } = receiver;
    const { send, dropped, instance } = await start();
    await receiver.close();
    send(5);
    const flushed = instance.flush!();
    receiver = await new Receiver().listen(port);
    await flushed;
    expect(receiver.spans()).toHaveLength(5);
    expect(dropped).toEqual({});
  });

  it('that speaks no HTTP costs no more than the spans', async () => {
    const noise = createServer((socket) => {
      socket.on('error', () => {});
      socket.resume();
      socket.end('this is no HTTP\r\n\r\n');
    });
    await new Promise<void>((resolve) => noise.listen(0, '127.0.0.1', resolve));
    const { port } = noise.address() as { port: number };
    const lost = await start({ endpoint: `http://127.0.0.1:${port}`, retry: { ...FAST, forMs: 60 } });
    lost.send(5);
    await lost.instance.flush!();
    expect(lost.dropped).toEqual({ unreachable: 5 });
    await new Promise((resolve) => noise.close(resolve));
  });

  it('that answers endlessly is not listened to for long', async () => {
    const { instance, send, dropped } = await start();
    receiver.behave = (_received, response) => {
      response.writeHead(200);
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(10_000)));
        if (!response.destroyed) response.once('drain', more);
      };
      response.on('error', () => {});
      more();
    };
    send(5);
    await instance.flush!();
    expect(dropped).toEqual({});
  });
});

describe('stopping', () => {
  it('sends what is queued, and is done once', async () => {
    const { instance, send, dropped } = await start({ delayMs: 60_000 });
    send(100);
    await Promise.all([instance.stop(), instance.stop()]);
    expect(receiver.spans()).toHaveLength(100);
    expect(dropped).toEqual({});
    send(1);
    expect(dropped).toEqual({ shutdown: 1 });
  });

  it('gives up at its deadline, and counts what was not sent', async () => {
    const { instance, send, dropped } = await start({ stopMs: 200, batchSize: 10, delayMs: 60_000 });
    receiver.behave = () => {};
    send(35);
    const before = performance.now();
    await instance.stop();
    expect(performance.now() - before).toBeLessThan(2000);
    expect(dropped).toEqual({ shutdown: 35 });
  });

  it('does not wait out a long Retry-After', async () => {
    const { instance, send, dropped } = await start({ stopMs: 200, retry: { ...FAST, forMs: 600_000 } });
    receiver.behave = (_received, response) => void response.writeHead(503, { 'retry-after': '300' }).end();
    send(5);
    await receiver.until(() => receiver.received.length === 1, 'the first attempt');
    await instance.stop();
    expect(dropped).toEqual({ shutdown: 5 });
  });
});

describe('what goes wrong inside', () => {
  it('in a plugin costs that exchange only', async () => {
    const { instance, dropped } = await start();
    const broken = exchange();
    Object.defineProperty(broken, 'attributes', {
      get: () => {
        throw new Error('plugin');
      },
    });
    instance.exchange!(broken);
    instance.exchange!(exchange());
    await instance.flush!();
    expect(receiver.spans()).toHaveLength(1);
    expect(dropped).toEqual({ 'plugin-fault': 1 });
  });

  it('in the environment is told, and left aside', async () => {
    vi.stubEnv('OTEL_EXPORTER_OTLP_COMPRESSION', 'zip');
    vi.stubEnv('OTEL_EXPORTER_OTLP_HEADERS', 'x-env=1');
    const { instance, send, warnings } = await start();
    send(1);
    await instance.flush!();
    expect(receiver.received[0]!.headers).toMatchObject({ 'x-env': '1' });
    expect(warnings).toEqual([expect.stringContaining('OTEL_EXPORTER_OTLP_COMPRESSION is ignored')]);
  });
});
