/**
 * The `sonde` command, and what of it other programs can use: the two exporters that write to stdout.
 *
 * ```ts
 * import { jsonl } from '@sonde/cli';
 * import { createAgent } from '@sonde/core';
 * import { l7 } from '@sonde/probe-l7';
 *
 * const agent = await createAgent({ probes: [l7()], exporters: [jsonl()], targets: ['comm=nginx'] });
 * ```
 *
 * @packageDocumentation
 */
export { type JsonlOptions, jsonl } from './exporters/jsonl.js';
export { pretty } from './exporters/pretty.js';
