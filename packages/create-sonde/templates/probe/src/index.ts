/**
 * Who sends which signal to whom.
 *
 * ```ts
 * import { createAgent } from '@sonde/core';
 * import { __camel__ } from '__package__';
 *
 * const agent = await createAgent({ probes: [__camel__({ only: ['SIGKILL'] })] });
 * for await (const event of agent.events()) console.log(event.signal, event.from, event.to);
 * ```
 */
import { constants } from 'node:os';
import { defineProbe } from '@sonde/core';
import { z } from 'zod';
import { __pascal__Probe } from './__name__-probe.js';

const names = Object.keys(constants.signals) as [NodeJS.Signals, ...NodeJS.Signals[]];

const options = z.strictObject({
  /** Signals to report. @default those that end a process, or ask it to end */
  only: z
    .array(z.enum(names))
    .min(1)
    .default(['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGABRT', 'SIGBUS', 'SIGSEGV', 'SIGTERM', 'SIGKILL']),
});

/** The probe `__name__`: one event `__name__.sent` for each signal to an observed process, and a counter by signal. */
export const __camel__ = defineProbe({
  name: '__name__',
  version: '0.1.0',
  apiVersion: 1,
  description: '__description__',
  requires: { features: ['tp_btf', 'ringbuf'] },
  options,
  module: import.meta.url,
  exportName: '__camel__',
  create: (dependencies, { only }) => new __pascal__Probe(dependencies, only),
});
