import { readdirSync, readlinkSync } from 'node:fs';
import { type Agent, type AgentOptions, BACKEND, override, type Probe } from '@sonde/core';
import { FailingBackend } from './probe/failing-backend.js';
import { type CheckResult, type ConformanceReport, createReport } from './report.js';

/** What {@link probeConformance} works with. */
export interface ProbeConformanceOptions {
  /** `createAgent` of `@sonde/core`: the probe runs in an agent, in this thread. */
  createAgent(options: AgentOptions): Promise<Agent>;
  /** Options that the probe is started with. @default none */
  options?: Record<string, unknown>;
  /** Other options, to which it is reconfigured while it runs. @default the same again */
  otherOptions?: Record<string, unknown>;
  /** What else the agent is made of: `targets`, `overrides` for a replayed kernel. @default nothing */
  agent?: Omit<AgentOptions, 'probes' | 'workers'>;
}

type ProbeFactory = (options?: never) => Probe;
type Check = (create: (options?: unknown) => Probe, given: ProbeConformanceOptions) => Promise<string | null>;

/** Of all that a probe asks of the kernel while it starts, so many things are made to fail, one at a time. */
const MOST_FAILURES = 8;

const CHECKS: readonly [string, Check][] = [
  ['declares what the contract asks for', declaration],
  ['refuses an unknown option and names the nearest', misspelt],
  ['accounts for what it read and lost', account],
  ['stops twice as well as once, and starts anew', restart],
  ['is reconfigured while it runs', reconfigured],
  ['leaves nothing in the kernel', leavesNothing],
  ['starts as a whole or not at all', allOrNothing],
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

/** Options with one that is nearly there, its name, and the name that is meant. */
function withTypo(create: (options?: unknown) => Probe, { options }: ProbeConformanceOptions) {
  const names = Object.keys(create(options).definition.options.shape);
  const name = names.find((candidate) => candidate.length > 3) ?? 'options';
  const typo = `${name}${name.at(-1)}`;
  return { probe: create({ ...options, [typo]: 1 }), typo, name: names.length === 0 ? null : name };
}

async function misspelt(create: (options?: unknown) => Probe, given: ProbeConformanceOptions) {
  const { probe, typo, name } = withTypo(create, given);
  try {
    await using _agent = await start(probe, given);
  } catch (error) {
    const { message, hint } = error as { message: string; hint?: string };
    const text = `${message} ${hint ?? ''}`;
    if (!text.includes(typo)) return `the error doesn't name '${typo}': ${message}`;
    return name === null || text.includes(`'${name}'`) ? null : `the error doesn't suggest '${name}': ${message}`;
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

/** Wrong options change nothing; away and back again, and other options, without a new agent; counts never go back. */
async function reconfigured(create: (options?: unknown) => Probe, given: ProbeConformanceOptions) {
  await using agent = await start(create(given.options), given);
  const { probe, typo } = withTypo(create, given);
  const refused = await agent.reconfigure({ probes: [probe] }).then(
    () => false,
    () => true,
  );
  if (!refused) return `'${typo}' was accepted while it runs`;
  let seen = (await agent.stats()).events;
  for (const options of [given.otherOptions ?? given.options, null, given.options]) {
    await agent.reconfigure({ probes: options === null ? [] : [create(options)] });
    const { events, faults } = await agent.stats();
    if (events < seen) return `events went back from ${seen} to ${events}`;
    if (Object.keys(faults).length > 0) return `it broke down: ${Object.keys(faults).join(', ')}`;
    seen = events;
  }
  return null;
}

/**
 * Each thing that is asked of the kernel fails once: the probe either does without it, or refuses to start. Either way
 * nothing of it is left.
 */
async function allOrNothing(create: (options?: unknown) => Probe, given: ProbeConformanceOptions) {
  if (given.agent?.overrides?.some(({ token }) => token === BACKEND)) return null;
  const attempt = async (failing: number) => {
    const backend = new FailingBackend(failing);
    const overrides = [...(given.agent?.overrides ?? []), override(BACKEND, backend)];
    const agent = await start(create(given.options), { ...given, agent: { ...given.agent, overrides } }).catch(
      () => null,
    );
    await agent?.stop();
    return backend.asked;
  };
  const before = kernelObjects();
  const asked = await attempt(Number.POSITIVE_INFINITY);
  const tries = Math.min(asked, MOST_FAILURES);
  for (let index = 0; index < tries; index++) {
    const failing = Math.floor((index * asked) / tries);
    await attempt(failing);
    const left = more(before);
    if (left !== null) return `when thing ${failing + 1} of ${asked} fails, ${left} are left`;
  }
  await using _agent = await start(create(given.options), given);
  return null;
}

async function leavesNothing(create: (options?: unknown) => Probe, given: ProbeConformanceOptions) {
  const before = kernelObjects();
  const agent = await start(create(given.options), given);
  await agent.stop();
  return more(before);
}

/** BPF objects that this process holds beyond those it held before, in words, or null. */
function more(before: Record<string, number>): string | null {
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
