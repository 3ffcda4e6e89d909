import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { huffmanDecode } from './huffman.js';
import { CODE_LENGTHS, canonicalCodes } from './huffman-code.js';

const codes = canonicalCodes(CODE_LENGTHS);

/** An encoder bit by bit, with ones as padding. */
function encode(octets: Uint8Array): Uint8Array {
  let bits = '';
  for (const octet of octets) bits += codes[octet]!.toString(2).padStart(CODE_LENGTHS[octet]!, '0');
  bits = bits.padEnd(Math.ceil(bits.length / 8) * 8, '1');
  return Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2));
}

const decode = (bytes: Uint8Array) => {
  const into = new Uint8Array(bytes.length * 2 + 8);
  const length = huffmanDecode(bytes, 0, bytes.length, into);
  return length < 0 ? null : into.subarray(0, length);
};

describe('Huffman strings', () => {
  it('has the codes of RFC 7541, appendix B', () => {
    expect(codes[0x30]).toBe(0);
    expect(codes[0x61]).toBe(0x3);
    expect(codes[0x00]).toBe(0x1ff8);
    expect(codes[0xff]).toBe(0x3ffffee);
    expect(codes[256]).toBe(0x3fffffff);
  });

  it('gives back any octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (octets) => {
        expect(decode(encode(octets))).toEqual(octets);
      }),
    );
  });

  it('refuses padding that is not ones, or a byte long', () => {
    expect(decode(Uint8Array.of(0b00000_000))).toBeNull();
    expect(decode(Uint8Array.of(0b00000_111))).toEqual(Uint8Array.of(0x30));
    expect(decode(Uint8Array.of(0b00000_111, 0xff))).toBeNull();
  });
});
