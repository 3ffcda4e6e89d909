import type { AgentStats, MetricSink, ProbeStats, ProgramStats } from '../contracts/index.js';
import type { FlowStats } from '../flow/index.js';
import { SELF_METRICS, type SelfMetricName } from '../signals/index.js';
import type { ExporterHost } from './exporter-host.js';
import type { FanOut } from './fan-out.js';

/** Where the engine's numbers come from. */
export interface AccountSources {
  /** Each probe's account of all its runs, and its faults. */
  probes(): readonly { name: string; stats: ProbeStats; faults: number }[];
  flow(): FlowStats;
  /** Programs of core itself. */
  programs(): readonly ProgramStats[];
  readonly fanOut: FanOut;
  readonly exporters: readonly ExporterHost[];
  /** Items that the agent's streams had no room for. */
  streamDrops(): number;
}

/** The engine's account of itself, as numbers for `stats()` and as metrics. */
export class EngineAccount {
  readonly #sources: AccountSources;
  readonly #cpu = process.cpuUsage();

  constructor(sources: AccountSources) {
    this.#sources = sources;
  }

  stats(): AgentStats {
    const probes = this.#sources.probes();
    const flow = this.#sources.flow();
    const { user, system } = process.cpuUsage(this.#cpu);
    return {
      events: sum(probes.map(({ stats }) => stats.events)),
      lost: this.#lost(),
      exchanges: flow.exchanges,
      unmatched: sum(Object.values(flow.unmatched)),
      unmatchedReasons: flow.unmatched,
      parseErrors: sum(Object.values(flow.parseErrors)),
      cpuSeconds: (user + system) / 1e6,
      peakRssBytes: process.resourceUsage().maxRSS * 1024,
      programs: [...probes.flatMap(({ stats }) => stats.programs), ...this.#sources.programs()],
      faults: Object.fromEntries(probes.filter(({ faults }) => faults > 0).map(({ name, faults }) => [name, faults])),
    };
  }

  /** The same as metrics; totals, as observers give them. */
  readonly observe = (sink: MetricSink): void => {
    for (const { name: probe, stats, faults } of this.#sources.probes()) {
      count(sink, 'sonde.events', stats.events, { probe });
      for (const [reason, lost] of Object.entries(stats.lost))
        count(sink, 'sonde.events.lost', lost, { probe, reason });
      count(sink, 'sonde.probe.restarts', faults, { probe });
      for (const program of stats.programs) observeProgram(sink, probe, program);
    }
    for (const program of this.#sources.programs()) observeProgram(sink, 'core', program);
    this.#observeFlow(sink);
    for (const [id, dropped] of this.#sources.fanOut.dropped) {
      count(sink, 'sonde.exchanges.dropped', dropped, { reason: `processor:${id}` });
    }
    for (const [id, dropped] of this.#sources.fanOut.faults) {
      count(sink, 'sonde.exchanges.dropped', dropped, { reason: `processor-fault:${id}` });
    }
    count(sink, 'sonde.exchanges.dropped', this.#sources.streamDrops(), { reason: 'stream-full' });
    for (const { id: exporter, dropped, queued } of this.#sources.exporters) {
      for (const [reason, lost] of dropped) count(sink, 'sonde.exporter.dropped', lost, { exporter, reason });
      if (queued !== null) gauge(sink, 'sonde.queue.depth', queued, { queue: `exporter:${exporter}` });
    }
    const { user, system } = process.cpuUsage(this.#cpu);
    count(sink, 'sonde.process.cpu.time', user / 1e6, { 'cpu.mode': 'user' });
    count(sink, 'sonde.process.cpu.time', system / 1e6, { 'cpu.mode': 'system' });
    gauge(sink, 'sonde.process.memory.usage', process.memoryUsage.rss());
  };

  #observeFlow(sink: MetricSink): void {
    const flow = this.#sources.flow();
    for (const [protocol, exchanges] of Object.entries(flow.exchanges)) {
      count(sink, 'sonde.exchanges', exchanges, { protocol });
    }
    for (const [reason, messages] of Object.entries(flow.unmatched)) {
      count(sink, 'sonde.exchanges.unmatched', messages, { reason });
    }
    for (const [key, errors] of Object.entries(flow.parseErrorReasons)) {
      const colon = key.indexOf(': ');
      count(sink, 'sonde.parse.errors', errors, { protocol: key.slice(0, colon), reason: key.slice(colon + 2) });
    }
    for (const [protocol, bytes] of Object.entries(flow.unreadBytes)) {
      count(sink, 'sonde.stream.gap.size', bytes, { protocol });
    }
    gauge(sink, 'sonde.connections', flow.openConnections);
  }

  #lost(): Record<string, number> {
    const lost: Record<string, number> = {};
    const add = (reason: string, count: number) => {
      if (count > 0) lost[reason] = (lost[reason] ?? 0) + count;
    };
    for (const { stats } of this.#sources.probes()) {
      for (const [reason, count] of Object.entries(stats.lost)) add(reason, count);
    }
    for (const [id, count] of this.#sources.fanOut.faults) add(`processor-fault:${id}`, count);
    for (const { id, dropped } of this.#sources.exporters) {
      for (const [reason, count] of dropped) add(`exporter:${id}:${reason}`, count);
    }
    add('stream-full', this.#sources.streamDrops());
    return lost;
  }
}

type Labels = Record<string, string>;

function count(sink: MetricSink, name: SelfMetricName, value: number, labels: Labels): void {
  sink.counter(name, SELF_METRICS[name]).add(value, labels);
}

function gauge(sink: MetricSink, name: SelfMetricName, value: number, labels: Labels = {}): void {
  sink.gauge(name, SELF_METRICS[name]).set(value, labels);
}

/** Nothing while the kernel counts nothing (`kernel.bpf_stats_enabled` is 0): a 0 would say that the program never ran. */
function observeProgram(sink: MetricSink, probe: string, { name: program, runs, timeNs }: ProgramStats): void {
  if (runs === 0) return;
  count(sink, 'sonde.bpf.program.runs', runs, { probe, program });
  count(sink, 'sonde.bpf.program.time', timeNs / 1e9, { probe, program });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
