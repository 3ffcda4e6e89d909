import { ConfigurationError, nearestName, type Protocol } from '@sonde/core';
import { builtinProtocols } from '@sonde/probe-l7';
import { loadProtocols, mergeProtocols } from '../plugins/load-protocol.js';

/**
 * The built-in protocols and those of plugins.
 *
 * @throws ConfigurationError when a plugin can't be used.
 */
export async function availableProtocols(parsers: readonly string[] = []): Promise<Protocol[]> {
  const loaded: Protocol[] = [];
  for (const parser of parsers) loaded.push(...(await loadProtocols(parser)));
  return mergeProtocols(builtinProtocols, loaded);
}

/**
 * A protocol by its name.
 *
 * @throws ConfigurationError `PROTOCOL_UNKNOWN`, with the nearest name.
 */
export function protocolNamed(name: string, protocols: readonly Protocol[]): Protocol {
  const found = protocols.find((protocol) => protocol.name === name);
  if (found) return found;
  const names = protocols.map((protocol) => protocol.name);
  const nearest = nearestName(name, names);
  throw new ConfigurationError('PROTOCOL_UNKNOWN', `there is no protocol '${name}'`, {
    hint: nearest === null ? `Known: ${names.join(', ')}.` : `Did you mean '${nearest}'?`,
  });
}
