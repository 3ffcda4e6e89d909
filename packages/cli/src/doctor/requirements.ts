import type { ProbeRequirements } from '@sonde/core';
import { type FeatureState, probeFeature } from '@sonde/ebpf';

/** Whether a probe can run here. */
export interface RequirementReport {
  /** `inconclusive` where something could not be tried, for want of privileges mostly. */
  state: FeatureState;
  /** What is missing; `a or b` where one of several would do. */
  missing: string[];
  /** What could not be tried. */
  inconclusive: string[];
}

/** Holds what a probe needs against what this kernel has. */
export function checkRequirements(
  requires: ProbeRequirements,
  probe: (feature: string) => FeatureState = probeFeature,
): RequirementReport {
  const groups = [...(requires.features ?? []).map((feature) => [feature]), ...(requires.anyOf ?? [])];
  const missing: string[] = [];
  const inconclusive: string[] = [];
  for (const group of groups) {
    const states = group.map((feature) => probe(feature));
    if (group.length === 0 || states.includes('yes')) continue;
    (states.includes('inconclusive') ? inconclusive : missing).push(group.join(' or '));
  }
  const state = missing.length > 0 ? 'no' : inconclusive.length > 0 ? 'inconclusive' : 'yes';
  return { state, missing, inconclusive };
}
