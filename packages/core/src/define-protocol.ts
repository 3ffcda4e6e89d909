import { ConfigurationError, type Message, type Protocol, type ProtocolDefinition } from './contracts/index.js';

const NAME = /^[a-z][a-z0-9-]*$/;

/**
 * Declares a protocol plugin.
 *
 * @throws ConfigurationError `PROTOCOL_INVALID` when the definition breaks the contract.
 */
export function defineProtocol<M extends Message, S = undefined>(definition: ProtocolDefinition<M, S>): Protocol {
  if (!NAME.test(definition.name)) invalid(definition.name, 'the name must be lower case, and begin with a letter');
  if (definition.apiVersion !== 1)
    invalid(definition.name, `parser API ${definition.apiVersion} is not known; this is 1`);
  for (const rule of definition.detect.rules) {
    if (!rule.match?.length && !rule.length && !rule.ports?.length)
      invalid(definition.name, 'a rule without condition');
    if ((rule.match?.length ?? 0) > 4) invalid(definition.name, 'a rule matches at most four places');
    for (const { offset, bytes, mask } of rule.match ?? []) {
      if (offset < 0 || offset + bytes.length > 64) invalid(definition.name, 'a rule looks at the first 64 bytes only');
      if (bytes.length < 1 || bytes.length > 16) invalid(definition.name, 'a place holds 1 to 16 bytes');
      if (mask && mask.length !== bytes.length) invalid(definition.name, 'a mask is as long as its bytes');
    }
  }
  return Object.freeze({ kind: 'protocol', ...definition }) as unknown as Protocol;
}

function invalid(name: string, reason: string): never {
  throw new ConfigurationError('PROTOCOL_INVALID', `protocol '${name}': ${reason}`);
}
