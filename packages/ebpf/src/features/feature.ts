import type { NativeBackend } from '../backend.js';
import type { FeatureState } from './outcome.js';

/** Something that a kernel or a machine may lack. */
export interface Feature {
  /** As in `requires.features` of a probe: `tp_btf`, `tp_btf:sock_send_length`. */
  readonly name: string;
  /** What it is, in a few words. */
  readonly summary: string;
  /** First kernel that has it, where it is the version that decides. */
  readonly since?: string;
  /** What to do where it is missing. */
  readonly hint: string;
}

/** A feature and how to find out about it. */
export interface ProbedFeature extends Feature {
  /** Tries it. May throw: that is inconclusive. */
  probe(backend: () => NativeBackend): FeatureState;
}
