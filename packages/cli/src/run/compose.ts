import { type AgentOptions, ConfigurationError, loadConfig, type Probe } from '@sonde/core';
import { makeProbe } from '../plugins/load-factory.js';
import { loadProtocols, mergeProtocols } from '../plugins/load-protocol.js';
import type { AgentCommandOptions } from './agent-options.js';

/** Puts a configuration and the command line together; the command line wins. */
export async function composeAgent(
  options: AgentCommandOptions,
  command: readonly string[] | null,
): Promise<AgentOptions> {
  if (command !== null && command.length === 0) {
    throw new ConfigurationError('COMMAND_MISSING', 'there is no command after --', {
      hint: 'sonde run -- COMMAND ARG…',
    });
  }
  const config: AgentOptions = (await loadConfig(options.config)) ?? {};
  const loaded = [];
  for (const parser of options.parser ?? []) loaded.push(...(await loadProtocols(parser)));
  return {
    ...config,
    // This thread has nothing else to do, and plugins that were loaded here can't go to another one.
    workers: config.workers ?? 0,
    probes: await chooseProbes(options.probe, config.probes),
    protocols: mergeProtocols(config.protocols ?? [], loaded),
    // A command is what shall be observed; a configuration's targets are other processes.
    targets: options.target ?? (command === null ? config.targets : []) ?? [],
    exclude: [...(config.exclude ?? []), ...(options.exclude ?? [])],
    mask: options.mask === false ? false : config.mask,
  };
}

/** Probes by name: with the options that the configuration gives them, where it does. */
async function chooseProbes(names: readonly string[] | undefined, configured: readonly Probe[] = []): Promise<Probe[]> {
  if (names === undefined) return configured.length > 0 ? [...configured] : [await makeProbe('l7')];
  const probes: Probe[] = [];
  for (const name of new Set(names)) {
    probes.push(configured.find((probe) => probe.definition.name === name) ?? (await makeProbe(name)));
  }
  return probes;
}
