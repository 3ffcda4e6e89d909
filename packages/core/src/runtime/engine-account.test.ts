import { describe, expect, it } from 'vitest';
import type { ProgramStats } from '../contracts/index.js';
import type { FlowStats } from '../flow/index.js';
import { MetricRegistry } from '../signals/index.js';
import { EngineAccount } from './engine-account.js';
import type { FanOut } from './fan-out.js';

const flow = { exchanges: {}, unmatched: {}, parseErrors: {}, parseErrorReasons: {}, unreadBytes: {} };

/** An account of one probe with one program, and of one program of core's. */
function account(ofProbe: ProgramStats, ofCore: ProgramStats): EngineAccount {
  const stats = { events: 3, lost: { 'ring-full': 2 }, programs: [ofProbe] };
  return new EngineAccount({
    probes: () => [{ name: 'l7', stats, faults: 0 }],
    flow: () => flow as unknown as FlowStats,
    programs: () => [ofCore],
    fanOut: { dropped: new Map(), faults: new Map() } as unknown as FanOut,
    exporters: [],
    streamDrops: () => 0,
  });
}

/** Points of the metrics about programs. */
function programMetrics(of: EngineAccount): Record<string, unknown[]> {
  const registry = new MetricRegistry({ clock: { now: () => 0, toUnixNano: () => 0n } });
  registry.observe(of.observe);
  const families = registry.snapshot().families.filter(({ name }) => name.startsWith('sonde.bpf.'));
  return Object.fromEntries(
    families.map(({ name, points }) => [name, points.map(({ attributes, value }) => [attributes.program, value])]),
  );
}

describe('the cost of BPF programs', () => {
  it('is told of every program, of probes and of core', () => {
    const counted = account({ name: 'on_send', runs: 5, timeNs: 2e9 }, { name: 'on_fork', runs: 1, timeNs: 5e8 });
    expect(programMetrics(counted)).toEqual({
      'sonde.bpf.program.runs': [
        ['on_send', 5],
        ['on_fork', 1],
      ],
      'sonde.bpf.program.time': [
        ['on_send', 2],
        ['on_fork', 0.5],
      ],
    });
  });

  it('is left out while the kernel counts none, since 0 would be wrong', () => {
    const uncounted = account({ name: 'on_send', runs: 0, timeNs: 0 }, { name: 'on_fork', runs: 0, timeNs: 0 });
    expect(programMetrics(uncounted)).toEqual({});
    expect(uncounted.stats().programs).toHaveLength(2);
  });
});
