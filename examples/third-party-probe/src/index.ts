/**
 * A probe of somebody else's, on public API only: who sends which signal to whom.
 *
 * ```ts
 * import { createAgent } from '@sonde/core';
 * import { signals } from 'sonde-probe-signals';
 *
 * const agent = await createAgent({ probes: [signals({ only: ['SIGKILL'] })] });
 * for await (const event of agent.events()) console.log(event.signal, event.from, event.to);
 * ```
 */
import { constants } from 'node:os';
import { defineProbe } from '@sonde/core';
import { z } from 'zod';
import { SignalsProbe } from './signals-probe.js';

const names = Object.keys(constants.signals) as [NodeJS.Signals, ...NodeJS.Signals[]];

const options = z.strictObject({
  /** Signals to report. @default those that end a process, or ask it to end */
  only: z
    .array(z.enum(names))
    .min(1)
    .default(['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGABRT', 'SIGBUS', 'SIGSEGV', 'SIGTERM', 'SIGKILL']),
});

/** The probe `signals`: one event `signals.sent` for each signal to an observed process, and a counter by signal. */
export const signals = defineProbe({
  name: 'signals',
  version: '0.1.0',
  apiVersion: 1,
  description: 'who sends which signal to whom',
  requires: { features: ['tp_btf', 'ringbuf'] },
  options,
  module: import.meta.url,
  exportName: 'signals',
  create: (dependencies, { only }) => new SignalsProbe(dependencies, only),
});

/** Packages that a JSON configuration names are made by their default export. */
export default signals;
