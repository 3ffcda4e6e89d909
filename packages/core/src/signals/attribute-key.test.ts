import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Attributes } from '../contracts/index.js';
import { attributeKey, ownAttributes } from './attribute-key.js';

const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.string(), { maxLength: 3 }));
const attributes: fc.Arbitrary<Attributes> = fc.dictionary(fc.string(), value, { maxKeys: 5 });

describe('the key of attributes', () => {
  it('does not depend on their order', () => {
    fc.assert(
      fc.property(attributes, (given) => {
        const reversed = Object.fromEntries(Object.entries(given).reverse());
        expect(attributeKey(reversed)).toBe(attributeKey(given));
      }),
    );
  });

  it('is equal only for equal attributes', () => {
    const plain = (given: Attributes) => JSON.stringify(Object.entries(given).sort(([a], [b]) => (a < b ? -1 : 1)));
    fc.assert(
      fc.property(attributes, attributes, (a, b) => {
        expect(attributeKey(a) === attributeKey(b)).toBe(plain(a) === plain(b));
      }),
    );
  });

  it.each<[Attributes, Attributes]>([
    [{ a: '1' }, { a: 1 }],
    [{ a: 'true' }, { a: true }],
    [{ a: 'b', c: 'd' }, { a: 'b1:c3:"d' }],
    [{ a: ['b', 'c'] }, { a: 'b,c' }],
    [{ '': 'a' }, { a: '' }],
  ])('tells %j from %j', (a, b) => {
    expect(attributeKey(a)).not.toBe(attributeKey(b));
  });
});

describe('attributes of a series', () => {
  it('are a copy without what is not there', () => {
    const given = { a: 1, b: undefined as unknown as string, c: null as unknown as string };
    const own = ownAttributes(given);
    expect(own).toEqual({ a: 1 });
    expect(Object.keys(own)).toEqual(['a']);
    expect(own).not.toBe(given);
  });

  it('have short values', () => {
    expect(ownAttributes({ a: 'x'.repeat(300) })).toEqual({ a: 'x'.repeat(256) });
  });
});
