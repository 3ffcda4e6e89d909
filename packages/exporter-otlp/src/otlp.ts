import { defineExporter, type Exchange, type Exporter, type ExporterDependencies } from '@sonde/core';
import packageJson from '../package.json' with { type: 'json' };
import { Delivery } from './delivery.js';
import { HttpSender } from './http-sender.js';
import { MetricReader } from './metric-reader.js';
import { metricRequests } from './metric-request.js';
import { type OtlpOptions, optionsSchema } from './options.js';
import { encodeProtobuf, type MessageSchema } from './protobuf-encoder.js';
import { METRIC_REQUEST, TRACE_REQUEST } from './protobuf-schema.js';
import { Resources } from './resource.js';
import { type OtlpSettings, type SignalSettings, settle } from './settings.js';
import { SpanBatcher } from './span-batcher.js';
import { traceRequest } from './trace-request.js';

/**
 * Sends spans and metrics to a receiver of OTLP over HTTP: an OpenTelemetry collector, Jaeger, Tempo, Prometheus, a vendor.
 * Nothing is waited for: what the receiver is too slow for is dropped, and counted with its reason.
 *
 * @throws ConfigurationError at the agent's start: `OTLP_INVALID`
 */
export const otlp: (options?: OtlpOptions) => Exporter = defineExporter({
  name: 'otlp',
  version: packageJson.version,
  apiVersion: 1,
  description: 'Sends spans and metrics by OTLP over HTTP',
  options: optionsSchema,
  module: import.meta.url,
  exportName: 'otlp',
  create(dependencies, options) {
    const settings = settle(options, process.env, (variable, reason) => {
      dependencies.logger.warn(`${variable} is ignored: ${reason}`);
    });
    return new OtlpExporter(settings, dependencies);
  },
});

/** A signal's way out: how its requests are encoded, and who delivers them. */
class Channel {
  readonly #sender: HttpSender;
  readonly #delivery: Delivery;
  readonly #encode: (request: object) => Buffer;

  constructor(
    what: string,
    schema: MessageSchema,
    target: SignalSettings,
    settings: OtlpSettings,
    deps: ExporterDependencies,
  ) {
    const json = target.protocol === 'http/json';
    this.#encode = json
      ? (request) => Buffer.from(JSON.stringify(request))
      : (request) => encodeProtobuf(schema, request);
    this.#sender = new HttpSender({ ...target, contentType: json ? 'application/json' : 'application/x-protobuf' });
    this.#delivery = new Delivery({
      sender: this.#sender,
      retry: settings.retry,
      what,
      logger: deps.logger,
      // Spans and points of metrics are told apart by the reason.
      dropped: (reason, count) => deps.dropped(what === 'spans' ? reason : `metrics-${reason}`, count),
    });
  }

  async send(request: object, count: number): Promise<void> {
    await this.#delivery.deliver(this.#encode(request), count);
  }

  abort(): void {
    this.#delivery.abort();
  }

  close(): void {
    this.#sender.close();
  }
}

class OtlpExporter {
  readonly #settings: OtlpSettings;
  readonly #channels: Channel[] = [];
  #batcher: SpanBatcher | null = null;
  #reader: MetricReader | null = null;
  #stopped: Promise<void> | null = null;

  /** Absent where spans aren't sent, so that the agent doesn't call for nothing. */
  readonly exchange?: (exchange: Exchange) => void;

  constructor(settings: OtlpSettings, dependencies: ExporterDependencies) {
    this.#settings = settings;
    const resources = new Resources(settings.resource);
    if (settings.traces) {
      const channel = this.#channel('spans', TRACE_REQUEST, settings.traces, dependencies);
      const send = async (exchanges: Exchange[]) => {
        const { request, spans, failed } = traceRequest(exchanges, resources);
        if (failed > 0) dependencies.dropped('plugin-fault', failed);
        if (spans > 0) await channel.send(request, spans);
      };
      const { queueSize, batchSize, delayMs } = settings;
      const batcher = new SpanBatcher({ queueSize, batchSize, delayMs, send, dropped: dependencies.dropped });
      this.exchange = (exchange) => batcher.add(exchange);
      this.#batcher = batcher;
    }
    if (settings.metrics) {
      const channel = this.#channel('points', METRIC_REQUEST, settings.metrics, dependencies);
      this.#reader = new MetricReader(settings.metricsIntervalMs, async () => {
        try {
          const parts = metricRequests(dependencies.snapshot(), resources);
          for (const { request, points } of parts) await channel.send(request, points);
        } catch (error) {
          dependencies.logger.error('the metrics could not be read', { error: String(error) });
        }
      });
    }
  }

  async start(): Promise<void> {
    this.#reader?.start();
  }

  queued(): number {
    return this.#batcher?.size ?? 0;
  }

  async flush(): Promise<void> {
    await Promise.all([this.#batcher?.flush(), this.#reader?.flush()]);
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#reader?.stop();
    const deadline = setTimeout(() => {
      for (const channel of this.#channels) channel.abort();
      this.#batcher?.close();
    }, this.#settings.stopMs);
    await this.flush();
    clearTimeout(deadline);
    this.#batcher?.close();
    for (const channel of this.#channels) channel.close();
  }

  #channel(what: string, schema: MessageSchema, target: SignalSettings, dependencies: ExporterDependencies): Channel {
    const channel = new Channel(what, schema, target, this.#settings, dependencies);
    this.#channels.push(channel);
    return channel;
  }
}
