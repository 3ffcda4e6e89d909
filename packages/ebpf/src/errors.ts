import { CapabilityError, SondeError } from './error.js';

/** What an error of this package may carry besides its message. */
export interface EbpfErrorDetails {
  /** What to do about it. */
  hint?: string;
  cause?: unknown;
  /** Positive errno of the system call that failed, e.g. 22 for EINVAL. */
  errno?: number;
}

/**
 * Something failed that a change of the program, the object or its use would cure. Codes: `OBJECT_INVALID`,
 * `OBJECT_UNREADABLE`, `LOAD_FAILED`, `VERIFIER_REJECTED`, `ATTACH_FAILED`, `MAP_NOT_FOUND`, `PROGRAM_NOT_FOUND`,
 * `GLOBAL_NOT_FOUND`, `VALUE_OUT_OF_RANGE`, `MAP_FAILED`, `RING_FAILED`, `RUN_FAILED`, `CLOSED`, `INVALID_ARGUMENT`.
 */
export class EbpfError extends SondeError {
  readonly errno: number | undefined;

  constructor(code: string, message: string, details: EbpfErrorDetails = {}) {
    super(code, message, details);
    this.errno = details.errno;
  }
}

/**
 * The machine lacks something: `LIBBPF_MISSING`, `FFI_MISSING`, `NO_PRIVILEGES`, `NO_BTF`, `UNSUPPORTED`. The `sonde`
 * command exits with 3.
 */
export class EbpfCapabilityError extends CapabilityError {
  readonly errno: number | undefined;

  constructor(code: string, message: string, details: EbpfErrorDetails = {}) {
    super(code, message, details);
    this.errno = details.errno;
  }
}

/** The kernel's verifier refused a program. Code `VERIFIER_REJECTED`; the message quotes what it said last. */
export class VerifierError extends EbpfError {
  /** Name of the program. */
  readonly program: string;
  /** All that the verifier wrote. */
  readonly log: string;

  constructor(program: string, log: string, details: EbpfErrorDetails = {}) {
    const quoted = lastMeaningfulLine(log);
    super('VERIFIER_REJECTED', `the kernel refused program ${program}${quoted ? `: ${quoted}` : ''}`, {
      hint: 'read the error’s `log`: the lines above the quoted one say which instruction and register are meant',
      ...details,
    });
    this.program = program;
    this.log = log;
  }
}

/**
 * The line of a verifier log that says what is wrong: the last one that is neither empty nor part of the closing
 * statistics (`processed 12 insns …`, `verification time …`, `stack depth …`).
 */
export function lastMeaningfulLine(log: string): string {
  const lines = log.split('\n');
  for (let index = lines.length - 1; index >= 0; index--) {
    const line = (lines[index] as string).trim();
    if (line === '' || /^(processed \d+ insns|verification time|stack depth|-- (BEGIN|END) )/.test(line)) continue;
    return line;
  }
  return '';
}
