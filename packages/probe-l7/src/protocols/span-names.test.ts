import { describe, expect, it } from 'vitest';
import { SpanNames } from './span-names.js';

describe('SpanNames', () => {
  it('puts two parts together, whatever came before and however many there are', () => {
    const names = new SpanNames('/');
    for (let round = 0; round < 2; round++) {
      for (let n = 0; n < 10_000; n++) expect(names.of(`s${n % 7}`, `m${n}`)).toBe(`s${n % 7}/m${n}`);
    }
  });

  it('keeps names apart whose parts only look alike together', () => {
    const names = new SpanNames(' ');
    expect([names.of('GET', 'a b'), names.of('GET a', 'b'), names.of('', 'x')]).toEqual(['GET a b', 'GET a b', ' x']);
    expect(names.of('PUT', '/a')).toBe('PUT /a');
  });
});
