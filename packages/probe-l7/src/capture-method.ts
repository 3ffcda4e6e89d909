import { readFileSync } from 'node:fs';
import type { L7Options } from './options.js';

/** A way to see socket data; also the name of the object file. */
export type CaptureMethod = 'socket' | 'syscall';

/**
 * The way to see socket data on this kernel. The tracepoints of the socket layer came with Linux 6.3; the kernel's type
 * information names those that it has.
 *
 * @param typeInformation - path of the kernel's BTF
 */
export function captureMethod(
  capture: L7Options['capture'],
  typeInformation = '/sys/kernel/btf/vmlinux',
): CaptureMethod {
  if (capture !== 'auto') return capture;
  try {
    return readFileSync(typeInformation).includes('\0btf_trace_sock_send_length\0') ? 'socket' : 'syscall';
  } catch {
    // Without type information nothing can be loaded; the loader says so better than this could.
    return 'socket';
  }
}
