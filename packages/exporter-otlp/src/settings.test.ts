import { describe, expect, it } from 'vitest';
import type { OtlpOptions } from './options.js';
import { settle } from './settings.js';

function settings(options: OtlpOptions, environment: Record<string, string> = {}) {
  const ignored: string[] = [];
  return { ...settle(options, environment, (variable) => ignored.push(variable)), ignored };
}

describe('settings', () => {
  it('have defaults', () => {
    const { traces, metrics, ...others } = settings({});
    expect(traces).toMatchObject({ headers: {}, protocol: 'http/protobuf', compression: 'none', timeoutMs: 10_000 });
    expect(String(traces!.url)).toBe('http://127.0.0.1:4318/v1/traces');
    expect(String(metrics!.url)).toBe('http://127.0.0.1:4318/v1/metrics');
    expect(others).toMatchObject({
      queueSize: 16_384,
      batchSize: 512,
      delayMs: 1000,
      metricsIntervalMs: 60_000,
      stopMs: 5000,
    });
    expect(others.ignored).toEqual([]);
  });

  it.each([
    ['http://h:1', 'http://h:1/v1/traces'],
    ['http://h:1/', 'http://h:1/v1/traces'],
    ['https://h/otlp/', 'https://h/otlp/v1/traces'],
    ['https://h/otlp?key=1', 'https://h/otlp/v1/traces?key=1'],
  ])('add the signal’s path to %s', (endpoint, url) => {
    expect(String(settings({ endpoint }).traces!.url)).toBe(url);
    expect(String(settings({}, { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }).traces!.url)).toBe(url);
  });

  it('take a signal’s own address from the environment as it is', () => {
    const environment = {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a:1',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://b:2/spans',
    };
    const { traces, metrics } = settings({}, environment);
    expect(String(traces!.url)).toBe('http://b:2/spans');
    expect(String(metrics!.url)).toBe('http://a:1/v1/metrics');
  });

  it('follow the standard variables, and options before them', () => {
    const environment = {
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'http/protobuf',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
      OTEL_EXPORTER_OTLP_TIMEOUT: '1234',
      OTEL_EXPORTER_OTLP_METRICS_TIMEOUT: '99',
      OTEL_EXPORTER_OTLP_HEADERS: 'api-key=a%20b, X-Other = c=d',
      OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'api-key=own',
      OTEL_BSP_MAX_QUEUE_SIZE: '100',
      OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '1000',
      OTEL_BSP_SCHEDULE_DELAY: '0',
      OTEL_METRIC_EXPORT_INTERVAL: '5000',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=prod,service.name=a',
      OTEL_SERVICE_NAME: 'b',
    };
    const { traces, metrics, ...others } = settings({}, environment);
    expect(traces).toMatchObject({
      protocol: 'http/json',
      compression: 'gzip',
      timeoutMs: 1234,
      headers: { 'api-key': 'own', 'x-other': 'c=d' },
    });
    expect(metrics).toMatchObject({ protocol: 'http/protobuf', timeoutMs: 99, headers: { 'api-key': 'a b' } });
    expect(others).toMatchObject({ queueSize: 100, batchSize: 100, delayMs: 0, metricsIntervalMs: 5000 });
    expect(others.resource).toEqual({ 'deployment.environment.name': 'prod', 'service.name': 'b' });

    const chosen = settings(
      { protocol: 'http/protobuf', headers: { 'API-KEY': 'x' }, resource: { 'service.name': 'c' } },
      environment,
    );
    expect(chosen.traces).toMatchObject({ protocol: 'http/protobuf', headers: { 'api-key': 'x' } });
    expect(chosen.resource).toMatchObject({ 'service.name': 'c' });
  });

  it('switch signals off', () => {
    expect(settings({ metrics: false })).toMatchObject({ metrics: null, traces: expect.anything() });
    expect(settings({}, { OTEL_TRACES_EXPORTER: 'none' }).traces).toBeNull();
    expect(settings({ traces: true }, { OTEL_TRACES_EXPORTER: 'none' }).traces).not.toBeNull();
  });

  it('leave aside, and report, what can not be understood', () => {
    const environment = {
      OTEL_EXPORTER_OTLP_TIMEOUT: 'soon',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'zip',
      OTEL_BSP_MAX_QUEUE_SIZE: '-1',
      OTEL_EXPORTER_OTLP_CERTIFICATE: '/does/not/exist.pem',
      OTEL_EXPORTER_OTLP_HEADERS: 'broken',
    };
    const { traces, queueSize, ignored } = settings({ metrics: false }, environment);
    expect(traces).toMatchObject({ timeoutMs: 10_000, compression: 'none', headers: {} });
    expect(queueSize).toBe(16_384);
    expect(new Set(ignored)).toEqual(new Set(Object.keys(environment)));
  });

  it.each([
    ['an address that is none', {}, { OTEL_EXPORTER_OTLP_ENDPOINT: 'not a url' }],
    ['an address without HTTP', {}, { OTEL_EXPORTER_OTLP_ENDPOINT: 'ftp://h/' }],
    ['gRPC', {}, { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }],
    ['a header that is none', { headers: { 'a b': 'x' } }, {}],
    ['a header with a line break', { headers: { a: 'secret\r\nx: y' } }, {}],
  ])('refuse %s', (_what, options, environment) => {
    expect(() => settings(options, environment as Record<string, string>)).toThrow(
      expect.objectContaining({ code: 'OTLP_INVALID' }),
    );
  });

  it('never show the value of a header', () => {
    expect(() => settings({ headers: { a: 'secret\n' } })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('secret') }),
    );
  });
});
