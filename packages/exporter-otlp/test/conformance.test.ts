import { assertConforms, exporterConformance, formatReport } from '@sonde/testkit';
import { expect, it } from 'vitest';
import { otlp } from '../src/index.js';
import { Receiver } from './receiver.js';

it('conforms to the suite that every exporter conforms to, by protobuf and by JSON', async () => {
  const receiver = await new Receiver().listen();
  try {
    for (const protocol of ['http/protobuf', 'http/json'] as const) {
      const report = await exporterConformance(otlp, {
        options: { endpoint: receiver.endpoint, protocol },
        sendTo: (endpoint) => ({ endpoint, stopMs: 200, timeoutMs: 1000, retry: { forMs: 1000, initialMs: 20 } }),
      });
      assertConforms(report);
      expect(formatReport(report)).toBe('otlp conforms to exporter API v1: 9 checks, 9 cases');
    }
    expect(receiver.problems).toEqual([]);
    expect(receiver.spans().length).toBeGreaterThan(0);
  } finally {
    await receiver.close();
  }
});
