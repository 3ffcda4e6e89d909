import type { AgentOptions } from '../contracts/index.js';

/** The identity function: gives a `sonde.config.ts` its types. */
export function defineConfig(config: AgentOptions): AgentOptions {
  return config;
}
