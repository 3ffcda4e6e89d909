import type { NativeBackend } from '../../backend.js';
import { LibbpfBackend } from '../libbpf/libbpf-backend.js';
import { koffiForeign } from './koffi-foreign.js';

/** Options of {@link koffiBackend}. */
export interface KoffiBackendOptions {
  /**
   * Paths or names of libbpf to try, in this order.
   *
   * @default what `SONDE_LIBBPF` names, else the platform package's, else the system's `libbpf.so.1`
   */
  readonly libraries?: string[];
}

/**
 * The default backend: libbpf through koffi.
 *
 * @throws EbpfCapabilityError `FFI_MISSING` or `LIBBPF_MISSING`
 */
export function koffiBackend(options: KoffiBackendOptions = {}): NativeBackend {
  return new LibbpfBackend(koffiForeign(), options.libraries);
}

let shared: NativeBackend | undefined;

/** The one backend that is used where none is given; made on the first call. */
export function defaultBackend(): NativeBackend {
  shared ??= koffiBackend();
  return shared;
}
