import { defineConfig } from '@sonde/core';
import { __camel__ } from './dist/index.js';

export default defineConfig({ probes: [__camel__()] });
