import type { NativeBackend } from '../backend.js';
import { defaultBackend } from '../backends/koffi/koffi-backend.js';
import { EbpfError } from '../errors.js';
import type { Feature, ProbedFeature } from './feature.js';
import type { FeatureState } from './outcome.js';
import { features, tracepointFeature, tracepointVersions } from './table.js';

const answers = new WeakMap<() => NativeBackend, Map<string, FeatureState>>();
const backends = new WeakMap<NativeBackend, () => NativeBackend>();

/**
 * Finds out whether this machine has a feature, by trying it: a program that does nothing is loaded and, where there is
 * a place that it does no harm to, attached for a moment. `yes` and `no` are remembered for each backend,
 * `inconclusive` is tried again at the next call.
 *
 * @param name - one of {@link listFeatures}, or `tp_btf:EVENT` with any tracepoint
 * @throws EbpfError `INVALID_ARGUMENT` for a name that doesn't exist
 */
export function probeFeature(name: string, backend?: NativeBackend): FeatureState {
  const feature = find(name);
  const source = backend ? sourceOf(backend) : defaultBackend;
  const known = answers.get(source) ?? new Map<string, FeatureState>();
  answers.set(source, known);
  const state = known.get(name) ?? attempt(feature, source);
  if (state !== 'inconclusive') known.set(name, state);
  return state;
}

/** Names of the features that can be probed, in the order of a report. Further tracepoints can be asked for by `tp_btf:EVENT`. */
export function listFeatures(): string[] {
  return [...features.map(({ name }) => name), ...Object.keys(tracepointVersions).map((event) => `tp_btf:${event}`)];
}

/**
 * What a feature is, which kernel has it, and what to do where it is missing.
 *
 * @throws EbpfError `INVALID_ARGUMENT`
 */
export function describeFeature(name: string): Feature {
  const { summary, since, hint } = find(name);
  return { name, summary, since, hint };
}

function attempt(feature: ProbedFeature, source: () => NativeBackend): FeatureState {
  try {
    return feature.probe(source);
  } catch {
    return 'inconclusive';
  }
}

function find(name: string): ProbedFeature {
  const event = /^tp_btf:(\w+)$/.exec(name)?.[1];
  const feature = event ? tracepointFeature(event) : features.find((candidate) => candidate.name === name);
  if (feature) return feature;
  throw new EbpfError('INVALID_ARGUMENT', `there is no feature ${name}`, {
    hint: `features: ${listFeatures().join(', ')}`,
  });
}

function sourceOf(backend: NativeBackend): () => NativeBackend {
  const source = backends.get(backend) ?? (() => backend);
  backends.set(backend, source);
  return source;
}
