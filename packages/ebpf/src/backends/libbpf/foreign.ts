/**
 * What a foreign-function library has to do for {@link LibbpfBackend}. koffi and ffi-napi each implement it in one file.
 */
export interface ForeignInterface {
  /** `koffi`, `ffi-napi`. */
  readonly name: string;
  /**
   * Loads a shared library.
   *
   * @throws Error if it can't be loaded.
   */
  open(path: string): ForeignLibrary;
  /** `errno` after the last call. */
  errno(): number;
  /** Memory at an address as an ArrayBuffer that shares it. The memory has to outlive the result. */
  view(address: Address, length: number): ArrayBuffer;
  /** Where the bytes of a buffer lie; valid while the buffer is reachable. Give it buffers from `Buffer.alloc` only. */
  address(buffer: Uint8Array): Address;
}

/** A loaded shared library. */
export interface ForeignLibrary {
  /** A function of it; null if the library has no such symbol. */
  function(name: string, signature: Signature): ForeignFunction | null;
}

/** An address in this process. User space has at most 52 bits of them, so a number holds one exactly; 0 is NULL. */
export type Address = number;

/**
 * Types of arguments and results. `string` is NUL-terminated UTF-8 (null is NULL), `buffer` the address of a
 * `Uint8Array` (null is NULL), `pointer` an {@link Address}.
 */
export type ForeignType = 'void' | 'bool' | 'int' | 'uint' | 'long' | 'size' | 'u64' | 'pointer' | 'string' | 'buffer';

/** Result type, then the types of the arguments. */
export type Signature = readonly [ForeignType, ...ForeignType[]];

/** A callable symbol; {@link signatures} says what each takes. */
// biome-ignore lint/suspicious/noExplicitAny: the signature table types each call
export type ForeignFunction = (...args: any[]) => any;
