import type { NativeBackend } from '@sonde/ebpf';
import type { z } from 'zod';
import type { Clock } from './clock.js';
import type { ConnectionSink } from './connection.js';
import type { IdentityView } from './identity.js';
import type { Logger } from './logger.js';
import type { FlowIdentityPlane } from './planes.js';
import type { Protocol } from './protocol.js';
import type { MetricSink } from './signals.js';
import type { TargetView } from './targets.js';

/** Schema of a plugin's options: unknown keys are refused, with the nearest known one suggested. */
export type OptionsSchema = z.ZodObject;

/** What core hands to a probe. */
export interface ProbeDependencies {
  readonly clock: Clock;
  readonly logger: Logger;
  /** eBPF for this agent; tests and replays override it. */
  readonly backend: NativeBackend;
  /** Processes to observe. */
  readonly targets: TargetView;
  /** Who is behind a pid. */
  readonly identity: IdentityView;
  /** Where socket data goes. */
  readonly connections: ConnectionSink;
  /** Protocols that the agent was given. */
  readonly protocols: readonly Protocol[];
  /** The probe's own counters, gauges and histograms. */
  readonly metrics: MetricSink;
  /** Who is really behind an address. */
  readonly flows: FlowIdentityPlane;
  /** Puts an event of the probe's own on the agent's event stream (`--output jsonl` prints it under `event`). */
  emit(event: ProbeEvent): void;
  /**
   * The probe can't go on: core stops it, counts it, and starts it again with back-off. What is thrown out of a timer or
   * a ring buffer's callback is out of core's reach: catch it there and hand it over here.
   */
  fault(error: Error): void;
}

/** An event that isn't an exchange: a flow, a scheduling interval. Plain data that JSON can carry. */
export interface ProbeEvent {
  /** `probe.noun`, e.g. `flowtracer.flow`. */
  event: string;
  [field: string]: unknown;
}

/** A running probe. `stop` is idempotent, and afterwards nothing of the probe is left in the kernel. */
export interface ProbeInstance {
  start(): Promise<void>;
  /** Delivers what was captured already, then detaches and closes. */
  stop(): Promise<void>;
  /** Reads what the kernel has captured by now; called before a snapshot. */
  drain?(): void;
  /** New options while running. Absent: core stops and starts the probe. */
  reconfigure?(options: unknown): Promise<void>;
  stats?(): ProbeStats;
}

/** A probe's account of itself. */
export interface ProbeStats {
  /** Events seen. */
  events: number;
  /** Events lost, by reason. */
  lost: Record<string, number>;
  /** Run count and time of each BPF program, where the kernel keeps them. */
  programs: ProgramStats[];
}

/** Cost of one BPF program. */
export interface ProgramStats {
  name: string;
  runs: number;
  /** Nanoseconds, 0 where `kernel.bpf_stats_enabled` is off. */
  timeNs: number;
}

/** What a probe needs of the kernel: names of feature probes of `@sonde/ebpf`, checked before anything starts. */
export interface ProbeRequirements {
  /** All of them. */
  features?: readonly string[];
  /** At least one of each group. */
  anyOf?: readonly (readonly string[])[];
}

/** What an author writes for a probe. */
export interface ProbeDefinition<S extends OptionsSchema = OptionsSchema> {
  /** Short name, as in `--probe l7`. */
  name: string;
  version: string;
  apiVersion: 1;
  description: string;
  requires: ProbeRequirements;
  /** Tokens of planes that the probe writes, e.g. `['flow-identity']`. */
  provides?: readonly string[];
  /** Tokens of planes that have to be written by some other probe. */
  needs?: readonly string[];
  /** Protocols that the probe brings along, so that an agent of this probe alone sees something; those of the agent win. */
  protocols?: readonly Protocol[];
  options: S;
  /** `import.meta.url` of the module whose export of the name `exportName` is the factory: lets the probe run in a worker. */
  module?: string;
  /** @default 'default' */
  exportName?: string;
  create(dependencies: ProbeDependencies, options: z.output<S>): ProbeInstance;
}

/** A probe with its options, ready for `createAgent`. */
export interface Probe {
  readonly kind: 'probe';
  readonly definition: ProbeDefinition;
  readonly options: unknown;
}
