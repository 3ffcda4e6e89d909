import { readdirSync, readlinkSync } from 'node:fs';
import type { Agent, AgentOptions, Probe } from '@sonde/core';
import { type CheckResult, type ConformanceReport, createReport } from './report.js';

/** What {@link probeConformance} works with. */
export interface ProbeConformanceOptions {
  /** `createAgent` of `@sonde/core`: the probe runs in an agent, in this thread. */
  createAgent(options: AgentOptions): Promise<Agent>;
  /** Options that the probe is started with. @default none */
  options?: Record<string, unknown>;
  /** What else the agent is made of: `targets`, `overrides` for a replayed kernel. @default nothing */
  agent?: Omit<AgentOptions, 'probes' | 'workers'>;
}

type ProbeFactory = (options?: never) => Probe;
type Check = (create: (options?: unknown) => Probe, given: ProbeConformanceOptions) => Promise<string | null>;

const CHECKS: readonly [string, Check][] = [
  ['declares what the contract asks for', declaration],
  ['refuses an unknown option and names the nearest', misspelt],
  ['accounts for what it read and lost', account],
  ['stops twice as well as once, and starts anew', restart],
  ['leaves nothing in the kernel', leavesNothing],
];

/**
 * Tries a probe in an agent of its own. It needs what the probe needs (privileges, kernel features), unless
 * `agent.overrides` put a replayed kernel in their place.
 */
export async function probeConformance(
  createProbe: ProbeFactory,
  given: ProbeConformanceOptions,
): Promise<ConformanceReport> {
  const create = createProbe as (options?: unknown) => Probe;
  const { definition } = create(given.options);
  const results: CheckResult[] = [];
  for (const [check, run] of CHECKS) {
    let problem: string | null;
    try {
      problem = await run(create, given);
    } catch (error) {
      problem = `threw ${String(error)}`;
    }
    results.push({ check, sample: null, passed: problem === null, cases: 1, problem });
  }
  return createReport('probe', definition.name, definition.apiVersion, results);
}

async function declaration(create: (options?: unknown) => Probe, { options }: ProbeConformanceOptions) {
  const { kind, definition } = create(options);
  if (kind !== 'probe' || definition.apiVersion !== 1) return 'it is not made by defineProbe, API 1';
  if (!/^[a-z][a-z0-9-]*$/.test(definition.name)) return `'${definition.name}' is no name: lower case, letter first`;
  return definition.description.trim() === '' ? 'it has no description' : null;
}

async function misspelt(create: (options?: unknown) => Probe, given: ProbeConformanceOptions) {
  const names = Object.keys(create(given.options).definition.options.shape);
  const name = names.find((candidate) => candidate.length > 3) ?? 'options';
  const typo = `${name}${name.at(-1)}`;
  try {
    await using _agent = await start(create({ ...given.options, [typo]: 1 }), given);
  } catch (error) {
    const { message, hint } = error as { message: string; hint?: string };
    const text = `${message} ${hint ?? ''}`;
    if (!text.includes(typo)) return `the error doesn't name '${typo}': ${message}`;
    return names.length === 0 || text.includes(`'${name}'`) ? null : `the error doesn't suggest '${name}': ${message}`;
  }
  return `'${typo}' was accepted`;
}

async function account(create: (options?: unknown) => Probe, given: ProbeConformanceOptions) {
  await using agent = await start(create(given.options), given);
  const { events, lost } = await agent.stats();
  const counts = [events, ...Object.values(lost)];
  return counts.every((count) => Number.isSafeInteger(count) && count >= 0) ? null : `counts are ${counts.join(', ')}`;
}

async function restart(create: (options?: unknown) => Probe, given: ProbeConformanceOptions) {
  for (let round = 0; round < 2; round++) {
    const agent = await start(create(given.options), given);
    await agent.stop();
    await agent.stop();
  }
  return null;
}

async function leavesNothing(create: (options?: unknown) => Probe, given: ProbeConformanceOptions) {
  const before = kernelObjects();
  const agent = await start(create(given.options), given);
  await agent.stop();
  const after = kernelObjects();
  const left = Object.keys(after).filter((kind) => after[kind]! > (before[kind] ?? 0));
  return left.length === 0 ? null : left.map((kind) => `${after[kind]! - (before[kind] ?? 0)} ${kind}`).join(', ');
}

function start(probe: Probe, { createAgent, agent }: ProbeConformanceOptions): Promise<Agent> {
  return createAgent({ ...agent, probes: [probe], workers: 0 });
}

/** BPF objects that this process holds, by kind: `bpf-prog`, `bpf-map`, `bpf_link`; none where there is no procfs. */
function kernelObjects(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const kind of openFiles()) {
    if (/bpf|perf_event/.test(kind)) counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

function openFiles(): string[] {
  try {
    return readdirSync('/proc/self/fd').map((descriptor) => {
      try {
        return readlinkSync(`/proc/self/fd/${descriptor}`).replace('anon_inode:', '');
      } catch {
        return ''; // The descriptor that listed the folder is gone.
      }
    });
  } catch {
    return [];
  }
}
