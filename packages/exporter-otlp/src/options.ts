import { z } from 'zod';

const milliseconds = z.number().int().positive();

/** What {@link OtlpOptions} allows. */
export const optionsSchema = z.object({
  endpoint: z.url({ protocol: /^https?$/, error: 'has to be an http or https URL' }).optional(),
  protocol: z.enum(['http/protobuf', 'http/json']).optional(),
  headers: z.record(z.string(), z.string()).optional(),
  compression: z.enum(['none', 'gzip']).optional(),
  timeoutMs: milliseconds.optional(),
  traces: z.boolean().optional(),
  metrics: z.boolean().optional(),
  queueSize: z.number().int().min(1).max(1_000_000).optional(),
  batchSize: z.number().int().min(1).max(10_000).optional(),
  delayMs: z.number().int().min(0).optional(),
  metricsIntervalMs: milliseconds.optional(),
  retry: z
    .object({
      initialMs: milliseconds.optional(),
      maxMs: milliseconds.optional(),
      forMs: z.number().int().min(0).optional(),
    })
    .optional(),
  stopMs: z.number().int().min(0).optional(),
  resource: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
});

/** Options of {@link otlp}. What isn't set comes from the standard `OTEL_…` variables, and then from the defaults. */
export interface OtlpOptions {
  /** Address of the receiver; `/v1/traces` and `/v1/metrics` are added. @default 'http://127.0.0.1:4318' */
  endpoint?: string;
  /** @default 'http/protobuf' */
  protocol?: 'http/protobuf' | 'http/json';
  /** Headers of each request, e.g. an API key. @default none */
  headers?: Record<string, string>;
  /** @default 'none' */
  compression?: 'none' | 'gzip';
  /** How long a request may take, milliseconds. @default 10000 */
  timeoutMs?: number;
  /** Send spans. @default true */
  traces?: boolean;
  /** Send metrics. @default true */
  metrics?: boolean;
  /** Most spans that wait to be sent; what comes on top is dropped, and counted. @default 16384 */
  queueSize?: number;
  /** Most spans of one request. @default 512 */
  batchSize?: number;
  /** How long the spans of a batch that isn't full wait, milliseconds. @default 1000 */
  delayMs?: number;
  /** How often metrics are sent, milliseconds. @default 60000 */
  metricsIntervalMs?: number;
  /** When a request is sent again after 429, 502, 503, 504, or when the receiver can't be reached. */
  retry?: {
    /** Wait before the second attempt, milliseconds; doubled each time, and cut by up to a half at random. @default 500 */
    initialMs?: number;
    /** Longest wait, milliseconds. @default 30000 */
    maxMs?: number;
    /** How long after the first attempt a request is given up, milliseconds. @default 60000 */
    forMs?: number;
  };
  /** How long stopping may take to send what is queued, milliseconds; the rest is dropped, and counted. @default 5000 */
  stopMs?: number;
  /** Attributes of every resource, e.g. `deployment.environment.name`. @default none */
  resource?: Record<string, string | number | boolean>;
}
