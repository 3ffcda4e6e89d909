import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanText, keyValues } from './key-values.js';

describe('attributes', () => {
  it.each([
    ['text', { stringValue: 'text' }],
    ['', { stringValue: '' }],
    [true, { boolValue: true }],
    [0, { intValue: '0' }],
    [-7, { intValue: '-7' }],
    [2 ** 53, { doubleValue: 2 ** 53 }],
    [1.5, { doubleValue: 1.5 }],
    [Number.NaN, { doubleValue: 'NaN' }],
    [Number.POSITIVE_INFINITY, { doubleValue: 'Infinity' }],
    [Number.NEGATIVE_INFINITY, { doubleValue: '-Infinity' }],
    [['a', 'b'], { arrayValue: { values: [{ stringValue: 'a' }, { stringValue: 'b' }] } }],
    [[], { arrayValue: { values: [] } }],
    [{ odd: 1 } as unknown as string, { stringValue: '[object Object]' }],
  ])('of %j are written as %j', (value, expected) => {
    expect(keyValues({ key: value })).toEqual([{ key: 'key', value: expected }]);
  });

  it('that are not there, or stand elsewhere, are left out', () => {
    const attributes = { a: 1, b: undefined as unknown as string, c: null as unknown as string, d: 2 };
    expect(keyValues(attributes, new Set(['d']))).toEqual([{ key: 'a', value: { intValue: '1' } }]);
  });
});

describe('text', () => {
  it('is bounded', () => {
    expect(cleanText('x'.repeat(10_000))).toHaveLength(4096);
  });

  it('has no half of a pair, also where it was cut in the middle of one', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const halves = [...text].map((character) => character.charAt(0)).join('');
        expect(() => encodeURIComponent(cleanText(halves))).not.toThrow();
      }),
    );
    expect(() => encodeURIComponent(cleanText(`${'x'.repeat(4095)}😀`))).not.toThrow();
    expect(cleanText('a😀b')).toBe('a😀b');
  });
});
