import type { Writable } from 'node:stream';
import { defineExporter, eventToJson, exchangeToJson } from '@sonde/core';
import { z } from 'zod';
import { LineWriter } from '../output/line-writer.js';
import { version } from '../version.js';

const options = z.object({
  maxQueueBytes: z
    .number()
    .int()
    .positive()
    .default(16 * 1024 * 1024),
});

/** Options of {@link jsonl}. */
export interface JsonlOptions {
  /** Most bytes that wait for a slow reader of stdout; what comes then is dropped and counted. @default 16 MiB */
  maxQueueBytes?: number;
}

/** Prints exchanges and events on stdout, one JSON object a line: the form that `sonde decode` prints, too. */
export const jsonl: (options?: JsonlOptions) => ReturnType<ReturnType<typeof defineExporter>> = defineExporter({
  name: 'jsonl',
  version,
  apiVersion: 1,
  description: 'Prints exchanges and events as JSON lines',
  options,
  module: import.meta.url,
  exportName: 'jsonl',
  create({ dropped }, { maxQueueBytes }) {
    const stdout: Writable = process.stdout;
    const writer = new LineWriter(stdout);
    const hasRoom = () => {
      if (stdout.writableLength < maxQueueBytes && !stdout.destroyed) return true;
      dropped(stdout.destroyed ? 'stdout closed' : 'stdout too slow', 1);
      return false;
    };
    return {
      async start() {},
      exchange(exchange) {
        if (hasRoom()) writer.line(exchangeToJson(exchange));
      },
      event(event) {
        if (hasRoom()) writer.line(eventToJson(event));
      },
      async flush() {
        writer.flush();
      },
      async stop() {
        writer.flush();
      },
    };
  },
});
