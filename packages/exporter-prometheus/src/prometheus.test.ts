import { get, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect, createServer } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { type ExporterInstance, type Logger, MetricRegistry, type MetricSnapshot } from '@sonde/core';
import { afterEach, describe, expect, it } from 'vitest';
import { type PrometheusOptions, prometheus } from './prometheus.js';

const clock = { now: () => 1e9, toUnixNano: (at: number) => BigInt(at) };
const running: ExporterInstance[] = [];

afterEach(async () => {
  for (const instance of running.splice(0)) await instance.stop();
});

async function start(options: PrometheusOptions = {}, snapshot?: () => MetricSnapshot) {
  const registry = new MetricRegistry({ clock });
  const logged: string[] = [];
  const log = (message: string) => void logged.push(message);
  const logger: Logger = { debug: log, info: log, warn: log, error: log };
  const { definition, options: given } = prometheus({ port: 0, ...options });
  const instance = definition.create(
    { clock, logger, snapshot: snapshot ?? (() => registry.snapshot()), dropped: () => {} },
    definition.options.parse(given) as never,
  );
  running.push(instance);
  await instance.start();
  return { registry, instance, logged, url: instance.address!()! };
}

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

function ask(url: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    request.on('error', reject);
    request.end();
  });
}

describe('the Prometheus exporter', () => {
  it('serves metrics as text, with its own target_info', async () => {
    const { registry, url } = await start();
    registry.counter('sonde.events', { unit: '{event}' }).add(3);
    const { status, headers, body } = await ask(url);
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'text/plain; version=0.0.4; charset=utf-8',
      vary: 'Accept, Accept-Encoding',
    });
    expect(body.toString()).toMatch(/^# TYPE target_info gauge\n/);
    expect(body.toString()).toMatch(/\nsonde_events_total 3\n$/);
  });

  it('serves OpenMetrics to those who ask, unless it is switched off', async () => {
    const accept = { accept: 'application/openmetrics-text; version=1.0.0' };
    const { url } = await start();
    const answer = await ask(url, accept);
    expect(answer.headers['content-type']).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
    expect(answer.body.toString()).toMatch(/# EOF\n$/);
    const plain = await start({ openMetrics: false });
    expect((await ask(plain.url, accept)).headers['content-type']).toMatch(/^text\/plain/);
  });

  it('shows the same to any number of scrapers, and changes nothing by being read', async () => {
    const { registry, url } = await start();
    const counter = registry.counter('c');
    for (let n = 0; n < 500; n++) counter.add(n, { n });
    const bodies = await Promise.all(Array.from({ length: 20 }, async () => (await ask(url)).body.toString()));
    expect(new Set(bodies).size).toBe(1);
    expect((await ask(url)).body.toString()).toBe(bodies[0]);
  });

  it('compresses what is large, for those who accept it', async () => {
    const { registry, url } = await start();
    for (let n = 0; n < 500; n++) registry.counter('c').add(n, { n });
    const plain = await ask(url);
    const packed = await ask(url, { 'accept-encoding': 'gzip' });
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(packed.body).toString()).toBe(plain.body.toString());
    expect(packed.body.length).toBeLessThan(plain.body.length / 3);
    expect(
      (await ask(url.replace('/metrics', '/healthz'), { 'accept-encoding': 'gzip' })).headers['content-encoding'],
    ).toBeUndefined();
  });

  it('says that it lives, where its metrics are, and what it does not know', async () => {
    const { url } = await start({ path: '/custom/metrics' });
    const { origin } = new URL(url);
    expect((await ask(`${origin}/healthz`)).body.toString()).toBe('ok\n');
    expect((await ask(`${origin}/`)).body.toString()).toContain('/custom/metrics');
    expect((await ask(`${origin}/custom/metrics?name=x`)).status).toBe(200);
    expect((await ask(`${origin}/metrics`)).status).toBe(404);
  });

  it('answers HEAD without a body, and refuses other methods', async () => {
    const { url } = await start();
    const whole = await ask(url);
    const head = await ask(url, {}, 'HEAD');
    expect(head).toMatchObject({ status: 200, headers: { 'content-length': whole.headers['content-length'] } });
    expect(head.body).toHaveLength(0);
    expect(await ask(url, {}, 'POST')).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
  });

  it('answers 500 when the metrics can not be had, and lives on', async () => {
    let fail = true;
    const { registry } = await start();
    const { url, logged } = await start({}, () => {
      if (fail) throw new Error('no metrics');
      return registry.snapshot();
    });
    expect((await ask(url)).status).toBe(500);
    expect(logged).toEqual(['a scrape failed']);
    fail = false;
    expect((await ask(url)).status).toBe(200);
  });

  it('tells once of metrics that share a name', async () => {
    const { registry, url, logged } = await start();
    registry.counter('x.y').add(1);
    registry.gauge('x.y.total').set(2);
    await ask(url);
    const { body } = await ask(url);
    expect(logged).toHaveLength(1);
    expect(body.toString()).toContain('x_y_total 1');
  });

  it('survives what is no HTTP', async () => {
    const { url } = await start();
    const { port } = new URL(url);
    await new Promise<void>((resolve, reject) => {
      const socket = connect(Number(port), '127.0.0.1', () => socket.write('\x16\x03\x01 not http\r\n\r\n'));
      socket.on('error', reject);
      socket.on('close', () => resolve());
      socket.resume();
    });
    expect((await ask(url)).status).toBe(200);
  });

  it('answers however many requests are half-open, and gives those up soon', async () => {
    const { url } = await start();
    const halfOpen = Array.from({ length: 300 }, () => connect(Number(new URL(url).port), '127.0.0.1'));
    const closed = halfOpen.map(
      (socket) =>
        new Promise<void>((resolve) =>
          socket
            .on('error', () => {})
            .on('close', () => resolve())
            .resume(),
        ),
    );
    try {
      await Promise.all(
        halfOpen.map((socket) => new Promise((resolve) => socket.write('GET /metrics HTTP/1.1\r\nX', resolve))),
      );
      expect((await ask(url)).status).toBe(200);
      await Promise.all(closed);
      expect((await ask(url)).status).toBe(200);
    } finally {
      for (const socket of halfOpen) socket.destroy();
    }
  });

  it('refuses a port in use, and says what to do', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as { port: number };
    try {
      await expect(start({ port })).rejects.toMatchObject({
        name: 'ConfigurationError',
        code: 'PORT_IN_USE',
        message: `metrics can't be served at 127.0.0.1:${port}: the port is in use`,
        hint: expect.stringContaining('another port'),
      });
    } finally {
      taken.close();
    }
  });

  it('refuses an address that is not here', async () => {
    await expect(start({ host: '192.0.2.1' })).rejects.toMatchObject({ code: 'ADDRESS_UNAVAILABLE' });
  });

  it('listens on IPv6', async () => {
    const { url } = await start({ host: '::1' });
    expect(url).toMatch(/^http:\/\/\[::1\]:\d+\/metrics$/);
    expect((await ask(url)).status).toBe(200);
  });

  it('stops though a scraper keeps its connection, and stops twice', async () => {
    const { instance, url } = await start();
    const idle = await new Promise<ReturnType<typeof connect>>((resolve) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1', () => resolve(socket));
    });
    idle.on('error', () => {});
    await new Promise<void>((resolve) =>
      get(url, { agent: false }, (response) => response.resume().on('end', () => resolve())),
    );
    await instance.stop();
    await instance.stop();
    expect(instance.address!()).toBeNull();
    await expect(ask(url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    idle.destroy();
  });

  it.each([{ port: -1 }, { port: 70_000 }, { path: 'metrics' }, { path: '/' }, { path: '/healthz' }, { host: '' }])(
    'refuses %j',
    (options) => {
      const { definition, options: given } = prometheus(options);
      expect(definition.options.safeParse(given).success).toBe(false);
    },
  );
});
