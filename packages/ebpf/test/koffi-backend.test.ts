import { koffiBackend, probeFeature } from '@sonde/ebpf';
import { describe } from 'vitest';
import { backendSuite } from './backend-suite.js';
import { programSuite } from './program-suite.js';

describe.skipIf(probeFeature('privileges') !== 'yes')('with CAP_BPF and CAP_PERFMON', () => {
  backendSuite('koffi', { createBackend: koffiBackend });
  programSuite('koffi', koffiBackend);
});
