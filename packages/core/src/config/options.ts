import type { z } from 'zod';
import { ConfigurationError } from '../contracts/index.js';
import { suggestion } from './nearest.js';
import { findUnknownKey } from './unknown-key.js';

/**
 * Checks options against their schema and fills in defaults.
 *
 * @param owner how the owner is called in messages: `probe 'l7'`, `configuration sonde.config.ts`
 * @throws ConfigurationError `UNKNOWN_OPTION` for a key that the schema doesn't have, with the nearest one suggested;
 * `INVALID_OPTION` for a value that the schema refuses.
 */
export function parseOptions<S extends z.ZodType>(owner: string, schema: S, value: unknown): z.output<S> {
  const unknown = findUnknownKey(schema, value);
  if (unknown !== null) {
    const { path, key, known } = unknown;
    throw new ConfigurationError(
      'UNKNOWN_OPTION',
      `${owner}: option '${[...path, key].join('.')}' is not known${suggestion(key, known)}`,
      { hint: hintFor(key, known) },
    );
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue!.path.length === 0 ? 'options' : `option '${issue!.path.join('.')}'`;
  const more = result.error.issues.length - 1;
  throw new ConfigurationError('INVALID_OPTION', `${owner}: ${where}: ${lowerFirst(issue!.message)}`, {
    hint: more > 0 ? `${more} more ${more === 1 ? 'value is' : 'values are'} wrong` : undefined,
    cause: result.error,
  });
}

function hintFor(key: string, known: readonly string[]): string {
  if (key === '__proto__') return 'no key may have this name';
  return known.length === 0 ? 'it takes no options' : `known here: ${[...known].sort().join(', ')}`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
