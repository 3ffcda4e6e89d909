import type { z } from 'zod';
import type { Clock } from './clock.js';
import type { Exchange } from './exchange.js';
import type { Logger } from './logger.js';
import type { OptionsSchema, ProbeEvent } from './probe.js';
import type { MetricSnapshot } from './signals.js';

/** What core hands to an exporter. */
export interface ExporterDependencies {
  readonly clock: Clock;
  readonly logger: Logger;
  /** All metrics as they stand now. Reading changes nothing. */
  snapshot(): MetricSnapshot;
  /** Tells the agent that `count` items were given up, and why. */
  dropped(reason: string, count: number): void;
}

/**
 * A running exporter. `exchange` and `event` are called on the hot path: they queue and return, never block, never
 * throw; what can't be queued is reported by `dropped`.
 */
export interface ExporterInstance {
  start(): Promise<void>;
  exchange?(exchange: Exchange): void;
  event?(event: ProbeEvent): void;
  /** Sends what is queued. */
  flush?(): Promise<void>;
  /** Flushes and closes; idempotent. */
  stop(): Promise<void>;
  /** Where it can be reached, for the `ready` line: `http://127.0.0.1:9464/metrics`. */
  address?(): string | null;
  /** Items that wait to be sent, for `sonde.queue.depth`. */
  queued?(): number;
}

/** What an author writes for an exporter. */
export interface ExporterDefinition<S extends OptionsSchema = OptionsSchema> {
  name: string;
  version: string;
  apiVersion: 1;
  description: string;
  options: S;
  module?: string;
  exportName?: string;
  create(dependencies: ExporterDependencies, options: z.output<S>): ExporterInstance;
}

/** An exporter with its options. */
export interface Exporter {
  readonly kind: 'exporter';
  readonly definition: ExporterDefinition;
  readonly options: unknown;
}

/** Sees every exchange before the exporters: returns it (changed or not), or null to drop it (counted). */
export interface ProcessorDefinition<S extends OptionsSchema = OptionsSchema> {
  name: string;
  version: string;
  apiVersion: 1;
  description: string;
  options: S;
  module?: string;
  exportName?: string;
  create(options: z.output<S>): (exchange: Exchange) => Exchange | null;
}

/** A processor with its options. */
export interface Processor {
  readonly kind: 'processor';
  readonly definition: ProcessorDefinition;
  readonly options: unknown;
}
