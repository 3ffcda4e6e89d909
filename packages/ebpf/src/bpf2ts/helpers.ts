import type { Helper } from './expressions.js';

/** Source of what generated files carry, so that they import nothing. */
export const helperSource: Record<Helper, string> = {
  text: `const decoder = new TextDecoder();

function text(view: DataView, at: number, length: number): string {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + at, length);
  let result = '';
  for (let index = 0; index < length; index++) {
    const byte = bytes[index] as number;
    if (byte === 0) return result;
    if (byte > 127) return decoder.decode(bytes.subarray(0, bytes.includes(0) ? bytes.indexOf(0) : length));
    result += String.fromCharCode(byte);
  }
  return result;
}
`,
  readBits: `function readBits(view: DataView, at: number, shift: number, width: number): number {
  let result = 0;
  for (let bit = 0; bit < width; ) {
    const skip = (shift + bit) & 7;
    const count = Math.min(8 - skip, width - bit);
    const byte = view.getUint8(at + ((shift + bit) >>> 3));
    result += ((byte >>> skip) & ((1 << count) - 1)) * 2 ** bit;
    bit += count;
  }
  return result;
}
`,
  writeBits: `function writeBits(view: DataView, at: number, shift: number, width: number, value: number): void {
  let rest = BigInt.asUintN(width, BigInt(value));
  for (let bit = 0; bit < width; ) {
    const skip = (shift + bit) & 7;
    const count = Math.min(8 - skip, width - bit);
    const mask = ((1 << count) - 1) << skip;
    const place = at + ((shift + bit) >>> 3);
    view.setUint8(place, (view.getUint8(place) & ~mask) | ((Number(rest & 0xffn) << skip) & mask));
    rest >>= BigInt(count);
    bit += count;
  }
}
`,
  writeBytes: `const encoder = new TextEncoder();

function writeBytes(view: DataView, at: number, length: number, value: Uint8Array | string): void {
  const bytes = typeof value === 'string' ? encoder.encode(value) : value;
  if (bytes.length > length) throw new RangeError(\`\${bytes.length} bytes do not fit in \${length}\`);
  const target = new Uint8Array(view.buffer, view.byteOffset + at, length);
  target.fill(0);
  target.set(bytes);
}
`,
};
