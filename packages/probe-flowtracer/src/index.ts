/**
 * Sees the real peer behind address translation: ClusterIP, NodePort, port forwarding, masquerade.
 *
 * ```ts
 * import { createAgent } from '@sonde/core';
 * import { flowtracer } from '@sonde/probe-flowtracer';
 *
 * const agent = await createAgent({ probes: [flowtracer({ events: 'all' })] });
 * for await (const event of agent.events()) console.log(event);
 * ```
 *
 * @packageDocumentation
 */
export type { End, Flow, FlowEnding, Traffic, Translation, Tuple } from './flow.js';
export type { FlowEvent } from './flow-event.js';
export { flowtracer, flowtracer as default } from './flowtracer-probe.js';
export type { FlowtracerOptions } from './options.js';
