import { createRedactor } from '@sonde/core';
import { describe, expect, it } from 'vitest';
import { maskedTarget, shownHost, targetText } from './http-target.js';

const [masking, showing] = [createRedactor(true), createRedactor(false)];

describe('a target', () => {
  it('is masked, and shown as it is where nothing is to be masked, in whatever order', () => {
    for (let round = 0; round < 2; round++) {
      expect(maskedTarget('/a?token=x', masking)).toBe('/a?token=?');
      expect(maskedTarget('/a?token=x', showing)).toBe('/a?token=x');
    }
  });

  it('is masked where it has no query, too', () => {
    const bytes = Buffer.from('//bob:x@h/');
    expect(targetText(bytes, 0, bytes.length, masking)).toBe('//REDACTED:REDACTED@h/');
    expect(targetText(bytes, 0, bytes.length, showing)).toBe('//bob:x@h/');
  });

  it('that never comes again costs no memory', () => {
    for (let number = 0; number < 10_000; number++) maskedTarget(`/a/${number}?token=x`, masking);
    expect(maskedTarget('/a/9999?token=x', masking)).toBe('/a/9999?token=?');
  });
});

describe('a host', () => {
  it.each([
    ['bob:x@shop.test:80', 'shop.test:80'],
    ['bob@x@[::1]', '[::1]'],
    ['shop.test', 'shop.test'],
    [null, null],
  ])('%s is shown as %s', (host, shown) => {
    expect(shownHost(host, masking)).toBe(shown);
    expect(shownHost(host, showing)).toBe(host);
  });
});
