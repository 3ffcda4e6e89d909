import { EbpfCapabilityError, EbpfError, VerifierError } from '../errors.js';

/** What a feature probe found. `inconclusive`: it could not be tried here, for want of privileges or resources. */
export type FeatureState = 'yes' | 'no' | 'inconclusive';

/** Errors of the machine's state rather than of its kernel: too many open files, no memory, attach point taken, no time. */
const passingErrnos: readonly number[] = [4, 11, 12, 16, 17, 23, 24];
const inconclusiveCodes: readonly string[] = ['NO_PRIVILEGES', 'LIBBPF_MISSING', 'FFI_MISSING'];

/** What an attempt says: `yes` if it succeeded, otherwise by the kind of its error. */
export function outcomeOf(attempt: () => unknown): FeatureState {
  try {
    attempt();
    return 'yes';
  } catch (error) {
    return stateOf(error);
  }
}

function stateOf(error: unknown): FeatureState {
  if (error instanceof EbpfCapabilityError) return inconclusiveCodes.includes(error.code) ? 'inconclusive' : 'no';
  if (!(error instanceof EbpfError)) return 'inconclusive';
  return error.errno !== undefined && passingErrnos.includes(error.errno) ? 'inconclusive' : 'no';
}

/**
 * Whether programs may call a helper, by what the verifier says about a program that calls it with no arguments: it
 * complains about the arguments where it knows the helper.
 */
export function helperOutcome(attempt: () => unknown): FeatureState {
  try {
    attempt();
    return 'yes';
  } catch (error) {
    if (!(error instanceof VerifierError)) return stateOf(error);
    return /(invalid|unknown) func|cannot use helper/.test(error.log) ? 'no' : 'yes';
  }
}
