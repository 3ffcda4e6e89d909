import { assertConforms, formatReport, parserConformance, readSamples, sample } from '@sonde/testkit';
import { expect, it } from 'vitest';
import tally from './index.js';

it('conforms to the parser API', async () => {
  const samples = await readSamples(new URL('../samples/', import.meta.url));
  const others = [
    sample('http', [
      ['client', 'GET / HTTP/1.1\r\n\r\n'],
      ['server', 'HTTP/1.1 204 No Content\r\n\r\n'],
    ]),
  ];
  const report = parserConformance(tally, { samples, others, cases: 400, fuzzMs: 50 });
  assertConforms(report);
  expect(formatReport(report)).toMatch(/^tally conforms to parser API v1: 17 checks/);
});
