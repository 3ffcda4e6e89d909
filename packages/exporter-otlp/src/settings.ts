import { type Attributes, ConfigurationError } from '@sonde/core';
import { type Environment, EnvironmentReader, type Signal } from './environment.js';
import type { HttpSenderOptions } from './http-sender.js';
import type { OtlpOptions } from './options.js';
import type { RetryOptions } from './retry.js';

const PROTOCOLS = ['http/protobuf', 'http/json'] as const;
const COMPRESSIONS = ['none', 'gzip'] as const;
/** Header names of HTTP (RFC 9110 section 5.6.2), and values without line breaks. */
const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** The wire format of OTLP over HTTP. */
export type OtlpProtocol = (typeof PROTOCOLS)[number];

/** Where one signal goes. */
export interface SignalSettings extends Omit<HttpSenderOptions, 'contentType'> {
  protocol: OtlpProtocol;
}

/** All that the exporter works by: options first, then the environment, then defaults. */
export interface OtlpSettings {
  /** Null where the signal isn't sent. */
  traces: SignalSettings | null;
  metrics: SignalSettings | null;
  queueSize: number;
  batchSize: number;
  delayMs: number;
  metricsIntervalMs: number;
  retry: RetryOptions;
  stopMs: number;
  resource: Attributes;
}

/**
 * Settles options, `OTEL_…` variables and defaults.
 *
 * @param ignored told of each variable that was left aside
 * @throws ConfigurationError `OTLP_INVALID`
 */
export function settle(
  options: OtlpOptions,
  environment: Environment,
  ignored: (variable: string, reason: string) => void,
): OtlpSettings {
  const env = new EnvironmentReader(environment, ignored);
  const queueSize = options.queueSize ?? env.number('OTEL_BSP_MAX_QUEUE_SIZE') ?? 16_384;
  const batchSize = options.batchSize ?? env.number('OTEL_BSP_MAX_EXPORT_BATCH_SIZE') ?? 512;
  const enabled = (signal: Signal) => options[signal] ?? env.text(`OTEL_${signal.toUpperCase()}_EXPORTER`) !== 'none';
  return {
    traces: enabled('traces') ? signalSettings('traces', options, env) : null,
    metrics: enabled('metrics') ? signalSettings('metrics', options, env) : null,
    queueSize,
    batchSize: Math.min(batchSize, queueSize),
    delayMs: options.delayMs ?? env.number('OTEL_BSP_SCHEDULE_DELAY', 0) ?? 1000,
    metricsIntervalMs: options.metricsIntervalMs ?? env.number('OTEL_METRIC_EXPORT_INTERVAL') ?? 60_000,
    retry: { initialMs: 500, maxMs: 30_000, forMs: 60_000, ...options.retry },
    stopMs: options.stopMs ?? 5000,
    resource: { ...env.resource(), ...options.resource },
  };
}

function signalSettings(signal: Signal, options: OtlpOptions, env: EnvironmentReader): SignalSettings {
  const prefix = 'OTEL_EXPORTER_OTLP_';
  const own = `${prefix}${signal.toUpperCase()}_`;
  const headers = { ...env.list(`${prefix}HEADERS`), ...env.list(`${own}HEADERS`), ...options.headers };
  const protocol = options.protocol ?? protocolOf(env.forSignal(signal, 'PROTOCOL'));
  return {
    url: urlOf(signal, options, env),
    headers: checkedHeaders(headers),
    protocol,
    compression:
      options.compression ??
      env.choice(`${own}COMPRESSION`, COMPRESSIONS) ??
      env.choice(`${prefix}COMPRESSION`, COMPRESSIONS) ??
      'none',
    timeoutMs: options.timeoutMs ?? env.number(`${own}TIMEOUT`) ?? env.number(`${prefix}TIMEOUT`) ?? 10_000,
    tls: {
      ca: env.file(`${prefix}CERTIFICATE`, env.forSignal(signal, 'CERTIFICATE')),
      cert: env.file(`${prefix}CLIENT_CERTIFICATE`, env.forSignal(signal, 'CLIENT_CERTIFICATE')),
      key: env.file(`${prefix}CLIENT_KEY`, env.forSignal(signal, 'CLIENT_KEY')),
    },
  };
}

/** The signal's own variable is taken as it is; a base address gets the signal's path. */
function urlOf(signal: Signal, options: OtlpOptions, env: EnvironmentReader): URL {
  const exact =
    options.endpoint === undefined ? env.text(`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT`) : undefined;
  const base = options.endpoint ?? env.text('OTEL_EXPORTER_OTLP_ENDPOINT') ?? 'http://127.0.0.1:4318';
  let url: URL;
  try {
    url = new URL(exact ?? base);
  } catch (cause) {
    throw invalid(`'${exact ?? base}' is no URL`, 'it looks like http://127.0.0.1:4318', cause);
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw invalid(`'${url.protocol}' is no protocol for OTLP over HTTP`, 'endpoints begin with http:// or https://');
  }
  if (exact === undefined) url.pathname = `${url.pathname.replace(/\/+$/, '')}/v1/${signal}`;
  return url;
}

function protocolOf(text: string | undefined): OtlpProtocol {
  if (text === undefined) return 'http/protobuf';
  const known = PROTOCOLS.find((protocol) => protocol === text);
  if (known) return known;
  const hint = `set OTEL_EXPORTER_OTLP_PROTOCOL, or the option \`protocol\`, to ${PROTOCOLS.join(' or ')}; receivers listen for it on port 4318`;
  throw invalid(`OTLP by '${text}' is not spoken here`, hint);
}

function checkedHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const checked: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!HEADER_NAME.test(name)) throw invalid(`'${name}' is no header name`);
    // The value may be a secret: it isn't shown.
    if (!HEADER_VALUE.test(value))
      throw invalid(`the value of the header '${name}' holds characters that HTTP forbids`);
    checked[name.toLowerCase()] = value;
  }
  return checked;
}

function invalid(message: string, hint?: string, cause?: unknown): ConfigurationError {
  return new ConfigurationError('OTLP_INVALID', `exporter 'otlp': ${message}`, { hint, cause });
}
