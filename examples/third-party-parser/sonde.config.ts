import { defineConfig } from '@sonde/core';
import { l7 } from '@sonde/probe-l7';
import tally from 'sonde-parser-tally';

export default defineConfig({ probes: [l7()], protocols: [tally] });
