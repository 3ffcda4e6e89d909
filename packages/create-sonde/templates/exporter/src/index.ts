/**
 * Posts exchanges and events, a JSON object a line, to an HTTP server.
 *
 * ```ts
 * import { createAgent } from '@sonde/core';
 * import { l7 } from '@sonde/probe-l7';
 * import { __camel__ } from '__package__';
 *
 * const agent = await createAgent({ probes: [l7()], exporters: [__camel__({ url: 'http://127.0.0.1:8080/' })] });
 * ```
 */
import { defineExporter } from '@sonde/core';
import { z } from 'zod';
import { __pascal__Exporter } from './__name__-exporter.js';

const options = z.strictObject({
  /** Where lines are posted to. @default 'http://127.0.0.1:8080/' */
  url: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:8080/'),
  /** Most items that wait; what comes on top is dropped and counted. @default 10000 */
  maxQueue: z.number().int().positive().default(10_000),
  /** Items of one request. @default 500 */
  batchSize: z.number().int().positive().default(500),
  /** How long a request may take, milliseconds. @default 5000 */
  timeoutMs: z.number().int().positive().default(5_000),
  /** How long stopping may take to send what waits, milliseconds. @default 2000 */
  stopMs: z.number().int().min(0).default(2_000),
});

/** What {@link __pascal__Exporter} works with. */
export type Settings = z.output<typeof options>;

/** The exporter `__name__`. */
export const __camel__ = defineExporter({
  name: '__name__',
  version: '0.1.0',
  apiVersion: 1,
  description: '__description__',
  options,
  module: import.meta.url,
  exportName: '__camel__',
  create: (dependencies, settings) => new __pascal__Exporter(dependencies, settings),
});
