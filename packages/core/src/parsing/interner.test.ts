import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Interner } from './interner.js';

describe('Interner', () => {
  it('gives the text of the bytes, whatever came before', () => {
    const interner = new Interner({ capacity: 8 });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(interner.take(bytes, 0, bytes.length)).toBe(Buffer.from(bytes).toString('latin1'));
      }),
      { numRuns: 500 },
    );
  });

  it('gives the text of the range and nothing around it', () => {
    expect(new Interner().take(Buffer.from('GET /path HTTP'), 4, 9)).toBe('/path');
  });

  it('makes capitals of a to z only', () => {
    const interner = new Interner({ upperCase: true });
    for (const word of ['get', 'GET', 'Get', 'get']) expect(interner.take(Buffer.from(word), 0, 3)).toBe('GET');
    const bytes = Buffer.from('straße{ä}', 'latin1');
    for (let round = 0; round < 2; round++) expect(interner.take(bytes, 0, bytes.length)).toBe('STRAßE{ä}');
  });

  it('decodes UTF-8 where asked', () => {
    const interner = new Interner({ encoding: 'utf8' });
    const bytes = Buffer.from('schlüssel:1');
    for (let round = 0; round < 2; round++) expect(interner.take(bytes, 0, bytes.length)).toBe('schlüssel:1');
    // The Latin-1 reading of one range must not be found for the bytes of another.
    expect(interner.take(Uint8Array.of(0xfc), 0, 1)).toBe('\ufffd');
    expect(interner.take(Buffer.from('plain'), 0, 5)).toBe('plain');
  });

  it('keeps long ranges out of the cache', () => {
    const interner = new Interner({ longest: 4 });
    const long = Buffer.from('longer');
    expect(interner.take(long, 0, 6)).toBe('longer');
    expect(interner.take(long, 0, 4)).toBe('long');
  });

  it('stays correct and bounded when more strings come than it keeps', () => {
    const interner = new Interner({ capacity: 4 });
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 1000; i++) {
        const bytes = Buffer.from(`key:${i}`);
        expect(interner.take(bytes, 0, bytes.length)).toBe(`key:${i}`);
      }
    }
  });
});
