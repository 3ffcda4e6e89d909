/**
 * Serves an agent's metrics to Prometheus.
 *
 * ```ts
 * import { createAgent } from '@sonde/core';
 * import { prometheus } from '@sonde/exporter-prometheus';
 *
 * const agent = await createAgent({ probes, exporters: [prometheus({ port: 9464 })] });
 * console.log(agent.addresses.prometheus); // http://127.0.0.1:9464/metrics
 * ```
 *
 * @packageDocumentation
 */
export { type PrometheusOptions, prometheus, prometheus as default } from './prometheus.js';
