import { hostname } from 'node:os';
import { defineExporter, type Exporter, type MetricFamily } from '@sonde/core';
import { z } from 'zod';
import packageJson from '../package.json' with { type: 'json' };
import { exposition } from './exposition.js';
import { MetricsServer } from './metrics-server.js';
import { translate } from './translate.js';

const options = z.object({
  host: z.string().min(1).default('127.0.0.1'),
  port: z.number().int().min(0).max(65535).default(9464),
  path: z
    .string()
    .regex(/^\/[\w\-./~]+$/, 'has to begin with a slash, and to be more than one')
    .refine((path) => path !== '/healthz', 'is taken by the health check')
    .default('/metrics'),
  openMetrics: z.boolean().default(true),
});

/** Options of {@link prometheus}. */
export interface PrometheusOptions {
  /** Address to listen at. 127.0.0.1 serves this host only. @default '127.0.0.1' */
  host?: string;
  /** Port to listen at; 0 picks a free one, which the agent's `addresses` tell. @default 9464 */
  port?: number;
  /** Where the metrics are. @default '/metrics' */
  path?: string;
  /** Offers OpenMetrics 1.0, with exemplars, to scrapers that ask for it. @default true */
  openMetrics?: boolean;
}

/**
 * Serves the agent's metrics to Prometheus: text 0.0.4 and OpenMetrics 1.0, by what the scraper accepts, compressed where
 * it may be. A scrape changes nothing, so any number of scrapers see the same.
 *
 * @throws ConfigurationError at the agent's start: `PORT_IN_USE`, `PORT_DENIED`, `ADDRESS_UNAVAILABLE`
 */
export const prometheus: (options?: PrometheusOptions) => Exporter = defineExporter({
  name: 'prometheus',
  version: packageJson.version,
  apiVersion: 1,
  description: 'Serves metrics to Prometheus, as text and as OpenMetrics',
  options,
  module: import.meta.url,
  exportName: 'prometheus',
  create({ logger, snapshot }, { host, port, path, openMetrics }) {
    const conflicts = new Set<string>();
    const conflict = (name: string) => {
      if (conflicts.has(name) || conflicts.size >= 100) return;
      conflicts.add(name);
      logger.warn('two metrics have one name in Prometheus: the first one is served', { name });
    };
    const target = targetInfo();
    const server = new MetricsServer({
      host,
      port,
      path,
      openMetrics,
      logger,
      render: (format) => exposition([target, ...translate(snapshot(), conflict)], format),
    });
    return {
      start: () => server.listen(),
      stop: () => server.close(),
      address: () => server.address,
    };
  },
});

/** The agent itself, as OpenTelemetry's resource goes to Prometheus. */
function targetInfo(): MetricFamily {
  const attributes = {
    host_name: hostname(),
    service_name: 'sonde',
    telemetry_sdk_language: 'nodejs',
    telemetry_sdk_name: 'sonde',
    telemetry_sdk_version: packageJson.version,
  };
  const description = 'The agent that serves these metrics';
  return { name: 'target_info', type: 'gauge', unit: '', description, points: [{ attributes, value: 1 }] };
}
