import { createAgent } from '@sonde/core';
import { probeFeature } from '@sonde/ebpf';
import { assertConforms, probeConformance } from '@sonde/testkit';
import { describe, it } from 'vitest';
import { flowtracer } from '../src/index.js';

describe.skipIf(probeFeature('privileges') !== 'yes')('the flowtracer probe', () => {
  it('conforms to the suite that every probe conforms to', async () => {
    assertConforms(await probeConformance(flowtracer, { createAgent }));
  });
});
