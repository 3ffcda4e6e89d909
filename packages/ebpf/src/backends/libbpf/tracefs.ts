import { existsSync } from 'node:fs';
import { EbpfCapabilityError } from '../../errors.js';
import { errnoName } from './kernel-error.js';
import type { NativeLibrary } from './native-library.js';

const tracefsPath = '/sys/kernel/tracing';
const debugfsTracingPath = '/sys/kernel/debug/tracing';

/**
 * Makes sure that tracefs is there: `tracepoint/…` programs are attached by a number that only tracefs tells. Where it
 * isn't mounted (small VMs, containers), it is mounted at its usual place, `/sys/kernel/tracing`, and stays.
 *
 * @throws EbpfCapabilityError `UNSUPPORTED`
 */
export function ensureTracefs(library: NativeLibrary): void {
  if (existsSync(`${tracefsPath}/events`) || existsSync(`${debugfsTracingPath}/events`)) return;
  if (library.libc.mount('tracefs', tracefsPath, 'tracefs', 0, 0) === 0) return;
  throw new EbpfCapabilityError('UNSUPPORTED', `tracefs isn't mounted: ${errnoName(library.foreign.errno())}`, {
    hint: `mount -t tracefs tracefs ${tracefsPath}, or use tp_btf or raw_tp programs, which need no tracefs`,
  });
}
