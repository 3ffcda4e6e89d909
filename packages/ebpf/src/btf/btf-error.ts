import { SondeError } from '../error.js';

/**
 * Type information is missing, contradicts itself, or lacks what was asked for.
 *
 * Codes: `BTF_MISSING` (no `.BTF` section, no kernel BTF), `BTF_MALFORMED`, `BTF_NO_SUCH_TYPE`, `BTF_NO_SUCH_FIELD`.
 */
export class BtfError extends SondeError {}
