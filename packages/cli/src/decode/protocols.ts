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
 * A protocol by its name, or by that of one of its variants.
 *
 * @throws ConfigurationError `PROTOCOL_UNKNOWN`, with the nearest name.
 */
export function protocolNamed(name: string, protocols: readonly Protocol[]): Protocol {
  const found = protocols.find((protocol) => namesOf(protocol).includes(name));
  if (found) return found;
  const names = protocols.flatMap(namesOf);
  const nearest = nearestName(name, names);
  throw new ConfigurationError('PROTOCOL_UNKNOWN', `there is no protocol '${name}'`, {
    hint: nearest === null ? `Known: ${names.join(', ')}.` : `Did you mean '${nearest}'?`,
  });
}

/**
 * Names of protocols, or of variants, that exchanges may bear.
 *
 * @throws ConfigurationError `PROTOCOL_UNKNOWN`, with the nearest name.
 */
export function exchangeNames(names: readonly string[], protocols: readonly Protocol[]): Set<string> {
  for (const name of names) protocolNamed(name, protocols);
  return new Set(names);
}

function namesOf({ name, variants }: Protocol): string[] {
  return [name, ...Object.keys(variants ?? {})];
}
