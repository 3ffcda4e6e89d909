import { createRequire } from 'node:module';
import { EbpfCapabilityError } from '../../errors.js';
import type { ForeignInterface, ForeignType } from '../libbpf/foreign.js';

const koffiTypes: Record<ForeignType, string> = {
  void: 'void',
  bool: 'bool',
  int: 'int',
  uint: 'uint',
  long: 'long',
  size: 'size_t',
  u64: 'uint64_t',
  pointer: 'uintptr_t',
  string: 'str',
  buffer: 'void *',
};

/**
 * koffi as {@link ForeignInterface}. koffi is loaded on the first call and not when this module is imported, so that
 * reading object files and replaying records need no native code.
 *
 * @throws EbpfCapabilityError `FFI_MISSING` if koffi has no build for this platform.
 */
export function koffiForeign(): ForeignInterface {
  const koffi = loadKoffi();
  return {
    name: 'koffi',
    open(path) {
      const library = koffi.load(path);
      return {
        function(name, [result, ...parameters]) {
          try {
            return library.func(
              name,
              koffiTypes[result],
              parameters.map((type) => koffiTypes[type]),
            );
          } catch {
            return null;
          }
        },
      };
    },
    errno: () => koffi.errno(),
    view: (address, length) => koffi.view(address, length),
    address: (buffer) => Number(koffi.address(buffer)),
  };
}

function loadKoffi(): typeof import('koffi') {
  try {
    return createRequire(import.meta.url)('koffi');
  } catch (cause) {
    throw new EbpfCapabilityError('FFI_MISSING', `koffi can't be loaded on ${process.platform}-${process.arch}`, {
      hint: 'install @sonde/ebpf without --omit=optional: koffi brings its native part as an optional package',
      cause,
    });
  }
}
