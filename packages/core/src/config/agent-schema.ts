import { z } from 'zod';

/** A plugin is checked when the agent is planned, with its own messages. */
const plugins = z.array(z.unknown()).optional();
const selectors = z
  .array(z.union([z.string(), z.strictObject({ key: z.string(), value: z.string() })], 'expected key=value'))
  .optional();

/** Shape of `AgentOptions`: what `createAgent` takes and a configuration file exports. */
export const agentSchema = z.strictObject({
  probes: plugins,
  exporters: plugins,
  processors: plugins,
  protocols: plugins,
  targets: selectors,
  exclude: selectors,
  workers: z.union([z.literal(0), z.literal(1)], 'expected 0 or 1').optional(),
  mask: z.boolean().optional(),
  metrics: z.strictObject({ maxSeries: z.number().int().min(1).optional() }).optional(),
  programStats: z.boolean().optional(),
  overrides: plugins,
});

/** Shape of `Reconfiguration`: what a running agent can change. */
export const reconfigurationSchema = agentSchema.pick({ probes: true, targets: true, exclude: true });
