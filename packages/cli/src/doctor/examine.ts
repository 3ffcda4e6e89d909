import { describeFeature, type Feature, type FeatureState, listFeatures, probeFeature } from '@sonde/ebpf';
import { discoverPlugins } from '../plugins/discover.js';
import { makeProbe } from '../plugins/load-factory.js';
import { inspectMachine, type Machine } from './machine.js';
import { checkRequirements, type RequirementReport } from './requirements.js';

/** A feature and whether this machine has it. */
export interface FeatureReport extends Feature {
  state: FeatureState;
}

/** An installed probe and whether it can run here. */
export interface ProbeReport extends RequirementReport {
  name: string;
  package: string;
  version: string;
  /** Why the package could not be loaded, or null. */
  problem: string | null;
}

/** Everything that `sonde doctor` finds; `--json` prints it. */
export interface Examination {
  machine: Machine;
  features: FeatureReport[];
  probes: ProbeReport[];
  /** Whether the l7 probe can run, which is what the exit status says. */
  ready: boolean;
  /** What to do, most important first. Empty when nothing is in the way. */
  advice: string[];
}

/** Finds out what this machine allows: every feature is tried, and nothing stays behind. */
export async function examine(): Promise<Examination> {
  const features = listFeatures().map((name) => ({ ...describeFeature(name), state: probeFeature(name) }));
  const probes: ProbeReport[] = [];
  for (const plugin of discoverPlugins()) {
    for (const name of plugin.probes) probes.push(await examineProbe(name, plugin.name, plugin.version));
  }
  const ready = probes.some((probe) => probe.name === 'l7' && probe.state === 'yes');
  return { machine: inspectMachine(), features, probes, ready, advice: adviceFor(features, probes) };
}

async function examineProbe(name: string, packageName: string, version: string): Promise<ProbeReport> {
  const about = { name, package: packageName, version };
  try {
    const { definition } = await makeProbe(name);
    return { ...about, ...checkRequirements(definition.requires), problem: null };
  } catch (error) {
    return { ...about, state: 'inconclusive', missing: [], inconclusive: [], problem: (error as Error).message };
  }
}

/** What everything else depends on, and what can't be tried without. */
const FIRST = ['libbpf', 'privileges'];

/** Hints for what probes lack, most important first; a feature that no probe asks for needs no advice. */
export function adviceFor(features: readonly FeatureReport[], probes: readonly ProbeReport[]): string[] {
  const stateOf = (name: string) => features.find((feature) => feature.name === name)?.state;
  const basics = FIRST.filter((name) => stateOf(name) !== undefined && stateOf(name) !== 'yes');
  // What could not be tried for want of privileges says nothing of the kernel.
  const wanted = probes.flatMap(({ missing, inconclusive }) => [
    ...missing,
    ...(basics.length > 0 ? [] : inconclusive),
  ]);
  const names = new Set([...basics, ...wanted.flatMap((group) => group.split(' or '))]);
  const advice = [...names].map((name) => `${name}: ${describeFeature(name).hint}`);
  for (const { name, problem } of probes) if (problem !== null) advice.push(`probe ${name}: ${problem}`);
  return advice;
}
