import type { NativeBackend } from '../../backend.js';
import { LibbpfBackend } from '../libbpf/libbpf-backend.js';
import { ffiNapiForeign } from './ffi-napi-foreign.js';

/** Options of {@link ffiNapiBackend}. */
export interface FfiNapiBackendOptions {
  /**
   * Paths or names of libbpf to try, in this order.
   *
   * @default what `SONDE_LIBBPF` names, else the platform package's, else the system's `libbpf.so.1`
   */
  readonly libraries?: string[];
}

/**
 * libbpf through ffi-napi, for platforms that koffi has no build for: calls take 4 to 40 µs instead of a quarter, and it
 * works on the main thread only. Records of ring buffers are as fast as with koffi, since no call is made for them.
 *
 * It is not installed with this package: `npm install ffi-napi@npm:@2060.io/ffi-napi@4.0.9` (a compiler and Python are
 * needed; under npm 12 also `npm rebuild ffi-napi @2060.io/ref-napi`).
 *
 * @throws EbpfCapabilityError `FFI_MISSING`, `LIBBPF_MISSING`; `UNSUPPORTED` in a worker thread
 */
export function ffiNapiBackend(options: FfiNapiBackendOptions = {}): NativeBackend {
  return new LibbpfBackend(ffiNapiForeign(), options.libraries);
}
