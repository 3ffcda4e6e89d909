import type { NativeBackend } from './backend.js';
import { defaultBackend } from './backends/koffi/koffi-backend.js';

/** Statistics that are on until this is closed. */
export interface StatsHandle extends Disposable {
  /** Idempotent. */
  close(): void;
}

/**
 * Makes the kernel count runs and time of all programs, until the handle is closed or the process ends; others may have
 * it enabled as well. Costs some 20 ns for each run of a program. Linux 5.8.
 *
 * @throws EbpfError, EbpfCapabilityError `UNSUPPORTED`, `NO_PRIVILEGES`
 */
export function enableStats(backend: NativeBackend = defaultBackend()): StatsHandle {
  const handle = backend.enableStats();
  const close = () => handle.close();
  return { close, [Symbol.dispose]: close };
}
