import { defineConfig } from '@sonde/core';
import { l7 } from '@sonde/probe-l7';
import { __camel__ } from './dist/index.js';

export default defineConfig({ probes: [l7()], exporters: [__camel__({ url: 'http://127.0.0.1:8080/' })] });
