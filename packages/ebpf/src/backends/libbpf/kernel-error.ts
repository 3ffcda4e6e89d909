import { existsSync, readFileSync } from 'node:fs';
import { getSystemErrorName } from 'node:util';
import { EbpfCapabilityError, EbpfError, type EbpfErrorDetails } from '../../errors.js';

/** errno values that decisions are made by. */
export const Errno = {
  EPERM: 1,
  ENOENT: 2,
  ESRCH: 3,
  E2BIG: 7,
  EACCES: 13,
  EBUSY: 16,
  EEXIST: 17,
  EINVAL: 22,
  ENOSPC: 28,
  EOPNOTSUPP: 95,
  /** Used inside the kernel (`ENOTSUPP`), and leaks from `bpf(2)`. */
  ENOTSUPP: 524,
} as const;

/** `EINVAL` for 22; the number where it has no name. */
export function errnoName(errno: number): string {
  if (errno === Errno.ENOTSUPP) return 'ENOTSUPP';
  const name = getSystemErrorName(-errno);
  return /^E[A-Z0-9]+$/.test(name) ? name : `errno ${errno}`;
}

/**
 * The error for a system call that failed: missing privileges and a kernel without the feature become
 * {@link EbpfCapabilityError}, the rest an {@link EbpfError} with the code given.
 */
export function kernelError(code: string, action: string, errno: number, details: EbpfErrorDetails = {}): Error {
  const message = `${action}: ${errnoName(errno)}`;
  if ((errno === Errno.EPERM || errno === Errno.EACCES) && !hasBpfPrivileges()) {
    return new EbpfCapabilityError('NO_PRIVILEGES', message, { errno, hint: privilegesHint, ...details });
  }
  if (errno === Errno.ENOTSUPP || errno === Errno.EOPNOTSUPP) {
    const hint = 'this kernel can’t do that (`sonde doctor` lists what it can)';
    return new EbpfCapabilityError('UNSUPPORTED', message, { errno, hint, ...details });
  }
  const hint = errno === Errno.EPERM ? deniedHint : undefined;
  return new EbpfError(code, message, { errno, hint, ...details });
}

/** What to do about missing privileges. */
export const privilegesHint =
  'run as root, or grant CAP_BPF and CAP_PERFMON (with CAP_NET_ADMIN for TC, XDP and cgroups); before Linux 5.8, CAP_SYS_ADMIN';

const deniedHint =
  'CAP_BPF and CAP_PERFMON are there: programs of cgroups and devices need CAP_NET_ADMIN, too; before Linux 5.11 the limit of locked memory may be too low (ulimit -l unlimited), else the kernel is locked down';

const capability = { CAP_SYS_ADMIN: 21, CAP_PERFMON: 38, CAP_BPF: 39 } as const;

/** Whether this process may load tracing programs: `CAP_BPF` and `CAP_PERFMON`, or `CAP_SYS_ADMIN` (capabilities(7)). */
export function hasBpfPrivileges(status = readStatus()): boolean {
  const effective = /^CapEff:\s*([0-9a-f]+)/m.exec(status)?.[1];
  if (!effective) return process.getuid?.() === 0;
  const held = BigInt(`0x${effective}`);
  const has = (bit: number) => (held >> BigInt(bit)) % 2n === 1n;
  return has(capability.CAP_SYS_ADMIN) || (has(capability.CAP_BPF) && has(capability.CAP_PERFMON));
}

/** Path of the kernel's own type information. */
export const kernelBtfPath = '/sys/kernel/btf/vmlinux';

/** Whether the kernel was built with `CONFIG_DEBUG_INFO_BTF`. */
export function hasKernelBtf(): boolean {
  return existsSync(kernelBtfPath);
}

function readStatus(): string {
  try {
    return readFileSync('/proc/self/status', 'latin1');
  } catch {
    return '';
  }
}
