import { describe, expect, it } from 'vitest';
import { equalsAscii, equalsAsciiIgnoreCase, isAsciiPrintable } from './compare.js';
import { latin1, utf8 } from './text.js';

const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);

describe('latin1', () => {
  it('gives one character for each byte, for every byte and every length', () => {
    for (let length = 0; length <= 40; length++) {
      const text = latin1(all, 200, 200 + length);
      expect(text).toBe(Buffer.from(all.subarray(200, 200 + length)).toString('latin1'));
    }
    expect([...latin1(all, 0, 256)].map((c) => c.charCodeAt(0))).toEqual([...all]);
  });

  it('reads memory that does not begin at its buffer', () => {
    const part = Uint8Array.from(Buffer.from('..hello world..')).subarray(2, 13);
    expect(latin1(part, 6, 11)).toBe('world');
  });
});

describe('utf8', () => {
  it('decodes and replaces what is malformed', () => {
    const bytes = Buffer.from('grüße 🌍');
    expect(utf8(bytes, 0, bytes.length)).toBe('grüße 🌍');
    expect(utf8(bytes, 0, 3)).toBe('gr\ufffd');
    expect(utf8(bytes, 2, 2)).toBe('');
  });
});

describe('comparing', () => {
  const bytes = Buffer.from('Content-Length: @[`{');

  it('wants all characters and no more', () => {
    expect(equalsAscii(bytes, 0, 7, 'Content')).toBe(true);
    expect(equalsAscii(bytes, 0, 8, 'Content')).toBe(false);
    expect(equalsAscii(bytes, 0, 7, 'content')).toBe(false);
  });

  it('folds letters and nothing else', () => {
    expect(equalsAsciiIgnoreCase(bytes, 0, 14, 'content-length')).toBe(true);
    expect(equalsAsciiIgnoreCase(Buffer.from('@['), 0, 2, '`{')).toBe(false);
  });

  it('tells printable text from bytes', () => {
    expect(isAsciiPrintable(bytes, 0, bytes.length)).toBe(true);
    for (const other of [0x00, 0x0a, 0x1f, 0x7f, 0x80, 0xff])
      expect(isAsciiPrintable(Uint8Array.of(0x41, other), 0, 2)).toBe(false);
  });
});
