import { closeSync } from 'node:fs';
import type { NativeLink } from '../../backend.js';
import { EbpfError } from '../../errors.js';
import type { Address } from './foreign.js';
import { Errno, errnoName, hasBpfPrivileges, kernelError } from './kernel-error.js';
import type { NativeLibrary } from './native-library.js';

/** A link that libbpf made; `address` is 0 if it could not. */
export function libbpfLink(
  library: NativeLibrary,
  what: string,
  address: Address,
  hints: AttachHints = {},
): NativeLink {
  if (address === 0) throw attachError(what, library.foreign.errno(), hints);
  let open = true;
  return {
    fd: library.bpf.bpf_link__fd(address),
    close() {
      if (open) library.bpf.bpf_link__destroy(address);
      open = false;
    },
  };
}

/** A link that is a descriptor: closing it detaches. Negative values are errors. */
export function descriptorLink(what: string, fd: number, hints: AttachHints = {}): NativeLink {
  if (fd < 0) throw attachError(what, -fd, hints);
  let open = true;
  return {
    fd,
    close() {
      if (open) closeSync(fd);
      open = false;
    },
  };
}

/** What to do about an errno, where the attach point knows better than the general text. */
export type AttachHints = Readonly<Record<number, string>>;

const generalHints: AttachHints = {
  [Errno.ENOENT]: 'the attach point doesn’t exist: check its spelling and that this kernel or file has it',
  [Errno.EBUSY]: 'something else holds this attach point: detach it, or attach through a link-based kind (tcx)',
  [Errno.EEXIST]: 'something else holds this attach point: detach it first',
  [Errno.EINVAL]: 'the program’s type or section doesn’t fit this attach point, or the kernel is too old for it',
};

/** The error of an attachment that failed. */
export function attachError(what: string, errno: number, hints: AttachHints = {}): Error {
  const hint = hints[errno] ?? generalHints[errno];
  if ((errno === Errno.EPERM || errno === Errno.EACCES) && hasBpfPrivileges()) {
    return new EbpfError('ATTACH_FAILED', `can't attach ${what}: ${errnoName(errno)}`, {
      errno,
      hint:
        hint ??
        'the privileges are there, so the kernel itself forbids it: built without the hook, or locked down (`sonde doctor`)',
    });
  }
  return kernelError('ATTACH_FAILED', `can't attach ${what}`, errno, hint === undefined ? {} : { hint });
}
