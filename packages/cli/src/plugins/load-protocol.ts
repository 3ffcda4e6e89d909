import { ConfigurationError, defineProtocol, type Protocol } from '@sonde/core';
import { loadModule } from './load-module.js';

/**
 * Loads protocol plugins, for `--parser`. A plugin is what `defineProtocol` returns, as a module's default export or
 * under the name `protocol`; a list of them is fine, too.
 *
 * @param specifier name of a package, or path of a module.
 * @throws ConfigurationError `PLUGIN_NOT_FOUND`, `PLUGIN_BROKEN`, `PLUGIN_INVALID`, `PROTOCOL_INVALID`
 */
export async function loadProtocols(specifier: string, directory = process.cwd()): Promise<Protocol[]> {
  const { exports } = await loadModule('parser', specifier, directory);
  const exported = exports.default ?? exports.protocol;
  const candidates = Array.isArray(exported) ? exported : [exported];
  if (candidates.length === 0 || !candidates.every(isProtocol)) {
    throw new ConfigurationError('PLUGIN_INVALID', `'${specifier}' exports no protocol`, {
      hint: 'Export what defineProtocol({…}) returns, as the default or under the name `protocol`.',
    });
  }
  // It may have been made by another version of core: held against this one's contract.
  return candidates.map((candidate) => defineProtocol(candidate));
}

/**
 * Puts protocols together. A later one of the same name takes the earlier one's place, so that `--parser` can replace a
 * built-in protocol.
 */
export function mergeProtocols(...lists: readonly (readonly Protocol[])[]): Protocol[] {
  const byName = new Map<string, Protocol>();
  for (const protocol of lists.flat()) byName.set(protocol.name, protocol);
  return [...byName.values()];
}

function isProtocol(value: unknown): value is Protocol {
  return (value as Protocol | undefined)?.kind === 'protocol';
}
