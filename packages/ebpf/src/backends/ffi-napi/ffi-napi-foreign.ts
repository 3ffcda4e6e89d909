import { createRequire } from 'node:module';
import { isMainThread } from 'node:worker_threads';
import { EbpfCapabilityError } from '../../errors.js';
import type { Address, ForeignFunction, ForeignInterface, ForeignType } from '../libbpf/foreign.js';

/** As far as ffi-napi is used here. */
interface FfiNapi {
  readonly DynamicLibrary: new (path: string, mode: number) => { get(name: string): Buffer };
  readonly ForeignFunction: (symbol: Buffer, result: string, parameters: string[]) => ForeignFunction;
  errno(): number;
}

/** As far as ref-napi is used here. */
interface RefNapi {
  hexAddress(buffer: Uint8Array): string;
  readPointer(buffer: Buffer, offset: number, length: number): Buffer;
}

const RTLD_NOW = 2;

const ffiTypes: Record<ForeignType, string> = {
  void: 'void',
  bool: 'bool',
  int: 'int',
  uint: 'uint',
  long: 'long',
  size: 'size_t',
  u64: 'uint64',
  // Not ffi-napi's own pointers: those are Buffers, and addresses here are numbers.
  pointer: 'uint64',
  string: 'string',
  buffer: 'pointer',
};

/**
 * ffi-napi as {@link ForeignInterface}. It is loaded by this call and never before, and only on the main thread: in a
 * worker it takes the whole process down.
 *
 * @throws EbpfCapabilityError `FFI_MISSING` if it isn't installed or not compiled, `UNSUPPORTED` in a worker thread
 */
export function ffiNapiForeign(): ForeignInterface {
  if (!isMainThread) {
    throw new EbpfCapabilityError('UNSUPPORTED', 'ffi-napi works on the main thread only', {
      hint: 'use koffi in worker threads, or run inline (workers: 0)',
    });
  }
  const { ffi, ref } = loadFfiNapi();
  return {
    name: 'ffi-napi',
    open(path) {
      const library = new ffi.DynamicLibrary(path, RTLD_NOW);
      return {
        function(name, [result, ...parameters]) {
          let symbol: Buffer;
          try {
            symbol = library.get(name);
          } catch {
            return null;
          }
          const types = parameters.map((type) => ffiTypes[type]);
          return adapt(ffi.ForeignFunction(symbol, ffiTypes[result], types), result, parameters);
        },
      };
    },
    errno: () => ffi.errno(),
    view: (address, length) => viewMemory(ref, address, length),
    address: (buffer) => Number.parseInt(ref.hexAddress(buffer), 16),
  };
}

/** ffi-napi takes wide integers as numbers or decimal strings and returns them so, and takes memory as Buffers only. */
function adapt(call: ForeignFunction, result: ForeignType, parameters: readonly ForeignType[]): ForeignFunction {
  const isWide = result === 'pointer' || result === 'u64' || result === 'long' || result === 'size';
  return (...values) => {
    const converted = parameters.map((type, index) => convert(type, values[index]));
    const returned: unknown = call(...converted);
    return isWide ? Number(returned) : returned;
  };
}

function convert(type: ForeignType, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (type === 'buffer' && value instanceof Uint8Array) {
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  }
  // libbpf_set_print(NULL) is called with fewer arguments than it has.
  if (value === undefined && type === 'pointer') return 0;
  return value;
}

/** ref-napi keeps one ArrayBuffer for an address: an earlier, longer view of the same memory may come back. */
function viewMemory(ref: RefNapi, address: Address, length: number): ArrayBuffer {
  const pointer = Buffer.alloc(8);
  pointer.writeBigUInt64LE(BigInt(address));
  return ref.readPointer(pointer, 0, length).buffer as ArrayBuffer;
}

function loadFfiNapi(): { ffi: FfiNapi; ref: RefNapi } {
  const require = createRequire(import.meta.url);
  try {
    const path = require.resolve('ffi-napi');
    // The one that ffi-napi itself uses: two of them don't know each other's pointers.
    return { ffi: require(path), ref: createRequire(path)('@2060.io/ref-napi') };
  } catch (cause) {
    throw new EbpfCapabilityError(
      'FFI_MISSING',
      `ffi-napi can't be loaded: ${(cause as Error).message.split('\n')[0]}`,
      {
        hint: 'npm install ffi-napi@npm:@2060.io/ffi-napi@4.0.9, then npm rebuild ffi-napi @2060.io/ref-napi',
        cause,
      },
    );
  }
}
