import { defineExporter } from '@sonde/core';
import { z } from 'zod';
import { createOutput } from '../output/create-output.js';
import { version } from '../version.js';

/**
 * Shows requests per second, errors and latencies by endpoint on stdout: a table that refreshes on a terminal, lines
 * every ten seconds elsewhere.
 */
export const pretty: () => ReturnType<ReturnType<typeof defineExporter>> = defineExporter({
  name: 'pretty',
  version,
  apiVersion: 1,
  description: 'Shows requests, errors and latencies by endpoint on the terminal',
  options: z.object({}),
  module: import.meta.url,
  exportName: 'pretty',
  create() {
    const output = createOutput('pretty', true);
    let ended = false;
    return {
      async start() {
        output.start?.();
      },
      exchange(exchange) {
        output.exchange(exchange);
      },
      async stop() {
        if (!ended) output.end();
        ended = true;
      },
    };
  },
});
