/** `DataView` over the same memory as `bytes`. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * A little-endian u64 as a number. Above 2^53 the result is rounded: it then fails every bounds check against a file,
 * which is all that offsets and lengths are used for.
 */
export function u64(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 0x1_0000_0000;
}

/** End of the NUL-terminated string that starts at `at`, or the end of `bytes`. */
export function stringEnd(bytes: Uint8Array, at: number): number {
  const end = bytes.indexOf(0, at);
  return end < 0 ? bytes.length : end;
}

const decoder = new TextDecoder();

/** The NUL-terminated string at `at`; empty beyond the end of `bytes`. */
export function stringAt(bytes: Uint8Array, at: number): string {
  if (at < 0 || at >= bytes.length) return '';
  return decoder.decode(bytes.subarray(at, stringEnd(bytes, at)));
}
