import { assertConforms, exporterConformance, formatReport } from '@sonde/testkit';
import { expect, it } from 'vitest';
import { prometheus } from '../src/index.js';

it('conforms to the suite that every exporter conforms to', async () => {
  const report = await exporterConformance(prometheus, { options: { port: 0 } });
  assertConforms(report);
  expect(formatReport(report)).toBe('prometheus conforms to exporter API v1: 6 checks, 6 cases');
});
