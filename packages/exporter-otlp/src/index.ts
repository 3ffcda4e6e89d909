/**
 * Sends an agent's spans and metrics to any receiver of OTLP over HTTP.
 *
 * ```ts
 * import { createAgent } from '@sonde/core';
 * import { otlp } from '@sonde/exporter-otlp';
 *
 * const agent = await createAgent({ probes, exporters: [otlp({ endpoint: 'http://127.0.0.1:4318' })] });
 * ```
 *
 * @packageDocumentation
 */
export type { OtlpOptions } from './options.js';
export { otlp, otlp as default } from './otlp.js';
