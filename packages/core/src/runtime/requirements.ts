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
    const missing: string[] = [];
    for (const group of groups) {
      const states = await Promise.all(group.map((feature) => ask(name, feature, probe)));
      if (states.includes('yes') || group.length === 0) continue;
      if (states.includes('inconclusive')) {
        logger.warn(`can't tell whether this kernel has what probe '${name}' needs: ${group.join(' or ')}`, {
          probe: name,
        });
      } else {
        missing.push(group.join(' or '));
      }
    }
    if (missing.length > 0) {
      throw new CapabilityError(
        'FEATURE_MISSING',
        `probe '${name}' needs what this kernel lacks: ${missing.join(', ')}`,
        {
          hint: '`sonde doctor` says what this kernel allows, and what to do about it',
        },
      );
    }
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
