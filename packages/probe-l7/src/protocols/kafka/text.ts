/** Text of UTF-8 bytes; without a decoder for the short ASCII names that are usual. */
export function utf8(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at++) {
    if (bytes[at]! >= 0x80) return decoder.decode(bytes.subarray(start, end));
    text += String.fromCharCode(bytes[at]!);
  }
  return text;
}

const decoder = new TextDecoder();
