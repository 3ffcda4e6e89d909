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

/** Hints for what probes lack; a feature that no probe asks for needs no advice. */
function adviceFor(features: readonly FeatureReport[], probes: readonly ProbeReport[]): string[] {
  const wanted = new Set(probes.flatMap((probe) => [...probe.missing, ...probe.inconclusive]));
  const advice = new Set<string>();
  for (const group of wanted) {
    for (const name of group.split(' or ')) {
      const hint = features.find((feature) => feature.name === name)?.hint ?? describeFeature(name).hint;
      advice.add(`${name}: ${hint}`);
    }
  }
  for (const { name, problem } of probes) if (problem !== null) advice.add(`probe ${name}: ${problem}`);
  return [...advice];
}
