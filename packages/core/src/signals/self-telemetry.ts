import type { MetricOptions, MetricType } from '../contracts/index.js';

/** A metric that Sonde keeps of itself. */
export interface SelfMetric extends MetricOptions {
  type: MetricType;
  unit: string;
  description: string;
  /** Attributes and what they say. */
  attributes: Readonly<Record<string, string>>;
}

/**
 * What Sonde says of itself, in one place. Whoever counts one of these takes its unit and description from here:
 * `sink.counter('sonde.events', SELF_METRICS['sonde.events'])`.
 */
export const SELF_METRICS = {
  'sonde.events': {
    type: 'counter',
    unit: '{event}',
    description: 'Events read from the kernel',
    attributes: { probe: 'name of the probe' },
  },
  'sonde.events.lost': {
    type: 'counter',
    unit: '{event}',
    description: 'Events that did not reach the agent',
    attributes: { probe: 'name of the probe', reason: 'why: ring-full, …' },
  },
  'sonde.connections': {
    type: 'gauge',
    unit: '{connection}',
    description: 'Connections that are followed now',
    attributes: {},
  },
  'sonde.exchanges': {
    type: 'counter',
    unit: '{exchange}',
    description: 'Requests with their responses, and one-way messages',
    attributes: { protocol: 'name of the protocol' },
  },
  'sonde.exchanges.incomplete': {
    type: 'counter',
    unit: '{exchange}',
    description: 'Exchanges without a duration: one-way messages, and requests that never got a response',
    attributes: { 'span.name': 'and the other attributes of the duration metric' },
  },
  'sonde.exchanges.unmatched': {
    type: 'counter',
    unit: '{message}',
    description: 'Messages that found no partner',
    attributes: { protocol: 'name of the protocol', reason: 'why: timeout, gap, …' },
  },
  'sonde.exchanges.dropped': {
    type: 'counter',
    unit: '{exchange}',
    description: 'Exchanges that a processor dropped, or that a reader was too slow for',
    attributes: { reason: 'why: processor:NAME, queue-full, …' },
  },
  'sonde.parse.errors': {
    type: 'counter',
    unit: '{error}',
    description: 'Bytes that a parser could not read',
    attributes: { protocol: 'name of the protocol', reason: 'as the parser gives it' },
  },
  'sonde.stream.gap.size': {
    type: 'counter',
    unit: 'By',
    description: 'Bytes that no parser read and none could step over: holes, and what came before the next boundary',
    attributes: { protocol: 'name of the protocol' },
  },
  'sonde.queue.depth': {
    type: 'gauge',
    unit: '{item}',
    description: 'Items that wait in a queue',
    attributes: { queue: 'name of the queue' },
  },
  'sonde.exporter.dropped': {
    type: 'counter',
    unit: '{item}',
    description: 'Items that an exporter gave up',
    attributes: { exporter: 'name of the exporter', reason: 'why: queue-full, rejected, …' },
  },
  'sonde.probe.restarts': {
    type: 'counter',
    unit: '{restart}',
    description: 'Restarts of a probe after a fault',
    attributes: { probe: 'name of the probe' },
  },
  'sonde.process.cpu.time': {
    type: 'counter',
    unit: 's',
    description: 'Processor time of the agent',
    attributes: { 'cpu.mode': 'user or system' },
  },
  'sonde.process.memory.usage': {
    type: 'gauge',
    unit: 'By',
    description: 'Resident memory of the agent',
    attributes: {},
  },
  'sonde.bpf.program.runs': {
    type: 'counter',
    unit: '{run}',
    description: 'Runs of a BPF program',
    attributes: { probe: 'name of the probe', program: 'name of the program' },
  },
  'sonde.bpf.program.time': {
    type: 'counter',
    unit: 's',
    description: 'Time spent in a BPF program, where kernel.bpf_stats_enabled is on',
    attributes: { probe: 'name of the probe', program: 'name of the program' },
  },
  'sonde.metrics.observer.errors': {
    type: 'counter',
    unit: '{error}',
    description: 'Metric callbacks that threw',
    attributes: {},
  },
} as const satisfies Record<string, SelfMetric>;

/** Name of a metric that Sonde keeps of itself. */
export type SelfMetricName = keyof typeof SELF_METRICS;
