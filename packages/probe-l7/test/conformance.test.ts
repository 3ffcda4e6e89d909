import { createAgent } from '@sonde/core';
import { probeFeature } from '@sonde/ebpf';
import { assertConforms, probeConformance } from '@sonde/testkit';
import { describe, it } from 'vitest';
import { l7 } from '../src/index.js';
import { METHODS } from './support/capture-methods.js';

describe.skipIf(probeFeature('privileges') !== 'yes')('the L7 probe', () => {
  it.each(METHODS)('conforms to the suite that every probe conforms to, by %s capture', async (capture) => {
    const otherOptions = { capture, captureBytes: 256 };
    assertConforms(await probeConformance(l7, { createAgent, options: { capture }, otherOptions }));
  });
});
