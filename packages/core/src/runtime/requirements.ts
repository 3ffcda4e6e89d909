import { describeFeature } from '@sonde/ebpf';
import { CapabilityError, ConfigurationError, type Logger, type ProbeDefinition } from '../contracts/index.js';
import { toError } from './deadline.js';

/** Whether the kernel has a feature; `inconclusive` where it can't be found out (missing privileges, say). */
export type FeatureState = 'yes' | 'no' | 'inconclusive';

/** Tells whether the kernel has a feature, by its name in `@sonde/ebpf`. */
export type FeatureProbe = (name: string) => FeatureState | Promise<FeatureState>;

/**
 * Checks what probes need of the kernel, before anything starts. What can't be found out is tried, with a warning.
 *
 * @throws CapabilityError `FEATURE_MISSING`, which names the probe and everything that it lacks
 * @throws ConfigurationError `FEATURE_UNKNOWN` if a probe needs something that nobody has heard of
 */
export async function checkRequirements(
  definitions: readonly ProbeDefinition[],
  probe: FeatureProbe,
  logger: Logger,
): Promise<void> {
  for (const { name, requires } of definitions) {
    const groups = [...(requires.features ?? []).map((feature) => [feature]), ...(requires.anyOf ?? [])];
    const missing: (readonly string[])[] = [];
    const untold: (readonly string[])[] = [];
    for (const group of groups) {
      const states = await Promise.all(group.map((feature) => ask(name, feature, probe)));
      if (states.includes('yes') || group.length === 0) continue;
      (states.includes('inconclusive') ? untold : missing).push(group);
    }
    if (missing.length > 0) throw lacking(name, missing);
    for (const group of untold) {
      logger.warn(`can't tell whether this kernel has what probe '${name}' needs: ${group.join(' or ')}`, {
        probe: name,
      });
    }
  }
}

function lacking(probe: string, missing: readonly (readonly string[])[]): CapabilityError {
  const names = missing.map((group) => group.join(' or ')).join(', ');
  const hints = new Set(missing.flat().flatMap((feature) => hintFor(feature) ?? []));
  return new CapabilityError('FEATURE_MISSING', `probe '${probe}' needs what is missing here: ${names}`, {
    hint: [...hints, '`sonde doctor` says what this machine allows'].join('; '),
  });
}

/** What to do where a feature is missing; null for one that only the feature probe at hand knows. */
function hintFor(feature: string): string | null {
  try {
    return `${feature}: ${describeFeature(feature).hint}`;
  } catch {
    return null;
  }
}

async function ask(probe: string, feature: string, features: FeatureProbe): Promise<FeatureState> {
  try {
    return await features(feature);
  } catch (cause) {
    throw new ConfigurationError('FEATURE_UNKNOWN', `probe '${probe}' needs '${feature}': ${toError(cause).message}`, {
      hint: 'the probe may be made for another version of @sonde/ebpf',
      cause,
    });
  }
}
