import { EbpfCapabilityError } from '../../errors.js';
import { libraryCandidates, libraryVariable } from './find-library.js';
import type { ForeignInterface, ForeignLibrary, Signature } from './foreign.js';
import { type Functions, libbpfSignatures, libcSignatures } from './signatures.js';

/** libbpf and the C library, loaded and typed. */
export interface NativeLibrary {
  readonly foreign: ForeignInterface;
  /** Path or name that libbpf was loaded from. */
  readonly path: string;
  /** `1.7`. */
  readonly version: string;
  readonly bpf: Functions<typeof libbpfSignatures>;
  readonly libc: Functions<typeof libcSignatures>;
}

/**
 * Loads libbpf from the first place that has one.
 *
 * @throws EbpfCapabilityError `LIBBPF_MISSING` if there is none, or only one older than 1.0.
 */
export function loadNativeLibrary(foreign: ForeignInterface, candidates = libraryCandidates()): NativeLibrary {
  const failures: string[] = [];
  for (const path of candidates) {
    try {
      const library = foreign.open(path);
      const bpf = bind(library, path, libbpfSignatures);
      const libc = bind(foreign.open('libc.so.6'), 'libc.so.6', libcSignatures);
      // libbpf writes to stderr by default: what matters comes back as errno and as the verifier's log.
      bpf.libbpf_set_print(0);
      const version = `${bpf.libbpf_major_version()}.${bpf.libbpf_minor_version()}`;
      return { foreign, path, version, bpf, libc };
    } catch (error) {
      failures.push(`${path}: ${(error as Error).message}`);
    }
  }
  throw new EbpfCapabilityError('LIBBPF_MISSING', `no usable libbpf: ${failures.join('; ')}`, {
    hint: `install @sonde/libbpf-linux-${process.arch} or the system's libbpf 1.x (Debian: libbpf1), or name one in ${libraryVariable}`,
  });
}

function bind<T extends Record<string, Signature>>(library: ForeignLibrary, path: string, signatures: T): Functions<T> {
  const functions: Record<string, unknown> = {};
  for (const [name, signature] of Object.entries(signatures)) {
    const callable = library.function(name, signature);
    if (!callable) throw new Error(`${path} has no ${name} (libbpf 1.0 or newer is needed)`);
    functions[name] = callable;
  }
  return functions as Functions<T>;
}
