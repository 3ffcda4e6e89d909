import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acceptsGzip, formatFor } from './negotiate.js';

describe('the format', () => {
  it.each([
    ['nothing', undefined, 'text'],
    ['anything', '*/*', 'text'],
    ['a browser', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'text'],
    [
      'Prometheus 2',
      'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
      'openmetrics',
    ],
    [
      'Prometheus 3',
      'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;version=1.0.0;q=0.4,*/*;q=0.1',
      'openmetrics',
    ],
    ['one that prefers text', 'application/openmetrics-text;q=0.5, text/plain', 'text'],
    ['one that refuses OpenMetrics', 'application/openmetrics-text;q=0, */*;q=0.1', 'text'],
    ['one that knows an old OpenMetrics only', 'application/openmetrics-text; version=0.0.1', 'text'],
    ['quotes and capitals', 'Application/OpenMetrics-Text; Version="1.0.0"', 'openmetrics'],
    ['nonsense', ';;=,,q=', 'text'],
    ['a flood', 'application/openmetrics-text,'.repeat(10_000), 'text'],
  ])('for %s', (_who, accept, format) => {
    expect(formatFor(accept)).toBe(format);
  });

  it('is one of the two, whatever is asked', () => {
    fc.assert(fc.property(fc.string(), (accept) => ['text', 'openmetrics'].includes(formatFor(accept))));
  });
});

describe('gzip', () => {
  it.each([
    [undefined, false],
    ['', false],
    ['gzip', true],
    ['deflate, gzip;q=1.0, *;q=0.5', true],
    ['gzip;q=0', false],
    ['*', true],
    ['*;q=0', false],
    ['identity', false],
    ['*, gzip;q=0', false],
  ])('with %j: %s', (encoding, accepted) => {
    expect(acceptsGzip(encoding)).toBe(accepted);
  });
});
