import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type AgentOptions, ConfigurationError } from '../../contracts/index.js';
import type { Plan } from '../plan.js';
import { LOGGER } from '../tokens.js';
import { addressOf, type Plugin, type PluginAddress } from './plugin-address.js';

/** Plugins as a worker finds them. */
export interface PluginAddresses {
  probes: PluginAddress[];
  exporters: PluginAddress[];
  processors: PluginAddress[];
  protocols: PluginAddress[];
}

/** Where a worker begins, and what it imports. */
export interface WorkerLocation {
  readonly entry: URL;
  readonly plugins: PluginAddresses;
}

/** A worker, or the reason why there is none; null where none was wanted. */
export type WorkerChoice = { location: WorkerLocation; reason: null } | { location: null; reason: string | null };

/**
 * Decides where the engine runs.
 *
 * @throws ConfigurationError `WORKER_IMPOSSIBLE` if a worker was asked for and can't be had
 */
export async function chooseWorker(options: AgentOptions, plan: Plan): Promise<WorkerChoice> {
  const idle = plan.probes.length === 0 && options.workers === undefined;
  if (options.workers === 0 || idle) return { location: null, reason: null };
  const obstacle = (reason: string): WorkerChoice => {
    if (options.workers !== 1) return { location: null, reason: `the agent runs in this thread: ${reason}` };
    throw new ConfigurationError('WORKER_IMPOSSIBLE', `the agent can't run in a worker: ${reason}`, {
      hint: 'leave `workers` out, or set it to 0',
    });
  };
  const entry = new URL('./worker.js', import.meta.url);
  if (!existsSync(fileURLToPath(entry))) return obstacle('@sonde/core runs from its sources');
  const replaced = options.overrides?.find(({ token }) => token.key !== LOGGER.key);
  if (replaced) return obstacle(`the override of '${replaced.token.id}' can't be sent to another thread`);
  const plugins = await addressAll(options);
  if (typeof plugins === 'string') return obstacle(plugins);
  return { location: { entry, plugins }, reason: null };
}

/** The addresses of all plugins, or why one has none. Protocols that probes bring along travel with their probes. */
async function addressAll(options: AgentOptions): Promise<PluginAddresses | string> {
  const addresses: PluginAddresses = { probes: [], exporters: [], processors: [], protocols: [] };
  for (const list of Object.keys(addresses) as (keyof PluginAddresses)[]) {
    for (const plugin of (options[list] ?? []) as readonly Plugin[]) {
      const address = await addressOf(plugin);
      if (typeof address === 'string') return address;
      addresses[list].push(address);
    }
  }
  return addresses;
}
